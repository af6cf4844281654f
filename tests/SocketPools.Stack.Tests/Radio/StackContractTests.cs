using System.Net;
using SocketPools.Stack.Links;
using SocketPools.Testing;

namespace SocketPools.Stack.Tests.Radio;

/// <summary>A stack is a radio like any other: it keeps the contract over a cable, and over its own loopback.</summary>
public sealed class StackContractTests
{
    public static TheoryData<string> Sentences => [.. RadioContract.Cases.Select(c => c.Name)];

    [Theory(Timeout = 240_000), MemberData(nameof(Sentences))]
    public async Task Two_stacks_on_a_cable_keep_the_contract_over_IPv4(string sentence)
    {
        using StackPair pair = new("192.0.2.1", "192.0.2.2", 24);
        await RadioContract.Find(sentence).RunAsync(pair.Radios, TestContext.Current.CancellationToken);
    }

    [Theory(Timeout = 240_000), MemberData(nameof(Sentences))]
    public async Task Two_stacks_on_a_cable_keep_the_contract_over_IPv6(string sentence)
    {
        using StackPair pair = new("2001:db8::1", "2001:db8::2", 64);
        await RadioContract.Find(sentence).RunAsync(pair.Radios, TestContext.Current.CancellationToken);
    }
}

/// <summary>Two stacks on one cable.</summary>
internal sealed class StackPair : IDisposable
{
    internal StackPair(string near, string far, int prefixLength)
    {
        LinkPair cable = LinkPair.Create();
        Near = new StackRadio(new StackOptions { Name = "near", Seed = 1 });
        Far = new StackRadio(new StackOptions { Name = "far", Seed = 2 });
        Near.AddInterface(cable.A).AddAddress(IPAddress.Parse(near), prefixLength, skipDuplicateAddressDetection: true);
        Far.AddInterface(cable.B).AddAddress(IPAddress.Parse(far), prefixLength, skipDuplicateAddressDetection: true);
        Near.SetHostEntry("far.example", IPAddress.Parse(far));
        Radios = new RadioPair
        {
            Timeout = TimeSpan.FromSeconds(60), // for a busy machine
            Tolerance = TimeSpan.FromSeconds(30),
            Near = Near,
            Far = Far,
            NearAddress = IPAddress.Parse(near),
            FarAddress = IPAddress.Parse(far),
            SupportsRaw = true,
            KnownName = "far.example",
            UnassignedAddress = IPAddress.Parse(near.Contains(':', StringComparison.Ordinal) ? "2001:db8:ffff::1" : "198.51.100.1"),
            ChecksAllocations = true,
        };
    }

    internal StackRadio Near { get; }

    internal StackRadio Far { get; }

    internal RadioPair Radios { get; }

    public void Dispose()
    {
        Near.Dispose();
        Far.Dispose();
    }
}
