using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SocketPools.Stack;

namespace SocketPools.Tool.Radios;

/// <summary>The addresses, gateways and name servers that the command line gives to a stack.</summary>
internal sealed class StackAddressing
{
    private readonly List<(IPAddress Address, int Length)> _addresses = [];
    private readonly List<IPAddress> _gateways = [];

    internal List<IPEndPoint> NameServers { get; } = [];

    internal bool IsEmpty => _addresses.Count == 0 && _gateways.Count == 0 && NameServers.Count == 0;

    /// <summary>Reads the options.</summary>
    /// <exception cref="ToolException">One of them has no address.</exception>
    internal static StackAddressing Read(ParseResult result, GlobalOptions options)
    {
        StackAddressing all = new();
        foreach (string text in result.GetValue(options.Address) ?? [])
        {
            all._addresses.Add(ReadNetwork(text));
        }

        all._gateways.AddRange((result.GetValue(options.Gateway) ?? []).Select(text => ReadAddress("--gateway", text)));
        all.NameServers.AddRange((result.GetValue(options.Dns) ?? []).Select(text => new IPEndPoint(ReadAddress("--dns", text), 0)));
        return all;
    }

    /// <summary>Configures an interface. IPv6 addresses are used at once: the option says that no other host has it.</summary>
    /// <exception cref="ToolException">They do not fit together.</exception>
    internal void ApplyTo(StackRadio stack, StackInterface one)
    {
        try
        {
            foreach ((IPAddress address, int length) in _addresses)
            {
                one.AddAddress(address, length, skipDuplicateAddressDetection: true);
            }

            foreach (IPAddress gateway in _gateways)
            {
                stack.AddRoute(gateway.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0, Scoped(gateway, one));
            }
        }
        catch (ArgumentException e)
        {
            throw new ToolException(ErrorText.WithoutParameterName(e), ExitCodes.Usage, e);
        }
    }

    private static IPAddress Scoped(IPAddress gateway, StackInterface one) =>
        gateway.IsIPv6LinkLocal ? new IPAddress(gateway.GetAddressBytes(), one.Index) : gateway;

    private static (IPAddress Address, int Length) ReadNetwork(string text)
    {
        string[] parts = text.Split('/');
        if (parts.Length == 2 && IPAddress.TryParse(parts[0], out IPAddress? address)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int length)
            && length <= (address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128))
        {
            return (address, length);
        }

        throw new ToolException($"--address takes ADDRESS/LENGTH, for example 192.0.2.2/24, not \"{ToolConsole.OneLine(text)}\"", ExitCodes.Usage);
    }

    private static IPAddress ReadAddress(string option, string text) => IPAddress.TryParse(text, out IPAddress? address)
        ? address
        : throw new ToolException($"{option} takes an address in digits, not \"{ToolConsole.OneLine(text)}\"", ExitCodes.Usage);
}
