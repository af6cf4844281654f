using System.Net;
using System.Net.Sockets;
using SocketPools.Host.Portable;
using SocketPools.Testing;

namespace SocketPools.Tests.Contract;

/// <summary>The host's own network keeps the radio contract, whichever way it reaches the system.</summary>
public sealed class HostContractTests
{
    public static TheoryData<string> Sentences => [.. RadioContract.Cases.Select(c => c.Name)];

    [Theory(Timeout = 240_000), MemberData(nameof(Sentences))]
    public Task The_host_radio_keeps_the_contract_over_IPv4(string sentence) =>
        RadioContract.Find(sentence).RunAsync(Loopback(new HostNetwork(), IPAddress.Loopback), TestContext.Current.CancellationToken);

    [Theory(Timeout = 240_000), MemberData(nameof(Sentences))]
    public Task The_host_radio_keeps_the_contract_over_IPv6(string sentence) =>
        RadioContract.Find(sentence).RunAsync(Loopback(new HostNetwork(), IPAddress.IPv6Loopback), TestContext.Current.CancellationToken);

    [Theory(Timeout = 240_000), MemberData(nameof(Sentences))]
    public Task The_portable_host_radio_keeps_the_contract_over_IPv4(string sentence) =>
        RadioContract.Find(sentence).RunAsync(Loopback(new HostNetwork(null, new PortableBackend()), IPAddress.Loopback), TestContext.Current.CancellationToken);

    [Theory(Timeout = 240_000), MemberData(nameof(Sentences))]
    public Task The_portable_host_radio_keeps_the_contract_over_IPv6(string sentence) =>
        RadioContract.Find(sentence).RunAsync(Loopback(new HostNetwork(null, new PortableBackend()), IPAddress.IPv6Loopback), TestContext.Current.CancellationToken);

    private static RadioPair Loopback(HostNetwork radio, IPAddress address) => new()
    {
        Timeout = TimeSpan.FromSeconds(60), // for a busy machine
        Tolerance = TimeSpan.FromSeconds(30),
        Near = radio,
        Far = radio,
        NearAddress = address,
        FarAddress = address,
        KnownName = address.AddressFamily == AddressFamily.InterNetwork ? "localhost" : null, // ::1 has no name on every system
        SupportsRaw = Environment.IsPrivilegedProcess,
        ChecksAllocations = true,
    };
}
