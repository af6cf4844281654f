using System.Diagnostics;

namespace SocketPools.Tests.Differential;

internal sealed partial class CaseRunner
{
    private string Wait(string[] args)
    {
        string[][] wishes = [.. args.Skip(1).Select(a => a.Split(':'))];
        PollEntry[] entries = [.. wishes.Select(w => new PollEntry(_sockets[w[0]], CaseWords.Interest(w[1])))];
        int count = PoolSocket.Wait(entries, ToTimeout(args[0]));
        IEnumerable<string> ready = wishes.Zip(entries).Where(p => p.Second.Ready != 0)
            .Select(p => $"{p.First[0]}:{CaseWords.Show(p.Second.Ready)}").Order(StringComparer.Ordinal);
        return string.Join(' ', ["ok", $"{count}", .. ready]);
    }

    private string Start(string target, string[] words)
    {
        BlockedCall call = _blocked[target] = new BlockedCall(() => Answer([], words));
        return call.WaitUntilBlocked() ? "blocked" : "ended";
    }

    /// <summary>Each signal must have been met by the call as EINTR, and the call must be blocked again.</summary>
    private static string Signal(BlockedCall call, int times)
    {
        for (int i = 0; i < times; i++)
        {
            int before = call.Interruptions;
            call.Signal();
            long start = Stopwatch.GetTimestamp();
            while (call.Interruptions == before && !call.Join(0.001))
            {
                if (Stopwatch.GetElapsedTime(start).TotalSeconds > 5)
                {
                    return "the call did not meet EINTR";
                }
            }

            if (!call.WaitUntilBlocked())
            {
                return "ended";
            }
        }

        return "ok";
    }

    private static string SignalUntilEnd(BlockedCall call)
    {
        long start = Stopwatch.GetTimestamp();
        while (!call.HasEnded && Stopwatch.GetElapsedTime(start).TotalSeconds < 5)
        {
            if (call.WaitUntilBlocked(0.1))
            {
                call.Signal();
            }
        }

        return !call.HasEnded ? "did not end" : call.Interruptions == 0 ? "the call did not meet EINTR" : "ok";
    }

    private static string Join(BlockedCall call, double seconds) => call.Join(seconds) ? call.Answer : "still blocked";

    private string RaiseDuring(string[] words)
    {
        BlockedCall call = new(() => Answer([], words), throwOnSignal: true);
        if (call.WaitUntilBlocked())
        {
            call.Signal();
        }

        return call.Join(5) ? call.Answer : "did not end";
    }

    private string Took(string[] args)
    {
        double took = (args.Length > 1 ? _blocked[args[0]].Took : _took).TotalSeconds;
        double limit = CaseWords.Seconds(args[^1]);
        return took < limit ? $"too early" : took < Math.Max(20 * limit, 1) ? "in time" : "too late";
    }

    private string Drip(PoolSocket socket, BlockedCall call, int count)
    {
        byte[] buffer = new byte[count];
        while (!call.Join(0.05))
        {
            for (int left = count; left > 0;)
            {
                left -= _calls.Receive(socket, buffer.AsMemory(0, left));
            }
        }

        return "ok";
    }
}
