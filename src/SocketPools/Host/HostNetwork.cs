using System.Net;
using System.Net.NetworkInformation;
using SocketPools.Diagnostics;
using SocketPools.Host.Backends;
using SocketPools.Host.Linux;
using SocketPools.Host.Portable;
using SocketPools.Radios;

namespace SocketPools;

/// <summary>The operating system's own network as a radio: all of it, or one interface of it.</summary>
/// <remarks>
/// On Linux calls go straight to the kernel; on other systems they go through <see cref="System.Net.Sockets"/>.
/// </remarks>
public sealed partial class HostNetwork : Radio
{
    /// <summary>The budget of a host radio that was not given one; <see cref="MaxSocketsLimit"/> where that is less.</summary>
    public const int DefaultMaxSockets = 128;

    /// <summary>
    /// How many names the process looks up at once, on threads of their own. Further lookups wait in turn for one of them to end, and an
    /// error says so where the time was up before. Lookups of the same name share one.
    /// </summary>
    public const int MaxConcurrentLookups = HostLookups.MaxConcurrent;

    private static readonly Lazy<HostNetwork> s_default = new(() => new HostNetwork());

    /// <summary>Makes a radio of the host's network.</summary>
    /// <param name="interfaceName">
    /// The only interface to use, for example <c>eth1</c>: sockets send and receive on it alone (<c>SO_BINDTODEVICE</c> on
    /// Linux, <c>IP_BOUND_IF</c> on macOS, <c>IP_UNICAST_IF</c> on Windows, where it governs sending only). Null for all.
    /// </param>
    /// <exception cref="ArgumentException">The host has no such interface; the message lists those it has.</exception>
    public HostNetwork(string? interfaceName = null)
        : this(interfaceName, OperatingSystem.IsLinux() ? new LinuxBackend() : new PortableBackend())
    {
    }

    internal HostNetwork(string? interfaceName, HostBackend backend)
        : base(Math.Min(DefaultMaxSockets, LimitFor(backend.MaxDescriptors)))
    {
        _backend = backend;
        if (interfaceName is not null && FindInterface(interfaceName) is null)
        {
            string names = string.Join(", ", NetworkInterface.GetAllNetworkInterfaces().Select(i => i.Name));
            throw new ArgumentException(
                $"The host has no interface \"{VisibleText.Escape(interfaceName)}\"; it has {VisibleText.EscapeLines(names)}.", nameof(interfaceName));
        }

        Interface = interfaceName;
        Name = interfaceName is null ? "host" : $"host/{interfaceName}";
    }

    /// <summary>The host's network, all interfaces: one radio for the whole process.</summary>
    public static HostNetwork Default => s_default.Value;

    /// <summary>The only interface that the radio uses, or null for all.</summary>
    public string? Interface { get; }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <summary>The addresses of the interface, or of all interfaces that are up; read from the system each time.</summary>
    public IReadOnlyList<IPAddress> Addresses =>
        [.. Interfaces().Where(i => i.OperationalStatus != OperationalStatus.Down)
            .SelectMany(i => i.GetIPProperties().UnicastAddresses).Select(a => a.Address)];

    /// <summary>Whether the link is up: of the interface, or of any interface but loopback.</summary>
    public bool IsUp => Interface is not null
        ? FindInterface(Interface) is { OperationalStatus: not OperationalStatus.Down }
        : Interfaces().Any(i => i.OperationalStatus == OperationalStatus.Up && i.NetworkInterfaceType != NetworkInterfaceType.Loopback);

    /// <summary>The hardware address: of the interface, or of the first interface that is up and has one; empty if there is none.</summary>
    public PhysicalAddress PhysicalAddress =>
        Interfaces().OrderBy(i => i.OperationalStatus).Select(i => i.GetPhysicalAddress())
            .FirstOrDefault(a => a.GetAddressBytes().Any(b => b != 0)) ?? PhysicalAddress.None;

    /// <summary>The largest IP packet the link carries, in bytes: of the interface, or the smallest of all that are up; 0 if unknown.</summary>
    public int Mtu => Interfaces().Where(i => i.OperationalStatus != OperationalStatus.Down)
        .Select(MtuOf).Where(mtu => mtu > 0).DefaultIfEmpty(0).Min();
}
