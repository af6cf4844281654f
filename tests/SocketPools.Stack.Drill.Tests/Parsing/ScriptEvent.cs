namespace SocketPools.Stack.Drill.Tests.Parsing;

/// <summary>What a script's times count from.</summary>
internal enum TimeBase
{
    /// <summary>The start of the script.</summary>
    Start,

    /// <summary>The event before.</summary>
    Previous,

    /// <summary>Whenever it happens: <c>*</c>.</summary>
    Any,
}

/// <summary>A time in seconds and what it counts from.</summary>
internal readonly record struct ScriptTime(TimeBase Base, double Seconds);

/// <summary>One event of a script.</summary>
internal abstract class ScriptEvent
{
    internal int Line { get; set; }

    /// <summary>As the script has it, on one line.</summary>
    internal string Text { get; set; } = "";

    internal ScriptTime Time { get; set; }

    /// <summary>The end of a range of times, <c>a~b</c>.</summary>
    internal ScriptTime? RangeEnd { get; set; }

    /// <summary>When a blocking call returns, <c>a...b</c>.</summary>
    internal ScriptTime? Returns { get; set; }
}

/// <summary>A packet that the peer sends, or that the stack is to send.</summary>
internal sealed class PacketEvent(bool isInbound, ScriptPacket packet) : ScriptEvent
{
    internal bool IsInbound => isInbound;

    internal ScriptPacket Packet => packet;
}

/// <summary>A call of a socket's, and what it is to return.</summary>
internal sealed class CallEvent(string name, List<ScriptExpression> arguments, ScriptExpression result, string? errno) : ScriptEvent
{
    internal string Name => name;

    internal List<ScriptExpression> Arguments => arguments;

    internal ScriptExpression Result => result;

    internal string? Errno => errno;
}

/// <summary>A command of the shell: only settings are understood.</summary>
internal sealed class CommandEvent(string command) : ScriptEvent
{
    internal string Command => command;
}

/// <summary>Assertions about TCP_INFO.</summary>
internal sealed class AssertionEvent(string code) : ScriptEvent
{
    internal string Code => code;
}
