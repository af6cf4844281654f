using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Text;
using SocketPools.Simulation.Conducting;
using SocketPools.Simulation.Seeds;

namespace SocketPools.Simulation;

// What a run leaves behind: the capture, the timeline, and the text of a failure.
public sealed partial class Simulation
{
    private volatile Thrown? _lastThrown;

    private static FileStream? OpenCapture(int seed, SimulationOptions options)
    {
        string? path = options.Capture is null ? PathFor(seed, "pcapng") : null;
        return path is null ? null : new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16);
    }

    private static string? PathFor(int seed, string kind)
    {
        string? directory = Environment.GetEnvironmentVariable("SOCKETPOOL_SIMULATION_CAPTURES");
        return string.IsNullOrEmpty(directory) ? null : Path.Combine(Directory.CreateDirectory(directory).FullName, FormattableString.Invariant($"seed-{seed}.{kind}"));
    }

    /// <summary>Writes the timeline where it was asked for, or where captures go if the simulation has failed.</summary>
    private string? KeepTimeline(Exception? failure)
    {
        if ((Options.TimelinePath ?? (failure is null ? null : PathFor(Seed, "html"))) is not { } path)
        {
            return null;
        }

        using FileStream stream = File.Create(path);
        CreateTimeline(failure?.Message).Write(stream);
        return Path.GetFullPath(path);
    }

    private SimulationFailedException ToFailure(Exception cause, string? capturePath, string? timelinePath)
    {
        string seed = Seed.ToString(CultureInfo.InvariantCulture);
        StringBuilder message = new();
        message.AppendLine(cause.Message).Append(CultureInfo.InvariantCulture, $"The simulation of seed {seed} failed at {Elapsed} of simulated time. Capture: ")
            .Append(capturePath ?? "none; set SOCKETPOOL_SIMULATION_CAPTURES to a directory").AppendLine(".");
        if (timelinePath is not null)
        {
            message.AppendLine(CultureInfo.InvariantCulture, $"Timeline: {timelinePath}.");
        }

        // The line ends here: test frameworks put the cause behind the message.
        message.AppendLine(CultureInfo.InvariantCulture, $"The same run again: {Options.ReplayCommand ?? $"SOCKETPOOL_SIMULATION_SEED={seed} {ReplayCommand.Current}"}");
        return new SimulationFailedException(message.ToString(), cause)
        {
            Seed = Seed,
            Elapsed = Elapsed,
            CapturePath = capturePath,
            TimelinePath = timelinePath,
            RulesCreated = Network.RulesCreated,
        };
    }

    // The sockets alone: the first table of netstat.
    private static string SocketsOf(SimulatedNode node)
    {
        string text = node.GetSnapshot().ToString();
        int end = text.IndexOf("Iface ", StringComparison.Ordinal);
        return (end < 0 ? text : text[..end]).TrimEnd();
    }

    private void OnFirstChance(object? sender, FirstChanceExceptionEventArgs e)
    {
        if (s_current.Value == this)
        {
            _lastThrown = new Thrown(e.Exception, Elapsed);
        }
    }

    /// <summary>What each participant does: for reports.</summary>
    private string Describe()
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"Seed {Seed}, {Events} events, {Jumps} jumps of the clock.");
        if (_lastThrown is { } thrown && thrown.At == Elapsed)
        {
            // What was disposed while it passed may be what waits now.
            text.AppendLine(CultureInfo.InvariantCulture, $"The last exception at this time is {thrown.Exception.GetType().Name}: {thrown.Exception.Message}");
        }

        foreach (Participant participant in _conductor.Participants)
        {
            string state = participant.Waiting is not null ? participant.Reason is { } reason ? $"waits: {reason}" : "waits in a simulated call" : participant == _conductor.Running ? "runs" : "may go on";
            text.AppendLine(CultureInfo.InvariantCulture, $"Thread \"{participant.Name}\" {state}.");
        }

        foreach (SimulatedNode node in Network.Nodes.Where(n => n.IsRunning && !Network.Dns.IsServer(n.Name)))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"Node \"{node.Name}\":").AppendLine(SocketsOf(node));
        }

        return text.Append(Options.DescribeThreads?.Invoke()).ToString();
    }

    private sealed class Thrown(Exception exception, TimeSpan at)
    {
        internal Exception Exception => exception;

        internal TimeSpan At => at;
    }
}
