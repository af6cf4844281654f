using System.Text;
using System.Text.RegularExpressions;

namespace SocketPools.Stack.Drill.Tests.Parsing;

/// <summary>Reads a script's text token by token. Comments are gone, lines stay where they were.</summary>
internal sealed class ScriptReader(string text)
{
    private static readonly Dictionary<string, Regex> s_known = [];
    private readonly string _text = WithoutComments(text);

    internal int Position { get; private set; }

    internal bool IsAtEnd => Position >= _text.Length;

    internal char Next => IsAtEnd ? '\0' : _text[Position];

    internal int Line => LineOf(Position);

    internal int LineOf(int position) => _text.AsSpan(0, Math.Min(position, _text.Length)).Count('\n') + 1;

    internal string Since(int position) => Regex.Replace(_text[position..Position].Trim(), @"\s+", " ");

    internal void SkipSpace()
    {
        while (!IsAtEnd && char.IsWhiteSpace(_text[Position]))
        {
            Position++;
        }
    }

    /// <summary>What a pattern matches here; null, and nothing is taken, when it does not.</summary>
    internal Match? Take(string pattern)
    {
        SkipSpace();
        Match match;
        lock (s_known)
        {
            if (!s_known.TryGetValue(pattern, out Regex? regex))
            {
                s_known[pattern] = regex = new Regex(@"\G(?:" + pattern + ")", RegexOptions.CultureInvariant);
            }

            match = regex.Match(_text, Position);
        }

        Position += match.Success ? match.Length : 0;
        return match.Success ? match : null;
    }

    internal bool Skip(string pattern) => Take(pattern) is not null;

    internal Match Require(string pattern, string what) => Take(pattern) ?? throw Error(what);

    /// <summary>The text up to a mark, which is taken too.</summary>
    internal string TakeUntil(string mark)
    {
        int end = _text.IndexOf(mark, Position, StringComparison.Ordinal);
        if (end < 0)
        {
            throw Error($"{mark} expected");
        }

        string taken = _text[Position..end];
        Position = end + mark.Length;
        return taken;
    }

    /// <summary>Steps over what is in parentheses, if that is next.</summary>
    internal void SkipParentheses()
    {
        SkipSpace();
        int depth = 0;
        while (Next == '(' || depth > 0)
        {
            depth += Next == '(' ? 1 : Next == ')' ? -1 : 0;
            Position++;
            if (depth == 0 || IsAtEnd)
            {
                return;
            }
        }
    }

    internal FormatException Error(string what) =>
        new($"line {Line}: {what} at \"{_text.Substring(Position, Math.Min(40, _text.Length - Position)).ReplaceLineEndings(" ")}\"");

    private static string WithoutComments(string text)
    {
        StringBuilder result = new();
        for (int i = 0; i < text.Length;)
        {
            ReadOnlySpan<char> rest = text.AsSpan(i);
            int kept = Quoted(rest);
            if (kept > 0)
            {
                result.Append(rest[..kept]);
                i += kept;
            }
            else if (rest.StartsWith("//") || rest[0] == '#')
            {
                int end = rest.IndexOf('\n');
                i += end < 0 ? rest.Length : end;
            }
            else if (rest.StartsWith("/*"))
            {
                int end = rest.IndexOf("*/");
                int length = end < 0 ? rest.Length : end + 2;
                result.Append('\n', rest[..length].Count('\n'));
                i += length;
            }
            else
            {
                result.Append(rest[0]);
                i++;
            }
        }

        return result.ToString();
    }

    // Strings, commands and code keep what looks like a comment.
    private static int Quoted(ReadOnlySpan<char> rest)
    {
        string? mark = rest[0] is '"' or '`' ? rest[0].ToString() : rest.StartsWith("%{") ? "}%" : null;
        if (mark is null)
        {
            return 0;
        }

        int end = rest[1..].IndexOf(mark);
        return end < 0 ? rest.Length : 1 + end + mark.Length;
    }
}
