using System.Diagnostics;
using System.Net;
using System.Runtime.Versioning;
using SocketPools.Stack;
using SocketPools.Stack.Links;

namespace SocketPools.Benchmarks.Stack;

/// <summary>
/// Two namespaces of the kernel with a cable (veth) between them. One of them has four TAP devices besides, whose other ends are stacks in
/// this process: plain and with offloads, both without and with threaded NAPI.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class TapLab : IDisposable
{
    private const LinkOffloads All = LinkOffloads.PartialChecksums | LinkOffloads.Segmentation | LinkOffloads.DatagramSegmentation;

    private readonly string _one = $"spbench{Environment.ProcessId}a";
    private readonly string _other = $"spbench{Environment.ProcessId}b";
    private readonly List<StackRadio> _radios = [];
    private readonly PeerProcess _server;
    private readonly PeerProcess _client;

    internal TapLab()
    {
        IP("netns", "add", _one);
        IP("netns", "add", _other);
        IP("-n", _one, "link", "add", "cable0", "type", "veth", "peer", "name", "cable1", "netns", _other);
        Configure(_one, "cable0", "10.77.0.1");
        Configure(_other, "cable1", "10.77.0.2");
        Plain = Connect("plain0", "10.77.1", LinkOffloads.None);
        Threaded = Connect("napi0", "10.77.3", LinkOffloads.None, useThreadedNapi: true);
        Offloaded = Connect("fast0", "10.77.2", All);
        OffloadedThreaded = Connect("fastnapi0", "10.77.4", All, useThreadedNapi: true);
        _server = new PeerProcess(_one);
        _client = new PeerProcess(_other);
    }

    internal static bool IsPossible => OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && File.Exists("/dev/net/tun");

    /// <summary>A stack on a TAP device whose frames are as on a wire.</summary>
    internal Station Plain { get; }

    /// <summary>A stack on a TAP device whose frames are as on a wire, and go to a thread of the kernel.</summary>
    internal Station Threaded { get; }

    /// <summary>A stack on a TAP device with vnet headers.</summary>
    internal Station Offloaded { get; }

    /// <summary>A stack on a TAP device with vnet headers, whose frames go to a thread of the kernel.</summary>
    internal Station OffloadedThreaded { get; }

    /// <summary>From a stack to the kernel, or the other way.</summary>
    internal Turn Run(Station station, bool isSending, TimeSpan slice) =>
        Flow.Run(station.Pool, new IPEndPoint(station.Kernel, _server.Port), isSending, slice);

    /// <summary>From the kernel to the kernel.</summary>
    internal Turn RunKernel(bool isSending, TimeSpan slice) =>
        _client.Run(new IPEndPoint(IPAddress.Parse("10.77.0.1"), _server.Port), isSending, slice);

    /// <summary>Messages from a stack to the kernel and back.</summary>
    internal Turn Exchange(Station station, TimeSpan slice) => Flow.Exchange(station.Pool, new IPEndPoint(station.Kernel, _server.Port), slice);

    /// <summary>Messages from the kernel to the kernel and back.</summary>
    internal Turn ExchangeKernel(TimeSpan slice) => _client.Exchange(new IPEndPoint(IPAddress.Parse("10.77.0.1"), _server.Port), slice);

    /// <summary>Datagrams from a stack to the kernel, see <see cref="Flow.SendDatagrams"/>.</summary>
    internal Turn SendDatagrams(Station station, TimeSpan slice) => Flow.SendDatagrams(station.Pool, new IPEndPoint(station.Kernel, _server.Port), slice);

    /// <summary>Datagrams from the kernel to the kernel.</summary>
    internal Turn SendDatagramsKernel(TimeSpan slice) => _client.SendDatagrams(new IPEndPoint(IPAddress.Parse("10.77.0.1"), _server.Port), slice);

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
        _radios.ForEach(radio => radio.Dispose());
        IP("netns", "del", _one);
        IP("netns", "del", _other);
    }

    private Station Connect(string name, string network, LinkOffloads offloads, bool useThreadedNapi = false)
    {
        TapLink link = Open(_one, name, $"{network}.1", offloads, useThreadedNapi);
        StackRadio radio = new(new StackOptions { Name = link.Name, Seed = 1 });
        radio.AddInterface(link).AddAddress(IPAddress.Parse($"{network}.2"), 24);
        _radios.Add(radio);
        return new Station(SocketPool.For(radio), IPAddress.Parse($"{network}.1"));
    }

    /// <summary>Creates a TAP device whose kernel's end is in a namespace, with a /24 address there.</summary>
    internal static TapLink Open(string networkNamespace, string name, string address, LinkOffloads offloads = LinkOffloads.None, bool useThreadedNapi = false)
    {
        TapLink link = TapLink.Open(new TapLinkOptions { Name = name, Offloads = offloads, UseThreadedNapi = useThreadedNapi, BringUp = false });
        if (link.UsesThreadedNapi != useThreadedNapi)
        {
            throw new InvalidOperationException("The kernel starts no NAPI thread for a TAP device.");
        }

        IP("link", "set", link.Name, "netns", networkNamespace);
        Configure(networkNamespace, link.Name, address);
        return link;
    }

    /// <summary>Gives a device in a namespace a /24 address, and brings it up.</summary>
    internal static void Configure(string networkNamespace, string device, string address)
    {
        IP("-n", networkNamespace, "addr", "add", $"{address}/24", "dev", device);
        IP("-n", networkNamespace, "link", "set", device, "up");
    }

    internal static void IP(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("ip", arguments))!;
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"ip {string.Join(' ', arguments)} failed.");
        }
    }

    /// <summary>A stack's sockets, and the kernel's address on its TAP device.</summary>
    internal sealed record Station(SocketPool Pool, IPAddress Kernel);
}
