using SocketPools.Stack.Buffers;
using SocketPools.Stack.IP;
using SocketPools.Stack.Links;
using static SocketPools.Stack.Fuzz.FuzzTargets;

namespace SocketPools.Stack.Fuzz.Ingress;

/// <summary>
/// The whole way in: a script's frames into a whole radio. No exception comes out, every table stays within its limit, what is sent is
/// no more than what came allows, and at the end every frame and block is back.
/// </summary>
internal static class IngressTarget
{
    // Of a minute's pause no more is asked: timers are a few a second even at their worst.
    private const int LongestPause = 60_000;
    private const int MaxTimers = 400;

    internal static void Run(ReadOnlySpan<byte> bytes)
    {
        IngressScript script = IngressScript.Read(bytes);
        long frames = FramePool.InUse;
        (long small, long large) = (BlockPool.Small.InUse, BlockPool.Large.InUse);
        IngressClock clock = new();
        using IngressLink link = new(script.IsIP ? LinkMedium.IP : LinkMedium.Ethernet);
        using (IngressStation station = new(link, clock))
        {
            long given = 0;
            long seconds = 0;
            foreach (IngressStep step in script.Steps)
            {
                if (step.Frame is { } frame)
                {
                    link.Give(frame, script.SkipsChecksums ? ChecksumState.NotNeeded : ChecksumState.Complete);
                    given += 1 + (frame.Length / 64);
                }
                else
                {
                    int pause = Math.Min(step.Milliseconds, LongestPause);
                    Check(clock.Advance(TimeSpan.FromMilliseconds(pause)) <= 1000 + pause, "Timers fire without end.");
                    seconds += 1 + (pause / 1000);
                }

                station.Work();
                CheckLimits(station);

                // Each byte that came may be echoed once and sent again some times; each second has its timers.
                Check(link.Sent <= 100 + (20 * given) + (50 * seconds), $"{link.Sent} frames were sent for {given} pieces and {seconds} s.");
                long held = (BlockPool.Small.InUse - small) + (BlockPool.Large.InUse - large);
                Check(held <= 1200, $"{held} blocks are held.");
            }
        }

        link.Dispose();
        Check(FramePool.InUse == frames, $"{FramePool.InUse - frames} frames leak.");
        Check(BlockPool.Small.InUse == small && BlockPool.Large.InUse == large, $"{BlockPool.Small.InUse - small} + {BlockPool.Large.InUse - large} blocks leak.");
    }

    private static void CheckLimits(IngressStation station)
    {
        NetworkStack network = station.Radio.Network;
        using (network.Gate.EnterScope())
        {
            Check(station.Interface.Inner.Neighbors.All.Count() <= IngressStation.MaxNeighbors, "There are too many neighbours.");
            Check(network.Reassembly.Count <= IngressStation.MaxReassemblies, "There are too many packets in pieces.");
            Check(station.Radio.Tcp.ConnectionCount <= IngressStation.MaxConnections, "There are too many connections.");
            Check(network.Timers.Count <= MaxTimers, "There are too many timers.");
            Check(network.Routes.Routes.Count <= 64, $"There are {network.Routes.Routes.Count} routes.");
        }
    }
}
