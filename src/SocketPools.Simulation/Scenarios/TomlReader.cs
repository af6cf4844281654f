using SocketPools.Simulation.Scripts;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace SocketPools.Simulation.Scenarios;

/// <summary>A value of a TOML file and its place, counted from 1: string, long, double, bool, a list of values, or a table.</summary>
/// <param name="Value">The value.</param>
/// <param name="Line">Its line.</param>
/// <param name="Column">Its column.</param>
/// <param name="TextLine">The line of its text, which is the next one where a text of several lines begins with the end of a line.</param>
internal sealed record TomlValue(object Value, int Line, int Column, int TextLine)
{
    /// <summary>The value as a word of a script; null for a list, a table and a bool.</summary>
    internal ScriptWord? ToWord() => Value switch
    {
        string text => new ScriptWord(text, Line, Column),
        long or double => new ScriptWord(Convert.ToString(Value, System.Globalization.CultureInfo.InvariantCulture)!, Line, Column, IsNumber: true),
        _ => null,
    };
}

/// <summary>Reads a TOML file into tables that know their lines. The grammar is Tomlyn's.</summary>
internal static class TomlReader
{
    /// <exception cref="FaultScriptException">It is no TOML.</exception>
    internal static ScenarioTable Read(string text, string file)
    {
        DocumentSyntax document = SyntaxParser.Parse(text, file, validate: true);
        if (document.Diagnostics.FirstOrDefault(d => d.Kind == DiagnosticMessageKind.Error) is { } error)
        {
            throw new FaultScriptException(file, error.Span.Start.Line + 1, error.Span.Start.Column + 1, error.Message.TrimEnd('.'));
        }

        ScenarioTable root = new(file, "the file", 1, 1);
        AddAll(root, document.KeyValues);
        foreach (TableSyntaxBase table in document.Tables)
        {
            AddTable(root, table);
        }

        return root;
    }

    private static void AddTable(ScenarioTable root, TableSyntaxBase table)
    {
        string[] path = Path(table.Name!);
        (int line, int column) = PlaceOf(table);
        ScenarioTable parent = path[..^1].Aggregate(root, (t, name) => t.Enter(name, line, column));
        if (table is TableArraySyntax)
        {
            ScenarioTable item = new(root.File, $"[[{string.Join('.', path)}]]", line, column);
            parent.Append(path[^1], new TomlValue(item, line, column, line));
            AddAll(item, table.Items);
        }
        else
        {
            ScenarioTable inner = parent.Enter(path[^1], line, column);
            inner.Title = $"[{string.Join('.', path)}]";
            AddAll(inner, table.Items);
        }
    }

    private static void AddAll(ScenarioTable table, IEnumerable<KeyValueSyntax> items)
    {
        foreach (KeyValueSyntax item in items)
        {
            string[] path = Path(item.Key!);
            (int line, int column) = PlaceOf(item);
            ScenarioTable target = path[..^1].Aggregate(table, (t, name) => t.Enter(name, line, column));
            target.Add(path[^1], Convert(item.Value!, table.File), line, column);
        }
    }

    private static TomlValue Convert(ValueSyntax value, string file)
    {
        (int line, int column) = PlaceOf(value);
        int textLine = value is StringValueSyntax { Token.Text: ['"', '"', '"', '\n' or '\r', ..] or ['\'', '\'', '\'', '\n' or '\r', ..] } ? line + 1 : line;
        object converted = value switch
        {
            StringValueSyntax s => s.Value ?? "",
            IntegerValueSyntax i => i.Value,
            FloatValueSyntax f => f.Value,
            BooleanValueSyntax b => b.Value,
            ArraySyntax a => a.Items.Select(item => Convert(item.Value!, file)).ToArray(),
            InlineTableSyntax t => Inline(t, file, line, column),
            _ => throw new FaultScriptException(file, line, column, "a scenario has no dates"),
        };
        return new TomlValue(converted, line, column, textLine);
    }

    private static ScenarioTable Inline(InlineTableSyntax syntax, string file, int line, int column)
    {
        ScenarioTable table = new(file, "the inline table", line, column);
        AddAll(table, syntax.Items.Select(item => item.KeyValue!));
        return table;
    }

    private static string[] Path(KeySyntax key) => [Name(key.Key!), .. key.DotKeys.Select(dot => Name(dot.Key!))];

    private static string Name(BareKeyOrStringValueSyntax key) => key switch
    {
        BareKeySyntax bare => bare.Key!.Text!,
        StringValueSyntax quoted => quoted.Value!,
        _ => key.ToString()!,
    };

    private static (int Line, int Column) PlaceOf(SyntaxNode node) => (node.Span.Start.Line + 1, node.Span.Start.Column + 1);
}
