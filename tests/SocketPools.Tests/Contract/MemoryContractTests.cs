using System.Net;
using Microsoft.Extensions.Time.Testing;
using SocketPools.Testing;

namespace SocketPools.Tests.Contract;

/// <summary>A radio with a stack of its own and a simulated clock fits behind the contract.</summary>
public sealed class MemoryContractTests
{
    public static TheoryData<string> Sentences => [.. RadioContract.Cases.Select(c => c.Name)];

    [Theory(Timeout = 240_000), MemberData(nameof(Sentences))]
    public Task A_radio_in_memory_keeps_the_contract(string sentence) =>
        RadioContract.Find(sentence).RunAsync(Pair("192.0.2.10", "192.0.2.20"), TestContext.Current.CancellationToken);

    [Trait("Speed", "Slow")]
    [Fact(Timeout = 240_000)]
    public async Task The_whole_contract_runs_on_one_pair()
    {
        int held = await RadioContract.RunAllAsync(Pair("2001:db8::10", "2001:db8::20"), null, TestContext.Current.CancellationToken);
        Assert.True(held > 150, $"{held} sentences");
    }

    internal static RadioPair Pair(string near, string far)
    {
        FakeTimeProvider clock = new();
        MemoryWire wire = new(clock, TimeSpan.FromMilliseconds(2));
        return new RadioPair
        {
            Near = new MemoryRadio(wire, "near", IPAddress.Parse(near)),
            Far = new MemoryRadio(wire, "far", IPAddress.Parse(far)),
            NearAddress = IPAddress.Parse(near),
            FarAddress = IPAddress.Parse(far),
            UnassignedAddress = IPAddress.Parse(near.Contains(':', StringComparison.Ordinal) ? "2001:db8::99" : "192.0.2.99"),
            KnownName = "far",
            AdvanceClock = () => clock.Advance(TimeSpan.FromMilliseconds(5)),
        };
    }
}
