using System.Globalization;

namespace SocketPools.Stack.Drill.Tests.Parsing;

/// <summary>What kind of expression stands in a call.</summary>
internal enum ExpressionKind
{
    Ellipsis,
    Number,
    Text,
    Symbol,
    Array,
    Structure,
    Call,
    Assignment,
    Or,
}

/// <summary>An argument or a result of a call.</summary>
internal sealed record ScriptExpression(ExpressionKind Kind, string Name = "", long Number = 0)
{
    internal List<ScriptExpression> Items { get; init; } = [];

    /// <summary>The value of a field of a structure: <c>name=value</c>.</summary>
    internal ScriptExpression? Field(string name) =>
        Items.Find(item => item.Kind is ExpressionKind.Assignment or ExpressionKind.Call && item.Name.Contains(name, StringComparison.Ordinal))?.Items[^1];

    public override string ToString() => Kind switch
    {
        ExpressionKind.Ellipsis => "...",
        ExpressionKind.Number => Number.ToString(CultureInfo.InvariantCulture),
        ExpressionKind.Text => $"\"{Name}\"",
        ExpressionKind.Symbol => Name,
        ExpressionKind.Array => $"[{string.Join(",", Items)}]",
        ExpressionKind.Structure => $"{{{string.Join(",", Items)}}}",
        ExpressionKind.Call => $"{Name}({string.Join(",", Items)})",
        ExpressionKind.Assignment => $"{Name}={Items[0]}",
        _ => string.Join("|", Items),
    };
}
