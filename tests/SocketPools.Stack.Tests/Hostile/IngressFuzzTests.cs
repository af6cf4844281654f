using System.Globalization;
using SocketPools.Stack.Fuzz;
using SocketPools.Stack.Fuzz.Ingress;
using SocketPools.Stack.Links;
using SocketPools.Stack.Tcp;
using SocketPools.Stack.Tests.Tcp;

namespace SocketPools.Stack.Tests.Hostile;

/// <summary>The whole way in, from frames to sockets: scripts of the corpus, and seeded mutations of them for seconds.</summary>
[Collection(Alone.Name)]
public sealed class IngressFuzzTests
{
    private static readonly int s_count =
        int.Parse(Environment.GetEnvironmentVariable("SOCKETPOOL_INGRESS_MUTATIONS") ?? "4000", CultureInfo.InvariantCulture);

    private static readonly int s_seed =
        int.Parse(Environment.GetEnvironmentVariable("SOCKETPOOL_INGRESS_SEED") ?? "20262", CultureInfo.InvariantCulture);

    [Fact]
    public void Every_script_of_the_corpus_plays_without_a_finding()
    {
        foreach (byte[] script in Corpus())
        {
            FuzzTargets.All[FuzzTargets.Ingress](script);
        }
    }

    [Fact]
    public void Mutated_scripts_throw_nothing_keep_the_limits_and_leak_nothing()
    {
        IngressMutator mutator = new(s_seed, Corpus());
        for (int i = 0; i < s_count; i++)
        {
            byte[] script = mutator.Next();
            try
            {
                FuzzTargets.All[FuzzTargets.Ingress](script);
            }
            catch (Exception exception)
            {
                string file = Path.Combine(Path.GetTempPath(), $"ingress-{s_seed}-{i}");
                File.WriteAllBytes(file, script);
                throw new InvalidOperationException(
                    $"Mutation {i} of seed {s_seed}. Replay: dotnet run --project tests/SocketPools.Stack.Fuzz -- ingress {file}", exception);
            }
        }
    }

    /// <summary>Without this the corpus might go stale, and nothing would notice: its numbers have to be those that the station chooses.</summary>
    [Theory]
    [InlineData("tcp-ipv4", 1, 0)]
    [InlineData("tcp-ipv6", 1, 0)]
    [InlineData("tcp-tunnel", 1, 0)]
    [InlineData("tcp-reset", 1, 1)]
    public void The_connections_of_the_corpus_come_about(string name, int opens, int resets)
    {
        IngressScript script = IngressScript.Read(File.ReadAllBytes(Path.Combine(Folder, name)));
        IngressClock clock = new();
        using IngressLink link = new(script.IsIP ? LinkMedium.IP : LinkMedium.Ethernet);
        using IngressStation station = new(link, clock);
        foreach (IngressStep step in script.Steps)
        {
            if (step.Frame is { } frame)
            {
                link.Give(frame, Buffers.ChecksumState.Complete);
            }
            else
            {
                clock.Advance(TimeSpan.FromMilliseconds(step.Milliseconds));
            }

            station.Work();
        }

        TcpStatistics statistics = station.Radio.Tcp.Statistics;
        Assert.Equal((opens, resets), ((int)statistics.PassiveOpens, (int)statistics.ResetsReceived));
    }

    private static string Folder => Path.Combine(Repository.Root, "tests", "SocketPools.Stack.Fuzz", "corpus", FuzzTargets.Ingress);

    private static byte[][] Corpus() => [.. Directory.GetFiles(Folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
}
