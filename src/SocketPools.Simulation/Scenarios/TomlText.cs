using System.Globalization;
using System.Text;

namespace SocketPools.Simulation.Scenarios;

/// <summary>The characters of a TOML file, taken one after the other.</summary>
internal sealed class TomlText(string text, string file)
{
    private const char End = '\0';

    private int _at;
    private int _lineStart;

    internal int Line { get; private set; } = 1;

    internal int Column => _at - _lineStart + 1;

    /// <summary>The line on which the last string had its first character.</summary>
    internal int TextLine { get; private set; } = 1;

    /// <summary>The next character; NUL at the end.</summary>
    internal char Peek(int ahead = 0) => _at + ahead < text.Length ? text[_at + ahead] : End;

    internal FaultScriptException Error(int line, int column, string message) => new(file, line, column, message);

    internal bool TryTake(char c)
    {
        if (_at >= text.Length || text[_at] != c)
        {
            return false;
        }

        _at++;
        return true;
    }

    internal void Take(char c, bool isSpaced = true)
    {
        if (isSpaced)
        {
            SkipSpaces();
        }

        _ = TryTake(c) ? true : throw Unexpected($"'{c}' is expected");
    }

    internal void SkipSpaces()
    {
        while (Peek() is ' ' or '\t')
        {
            _at++;
        }
    }

    /// <summary>Skips spaces, comments and ends of lines; false at the end of the file.</summary>
    internal bool SkipToNextLine()
    {
        while (true)
        {
            SkipSpaces();
            SkipComment();
            if (!TryTakeNewLine())
            {
                return _at < text.Length;
            }
        }
    }

    internal void ExpectEndOfLine()
    {
        SkipSpaces();
        SkipComment();
        _ = _at >= text.Length || TryTakeNewLine() ? true : throw Unexpected("the end of the line is expected");
    }

    internal string ReadBareKey()
    {
        int start = _at;
        while (char.IsAsciiLetterOrDigit(Peek()) || Peek() is '_' or '-')
        {
            _at++;
        }

        return _at > start ? text[start.._at] : throw Unexpected("a key is expected");
    }

    /// <summary>Reads what may be a number, a date or a word.</summary>
    internal string ReadScalar()
    {
        int start = _at;
        while (char.IsAsciiLetterOrDigit(Peek()) || Peek() is '_' or '-' or '+' or '.' or ':')
        {
            _at++;
        }

        return text[start.._at];
    }

    /// <summary>Reads a string in quotes of one kind or the other, in one line or in three quotes.</summary>
    internal string ReadString(bool mayBeLong)
    {
        char quote = text[_at];
        (int line, int column) = (Line, Column);
        bool isLong = mayBeLong && Peek(1) == quote && Peek(2) == quote;
        _at += isLong ? 3 : 1;
        if (isLong)
        {
            TryTakeNewLine();
        }

        TextLine = Line;
        StringBuilder value = new();
        while (true)
        {
            char c = Peek();
            if (_at >= text.Length || (!isLong && c is '\n' or '\r'))
            {
                throw Error(line, column, "the text has no end");
            }

            if (c == quote && (!isLong || (Peek(1) == quote && Peek(2) == quote)))
            {
                EndString(value, quote, isLong);
                return value.ToString();
            }

            if (c == '\\' && quote == '"')
            {
                ReadEscape(value, isLong);
            }
            else
            {
                ReadPlain(value, c);
            }
        }
    }

    /// <summary>Takes the closing quotes; up to two more before them belong to a long string.</summary>
    private void EndString(StringBuilder value, char quote, bool isLong)
    {
        _at += isLong ? 3 : 1;
        for (int more = 0; isLong && more < 2 && Peek() == quote; more++)
        {
            value.Append(quote);
            _at++;
        }
    }

    private void ReadPlain(StringBuilder value, char c)
    {
        if (c is '\n' or '\r')
        {
            _ = TryTakeNewLine() ? value.Append('\n') : throw Unexpected("a control character is written as \\uXXXX");
            return;
        }

        value.Append(c is '\t' or (>= ' ' and not '\x7f') ? c : throw Unexpected("a control character is written as \\uXXXX"));
        _at++;
    }

    private void ReadEscape(StringBuilder value, bool isLong)
    {
        (int line, int column) = (Line, Column);
        _at++;
        char c = Peek();
        if (isLong && c is ' ' or '\t' or '\n' or '\r')
        {
            SkipSpaces();
            _ = TryTakeNewLine() ? true : throw Error(line, column, "an escape is expected, as \\n");
            do
            {
                SkipSpaces();
            }
            while (TryTakeNewLine());
            return;
        }

        _at++;
        string? plain = c switch { 'b' => "\b", 't' => "\t", 'n' => "\n", 'f' => "\f", 'r' => "\r", '"' => "\"", '\\' => "\\", _ => null };
        int digits = c switch { 'u' => 4, 'U' => 8, _ => 0 };
        if (digits > 0 && _at + digits <= text.Length
            && int.TryParse(text.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code) && Rune.IsValid(code))
        {
            plain = new Rune(code).ToString();
            _at += digits;
        }

        value.Append(plain ?? throw Error(line, column, "there is no such escape: \\b \\t \\n \\f \\r \\\" \\\\ \\uXXXX \\UXXXXXXXX"));
    }

    private void SkipComment()
    {
        if (Peek() != '#' || _at >= text.Length)
        {
            return;
        }

        while (_at < text.Length && text[_at] is not '\n' && !(text[_at] == '\r' && Peek(1) == '\n'))
        {
            _ = text[_at] is '\t' or (>= ' ' and not '\x7f') ? true : throw Unexpected("a comment has no control characters");
            _at++;
        }
    }

    private bool TryTakeNewLine()
    {
        int length = Peek() == '\n' ? 1 : Peek() == '\r' && Peek(1) == '\n' ? 2 : 0;
        if (length == 0)
        {
            return false;
        }

        _at += length;
        _lineStart = _at;
        Line++;
        return true;
    }

    private FaultScriptException Unexpected(string message) =>
        Error(Line, Column, _at >= text.Length ? $"{message}, and not the end of the file" : Peek() is '\n' or '\r' ? $"{message}, and not the end of the line" : $"{message}, and not '{Peek()}'");
}
