using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using SocketPools.Stack.Drill.Tests.Parsing;

namespace SocketPools.Stack.Drill.Tests.Playing;

/// <summary>
/// Plays a script against a <see cref="StackRadio"/> on a virtual clock. The parts: <c>Settings</c> makes the radio, <c>Incoming</c> and
/// <c>Outgoing</c> are the peer, <c>Calls</c> and <c>Options</c> the program, <c>Assertions</c> looks at the connection.
/// </summary>
/// <param name="script">The script.</param>
/// <param name="seed">The stack's seed: where its numbers begin.</param>
internal sealed partial class ScriptPlayer(Script script, int seed) : IDisposable
{
    private readonly VirtualClock _clock = new();
    private readonly ScriptOutcome _outcome = new();
    private readonly Dictionary<long, ScriptSocket> _sockets = [];
    private readonly List<ScriptConnection> _connections = [];
    private readonly bool _isIPv6 = script.Option("ip_version", "ipv4") == "ipv6";
    private readonly double _tolerance = Math.Max(0.005, int.Parse(script.Option("tolerance_usecs", "0"), CultureInfo.InvariantCulture) / 1e6);
    private string _commands = "";
    private double _start;
    private double _previous;
    private PendingCall? _pending;
    private ScriptEvent? _event;
    private ScriptConnection? _connection;

    private double Now => _clock.Elapsed.TotalSeconds;

    private IPAddress Local => IPAddress.Parse(_isIPv6 ? "fd3d:a0b:17d6::1" : "192.168.0.1");

    private IPAddress Remote => IPAddress.Parse(_isIPv6 ? "2001:db8::1" : "192.0.2.1");

    internal ScriptOutcome Play()
    {
        _start = _previous = Now;
        try
        {
            foreach (ScriptEvent next in script.Events)
            {
                _event = next;
                Step(next);
            }

            if (_pending is { } pending)
            {
                AdvanceTo(Math.Max(pending.Due + 2, Now));
                FinishPending();
            }
        }
        catch (DrillException e)
        {
            _outcome.Failure = string.Create(CultureInfo.InvariantCulture, $"line {_event!.Line}: {e.Message}");
        }
        catch (UnsupportedException e)
        {
            _outcome.Unsupported = e.Message;
        }

        return _outcome;
    }

    public void Dispose()
    {
        _radio?.Dispose();
        _link.Dispose();
    }

    private void Step(ScriptEvent next)
    {
        double at = AbsoluteTime(next.Time);
        if (next is not CommandEvent)
        {
            StartRadio();
        }

        if (next is PacketEvent { IsInbound: false } expected)
        {
            Expect(expected, at);
            return;
        }

        if (_radio is not null)
        {
            AdvanceTo(at);
        }

        _previous = Math.Max(at, _start);
        if (next is CallEvent && _pending is { } pending && (pending.Answer is not null || Now > pending.Due + _tolerance))
        {
            FinishPending();
        }

        Do(next, at);
        PollPending();
        if (_pending is { Answer: not null } && next is not CallEvent)
        {
            FinishPending();
        }
    }

    private void Do(ScriptEvent next, double at)
    {
        switch (next)
        {
            case CommandEvent command:
                Run(command.Command);
                break;
            case AssertionEvent assertion:
                Assert(assertion.Code);
                break;
            case PacketEvent packet:
                Inject(packet.Packet);
                break;
            case CallEvent call:
                Call(call, at);
                break;
        }
    }

    private void Run(string command)
    {
        _commands += command + "\n";
        if (_radio is null)
        {
            return;
        }

        if (Regex.IsMatch(command, "ip route (change|add|replace)|iptables|tc qdisc|ifconfig"))
        {
            throw new UnsupportedException("routes and filters that change");
        }

        if (Regex.Match(command, @"^\s*sleep ([\d.]+)") is { Success: true } sleep)
        {
            AdvanceTo(Now + double.Parse(sleep.Groups[1].Value, CultureInfo.InvariantCulture));
        }
    }

    private double AbsoluteTime(ScriptTime time) => time.Base switch
    {
        TimeBase.Start => _start + time.Seconds,
        TimeBase.Previous => _previous + time.Seconds,
        _ => Now,
    };

    /// <summary>Lets time pass, event by event, so that a call that waits returns when it can.</summary>
    private void AdvanceTo(double end)
    {
        // To the tick, as timers are: a time in seconds is not exact.
        TimeSpan limit = TimeSpan.FromTicks((long)Math.Round(end * TimeSpan.TicksPerSecond));
        while (_clock.NextDue is { } due && due <= limit)
        {
            _clock.Step();
            PollPending();
        }

        if (limit > _clock.Elapsed)
        {
            _clock.Advance(limit - _clock.Elapsed);
        }

        PollPending();
    }

    /// <summary>Lets time pass to the next event, or to the end if that is before it.</summary>
    private void AdvanceToNext(double end) =>
        AdvanceTo(_clock.NextDue is { } due && due.TotalSeconds <= end ? Math.Max(due.TotalSeconds, Now) : end);

    private void Note(string line) => _outcome.Trace.AppendLine(CultureInfo.InvariantCulture, $"{Now - _start,9:F4} {line}");

    private void Differs(string kind, string what)
    {
        what = string.Create(CultureInfo.InvariantCulture, $"line {_event!.Line}: {what}");
        _outcome.Differences.Add(new Difference(kind, what));
        Note($"   ~ {kind}: {what}");
    }

    private string Seconds(double time) => (time - _start).ToString("F3", CultureInfo.InvariantCulture);
}
