using SocketPools.Simulation.Scripts;

namespace SocketPools.Simulation.Scenarios;

/// <summary>A value of a TOML file and its place, counted from 1: string, long, double, bool, a list of values, or a table.</summary>
/// <param name="value">The value.</param>
/// <param name="line">Its line.</param>
/// <param name="column">Its column.</param>
/// <param name="textLine">The line of its text, where that is another one: a text of several lines may begin with the end of a line.</param>
internal sealed class TomlValue(object value, int line, int column, int textLine = 0)
{
    internal object Value => value;

    internal int Line => line;

    internal int Column => column;

    internal int TextLine => textLine == 0 ? line : textLine;

    /// <summary>The value as a word of a script; null for a list, a table and a bool.</summary>
    internal ScriptWord? ToWord() => Value switch
    {
        string text => new ScriptWord(text, Line, Column),
        long or double => new ScriptWord(Convert.ToString(Value, System.Globalization.CultureInfo.InvariantCulture)!, Line, Column, isNumber: true),
        _ => null,
    };
}

/// <summary>Reads a TOML file (version 1.0.0) into tables that know their places. Dates are refused: no scenario has any.</summary>
internal sealed class TomlReader
{
    private readonly TomlText _text;
    private readonly string _file;

    private TomlReader(string text, string file)
    {
        _text = new TomlText(text, file);
        _file = file;
    }

    /// <exception cref="FaultScriptException">It is no TOML.</exception>
    internal static ScenarioTable Read(string text, string file) => new TomlReader(text, file).Read();

    private ScenarioTable Read()
    {
        ScenarioTable root = new(_file, "the file", 1, 1), table = root;
        while (_text.SkipToNextLine())
        {
            if (_text.Peek() == '[')
            {
                table = ReadHeader(root);
            }
            else
            {
                ReadEntry(table);
            }

            _text.ExpectEndOfLine();
        }

        return root;
    }

    // [a.b], or [[a.b]].
    private ScenarioTable ReadHeader(ScenarioTable root)
    {
        (int line, int column) = (_text.Line, _text.Column);
        _text.Take('[');
        bool isArray = _text.TryTake('[');
        List<string> path = ReadKey();
        _text.Take(']');
        if (isArray)
        {
            _text.Take(']', isSpaced: false);
        }

        string dotted = string.Join('.', path);
        ScenarioTable parent = root;
        for (int i = 0; i < path.Count - 1; i++)
        {
            parent = parent.Enter(path[i], line, column, isDotted: false);
        }

        return isArray
            ? parent.AddItem(path[^1], new ScenarioTable(_file, $"[[{dotted}]]", line, column))
            : parent.Define(path[^1], $"[{dotted}]", line, column);
    }

    // a.b = value
    private void ReadEntry(ScenarioTable table)
    {
        (int line, int column) = (_text.Line, _text.Column);
        List<string> path = ReadKey();
        _text.Take('=');
        _text.SkipSpaces();
        for (int i = 0; i < path.Count - 1; i++)
        {
            table = table.Enter(path[i], line, column, isDotted: true);
        }

        table.Add(path[^1], ReadValue(), line, column);
    }

    private List<string> ReadKey()
    {
        List<string> path = [];
        do
        {
            _text.SkipSpaces();
            path.Add(_text.Peek() is '"' or '\'' ? _text.ReadString(mayBeLong: false) : _text.ReadBareKey());
            _text.SkipSpaces();
        }
        while (_text.TryTake('.'));
        return path;
    }

    private TomlValue ReadValue()
    {
        (int line, int column) = (_text.Line, _text.Column);
        switch (_text.Peek())
        {
            case '"' or '\'':
                string text = _text.ReadString(mayBeLong: true);
                return new TomlValue(text, line, column, _text.TextLine);
            case '[':
                return new TomlValue(ReadArray(), line, column);
            case '{':
                return new TomlValue(ReadInlineTable(line, column), line, column);
            default:
                return new TomlValue(TomlScalar.Read(_text.ReadScalar()) ?? throw _text.Error(line, column, "a value is expected: text in quotes, a number, true, false, a list or a table"), line, column);
        }
    }

    private TomlValue[] ReadArray()
    {
        List<TomlValue> items = [];
        _text.Take('[');
        while (true)
        {
            _text.SkipToNextLine();
            if (_text.TryTake(']'))
            {
                return [.. items];
            }

            items.Add(ReadValue());
            _text.SkipToNextLine();
            if (!_text.TryTake(','))
            {
                _text.Take(']');
                return [.. items];
            }
        }
    }

    private ScenarioTable ReadInlineTable(int line, int column)
    {
        ScenarioTable table = new(_file, "the inline table", line, column);
        _text.Take('{');
        _text.SkipSpaces();
        if (!_text.TryTake('}'))
        {
            do
            {
                _text.SkipSpaces();
                ReadEntry(table);
                _text.SkipSpaces();
            }
            while (_text.TryTake(','));
            _text.Take('}');
        }

        table.Close();
        return table;
    }
}
