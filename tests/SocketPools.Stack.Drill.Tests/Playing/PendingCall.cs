using SocketPools.Radios;
using SocketPools.Stack.Drill.Tests.Parsing;

namespace SocketPools.Stack.Drill.Tests.Playing;

/// <summary>What a call gave: a number, or -1 and an errno.</summary>
internal readonly record struct CallAnswer(long Value, Errno Errno)
{
    internal static CallAnswer From(RadioResult result) => result.Failed ? new CallAnswer(-1, result.Errno) : new CallAnswer(result.Count, Errno.None);

    public override string ToString() => Value < 0 ? $"-1 {Errno}" : $"{Value}";
}

/// <summary>A call that blocks while the script goes on: it is tried again whenever something has happened.</summary>
internal sealed class PendingCall(CallEvent call, double due, Func<CallAnswer?> attempt)
{
    internal CallEvent Call => call;

    internal double Due => due;

    internal CallAnswer? Answer { get; private set; }

    internal double AnsweredAt { get; private set; }

    internal bool Try(double now)
    {
        if (Answer is not null)
        {
            return false;
        }

        Answer = attempt();
        AnsweredAt = now;
        return Answer is not null;
    }
}
