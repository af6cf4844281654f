using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace SocketPools.Tool.Simulating;

/// <summary>A value of a TOML file and its line, counted from 1: string, long, double, bool, a list of values, or a table.</summary>
internal sealed record TomlValue(object Value, int Line);

/// <summary>Reads a TOML file into tables that know their lines. The grammar is Tomlyn's.</summary>
internal static class TomlReader
{
    /// <exception cref="ScenarioException">It is no TOML.</exception>
    internal static ScenarioTable Read(string text, string file)
    {
        DocumentSyntax document = SyntaxParser.Parse(text, file, validate: true);
        if (document.Diagnostics.FirstOrDefault(d => d.Kind == DiagnosticMessageKind.Error) is { } error)
        {
            throw new ScenarioException(file, error.Span.Start.Line + 1, ToolConsole.OneLine(error.Message.TrimEnd('.')));
        }

        ScenarioTable root = new(file, "the file", 1);
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
        ScenarioTable parent = path[..^1].Aggregate(root, (t, name) => t.Enter(name, LineOf(table)));
        string title = table is TableArraySyntax ? $"[[{string.Join('.', path)}]]" : $"[{string.Join('.', path)}]";
        if (table is TableArraySyntax)
        {
            ScenarioTable item = new(root.File, title, LineOf(table));
            parent.Append(path[^1], new TomlValue(item, LineOf(table)));
            AddAll(item, table.Items);
        }
        else
        {
            ScenarioTable inner = parent.Enter(path[^1], LineOf(table));
            inner.Title = title;
            AddAll(inner, table.Items);
        }
    }

    private static void AddAll(ScenarioTable table, IEnumerable<KeyValueSyntax> items)
    {
        foreach (KeyValueSyntax item in items)
        {
            string[] path = Path(item.Key!);
            ScenarioTable target = path[..^1].Aggregate(table, (t, name) => t.Enter(name, LineOf(item)));
            target.Add(path[^1], Convert(item.Value!, table.File));
        }
    }

    private static TomlValue Convert(ValueSyntax value, string file)
    {
        int line = LineOf(value);
        object converted = value switch
        {
            StringValueSyntax s => s.Value ?? "",
            IntegerValueSyntax i => i.Value,
            FloatValueSyntax f => f.Value,
            BooleanValueSyntax b => b.Value,
            ArraySyntax a => a.Items.Select(item => Convert(item.Value!, file)).ToArray(),
            InlineTableSyntax t => Inline(t, file, line),
            _ => throw new ScenarioException(file, line, "a scenario has no dates"),
        };
        return new TomlValue(converted, line);
    }

    private static ScenarioTable Inline(InlineTableSyntax syntax, string file, int line)
    {
        ScenarioTable table = new(file, "the inline table", line);
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

    private static int LineOf(SyntaxNode node) => node.Span.Start.Line + 1;
}
