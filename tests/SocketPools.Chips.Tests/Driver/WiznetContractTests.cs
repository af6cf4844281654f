using SocketPools.Chips.Tests.Support;
using SocketPools.Testing;

namespace SocketPools.Chips.Tests.Driver;

/// <summary>The driver keeps the contract of radios, but for what the hardware cannot do.</summary>
public sealed class WiznetContractTests
{
    /// <summary>The sentences that do not hold, and why. docs/chips.md has the same list.</summary>
    internal static readonly IReadOnlyDictionary<string, string> Reasons = new Dictionary<string, string>
    {
        ["Connect to a full listener lasts until its deadline"] =
            "A hardware socket that has taken a connection listens no more, and the chip has no backlog: it answers the next SYN with a reset.",
    };

    public static TheoryData<string, string> Sentences => new(
        from kind in (string[])["W5500", "W5100S"] from c in RadioContract.Cases select (kind, c.Name));

    [Theory(Timeout = 240_000), MemberData(nameof(Sentences))]
    public async Task Two_chips_on_a_cable_keep_the_contract(string kind, string sentence)
    {
        using ChipPair pair = new(kind);
        RadioPair radios = new()
        {
            Timeout = TimeSpan.FromSeconds(60), // for a busy machine
            Tolerance = TimeSpan.FromSeconds(30),
            Near = pair.Near,
            Far = pair.Far,
            NearAddress = Cable.NearAddress,
            FarAddress = Cable.FarAddress,
            UnassignedAddress = System.Net.IPAddress.Parse("198.51.100.1"),
            ChecksAllocations = true,
        };
        Task run = RadioContract.Find(sentence).RunAsync(radios, TestContext.Current.CancellationToken);
        if (Reasons.ContainsKey(sentence))
        {
            await Assert.ThrowsAsync<ContractException>(() => run);
        }
        else
        {
            await run;
        }
    }
}
