using System.CommandLine;
using SocketPools.Stack;
using SocketPools.Stack.Configuration;
using SocketPools.Stack.Links;
using SocketPools.Tool.Netstat;

namespace SocketPools.Tool.Radios;

/// <summary>Opens the radio that the options of a command ask for.</summary>
internal sealed class RadioOpener(ToolConsole console, GlobalOptions options, ParseResult result)
{
    private const int DefaultMaxSockets = 128;
    private const double DhcpTimeout = 15;
    private const int MaxSockets = 1_000_000;

    internal RadioScope Open(CancellationToken stop)
    {
        RadioName name = Name();
        return name.Kind == RadioKind.Host ? new RadioScope(OpenHost(name), stop) : OpenStack(name, stop);
    }

    private RadioName Name()
    {
        string? device = result.GetValue(options.Interface);
        string? text = result.GetValue(options.Radio);
        RadioName name = RadioName.Host;
        if (text is not null && !RadioName.TryParse(text, out name))
        {
            throw new ToolException($"\"{ToolConsole.OneLine(text)}\" is not a radio: {RadioName.Help}", ExitCodes.Usage);
        }

        if (device is null)
        {
            return name;
        }

        return name == RadioName.Host
            ? new RadioName(RadioKind.Host, device)
            : throw new ToolException($"--interface is for the host's network, and --radio names {name}", ExitCodes.Usage);
    }

    private HostNetwork OpenHost(RadioName name)
    {
        if (result.GetValue(options.Pcap) is not null)
        {
            throw new ToolException("--pcap captures the frames of a tap:, tun: or stack radio; the host's frames are for tcpdump(8)", ExitCodes.Usage);
        }

        foreach (Option option in options.OfStack.Where(o => result.GetResult(o) is { Implicit: false }))
        {
            throw new ToolException($"{option.Name} is for a tap: or tun: radio; the host's network is configured already", ExitCodes.Usage);
        }

        HostNetwork radio;
        try
        {
            radio = new HostNetwork(name.Device);
        }
        catch (ArgumentException e)
        {
            throw new ToolException(ErrorText.WithoutParameterName(e), ExitCodes.Usage, e);
        }

        if (result.GetValue(options.MaxSockets) is { } maxSockets)
        {
            if (maxSockets < 1 || maxSockets > radio.MaxSocketsLimit)
            {
                throw new ToolException($"--max-sockets takes 1 to {radio.MaxSocketsLimit} on this host (ulimit -n), not {maxSockets}", ExitCodes.Usage);
            }

            radio.MaxSockets = maxSockets;
        }

        return radio;
    }

    private RadioScope OpenStack(RadioName name, CancellationToken stop)
    {
        int maxSockets = result.GetValue(options.MaxSockets) ?? DefaultMaxSockets;
        if (maxSockets > MaxSockets)
        {
            throw new ToolException($"--max-sockets takes 1 to {MaxSockets} here, not {maxSockets}", ExitCodes.Usage);
        }

        StackAddressing addressing = StackAddressing.Read(result, options);
        if (name.Kind == RadioKind.Stack && (!addressing.IsEmpty || result.GetValue(options.ThreadedNapi)))
        {
            throw new ToolException("a stack radio has its loopback and nothing to configure: use tap:NAME or tun:NAME", ExitCodes.Usage);
        }

        if (result.GetValue(options.Dhcp) && name.Kind != RadioKind.Tap)
        {
            throw new ToolException($"--dhcp needs Ethernet, which {name} does not have: use tap:NAME", ExitCodes.Usage);
        }

        // What can fail for want of rights comes first, so that no file is made for nothing.
        TapLink? link = name.Kind == RadioKind.Stack ? null : OpenDevice(name);
        FrameCapture? capture = null;
        StackRadio? stack = null;
        DhcpClient? dhcp = null;
        try
        {
            capture = result.GetValue(options.Pcap) is { } file ? new FrameCapture(console, file) : null;
            stack = new StackRadio(new StackOptions
            {
                Name = name.ToString(),
                MaxSockets = maxSockets,
                NameServers = addressing.NameServers,
                LinkDecorator = capture is null ? null : capture.Around,
            });
            if (link is not null)
            {
                TapLink taken = link;
                link = null;
                StackInterface one = stack.AddInterface(taken);
                addressing.ApplyTo(stack, one);
                if (result.GetValue(options.Dhcp))
                {
                    dhcp = one.StartDhcp();
                    AwaitLease(dhcp, name, stop);
                }
            }

            NetstatPublisher? publisher = NetstatPublisher.TryPublish(stack, result.CommandResult.Command.Name, console);
            return new RadioScope(stack, stop) { Capture = capture, Dhcp = dhcp, Publisher = publisher };
        }
        catch
        {
            link?.Dispose();
            stack?.Dispose();
            capture?.Dispose();
            throw;
        }
    }

    private void AwaitLease(DhcpClient dhcp, RadioName name, CancellationToken stop)
    {
        TimeSpan time = options.TimeoutOf(result, DhcpTimeout)!.Value;
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(time);
        try
        {
            dhcp.WaitAsync(patience.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw new ToolException($"no DHCP server on {name} has leased an address within {time.TotalSeconds:0.###} s; --timeout gives it more", ExitCodes.Failed, e);
        }
    }

    private TapLink OpenDevice(RadioName name)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new ToolException($"{name}: TAP and TUN devices are Linux's");
        }

        try
        {
            return TapLink.Open(new TapLinkOptions
            {
                Name = name.Device,
                Medium = name.Kind == RadioKind.Tap ? LinkMedium.Ethernet : LinkMedium.IP,
                Mtu = result.GetValue(options.Mtu),
                UseThreadedNapi = result.GetValue(options.ThreadedNapi),
            });
        }
        catch (ArgumentException e)
        {
            throw new ToolException(ErrorText.WithoutParameterName(e), ExitCodes.Usage, e);
        }
    }
}
