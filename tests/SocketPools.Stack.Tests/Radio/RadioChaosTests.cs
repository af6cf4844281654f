using System.Globalization;
using SocketPools.Stack.Tests.Tcp;

namespace SocketPools.Stack.Tests.Radio;

/// <summary>Two whole radios and a cable that loses, delays, reorders, doubles, corrupts and slows at once. Each seed is a world of its own.</summary>
[Collection(Alone.Name)]
public sealed class RadioChaosTests
{
    private const string Count = "SOCKETPOOL_RADIO_SEEDS";
    private const string First = "SOCKETPOOL_RADIO_FIRST_SEED";

    [Fact]
    public void All_bytes_arrive_in_order_or_the_connection_fails_nothing_hangs_and_nothing_leaks()
    {
        int count = int.Parse(Environment.GetEnvironmentVariable(Count) ?? "60", CultureInfo.InvariantCulture);
        int first = int.Parse(Environment.GetEnvironmentVariable(First) ?? "1", CultureInfo.InvariantCulture);
        (int all, int whole, int datagrams) = (0, 0, 0);
        for (int seed = first; seed < first + count; seed++)
        {
            try
            {
                ChaosRun run = new(new ChaosWorld(seed));
                run.Go();
                all += run.Outcome.All;
                whole += run.Outcome.Whole;
                datagrams += run.Datagrams;
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException(
                    $"Seed {seed}, captured in {Capture(seed)}. Replay: {First}={seed} {Count}=1 dotnet run -- --filter-class \"*RadioChaosTests\"", exception);
            }
        }

        string result = $"{whole} of {all} ends got every byte, and {datagrams} datagrams came.";
        TestContext.Current.TestOutputHelper?.WriteLine(result);

        // A stack that gives up is not proven by this.
        Assert.True(count < 10 || (whole >= all * 9 / 10 && datagrams > count), result);
    }

    // The same world again, with a capture.
    private static string Capture(int seed)
    {
        string path = Path.Combine(Path.GetTempPath(), $"socketpool-chaos-{seed}.pcapng");
        using FileStream file = File.Create(path);
        ChaosWorld world = new(seed, file);
        try
        {
            new ChaosRun(world).Go();
        }
        catch (Exception)
        {
            // It is known that it fails.
        }

        world.CloseCapture();
        return path;
    }
}
