using System.Globalization;
using System.Text.RegularExpressions;

namespace SocketPools.Stack.Drill.Tests.Parsing;

/// <summary>Events and calls of packetdrill's language. Packets are in <c>ScriptParser.Packets.cs</c>.</summary>
internal sealed partial class ScriptParser(Script script)
{
    private const string Number = @"(?:\d+\.\d+|\.\d+|\d+\.(?!\.)|\d+)";

    private readonly ScriptReader _reader = new(script.Text);

    internal void Parse()
    {
        while (true)
        {
            _reader.SkipSpace();
            if (_reader.IsAtEnd)
            {
                return;
            }

            if (_reader.Take(@"--([a-z_]+)(?:=(""[^""]*""|\S+))?") is { } option)
            {
                script.Options[option.Groups[1].Value] = option.Groups[2].Value.Trim('"');
            }
            else
            {
                script.Events.Add(ParseEvent());
            }
        }
    }

    private ScriptEvent ParseEvent()
    {
        int start = _reader.Position;
        ScriptTime time = ParseTime();
        ScriptTime? rangeEnd = null;
        ScriptTime? returns = null;
        if (_reader.Take($@"~\s*(\+?)({Number})") is { } range)
        {
            rangeEnd = new ScriptTime(range.Groups[1].Length > 0 ? TimeBase.Previous : time.Base, Seconds(range.Groups[2]));
        }
        else if (_reader.Take($@"\.\.\.\s*(\+?)({Number})") is { } end)
        {
            returns = new ScriptTime(end.Groups[1].Length > 0 ? TimeBase.Previous : time.Base, Seconds(end.Groups[2]));
        }

        ScriptEvent parsed = ParseAction();
        (parsed.Line, parsed.Text, parsed.Time, parsed.RangeEnd, parsed.Returns) = (_reader.LineOf(start), _reader.Since(start), time, rangeEnd, returns);
        return parsed;
    }

    private ScriptTime ParseTime()
    {
        if (_reader.Next is '`' or '%')
        {
            return new ScriptTime(TimeBase.Previous, 0);
        }

        if (_reader.Skip(@"\*"))
        {
            return new ScriptTime(TimeBase.Any, 0);
        }

        Match match = _reader.Require($@"(\+?)\s*({Number})", "a time is expected");
        return new ScriptTime(match.Groups[1].Length > 0 ? TimeBase.Previous : TimeBase.Start, Seconds(match.Groups[2]));
    }

    private static double Seconds(Group group) => double.Parse(group.Value, CultureInfo.InvariantCulture);

    private ScriptEvent ParseAction()
    {
        if (_reader.Skip("`"))
        {
            return new CommandEvent(_reader.TakeUntil("`"));
        }

        if (_reader.Skip("%{"))
        {
            return new AssertionEvent(_reader.TakeUntil("}%"));
        }

        return _reader.Take(@"(?:\d+\s*)?([<>])") is { } direction
            ? new PacketEvent(direction.Groups[1].Value == "<", ParsePacket())
            : ParseCall();
    }

    private CallEvent ParseCall()
    {
        string name = _reader.Require("[a-z_][a-z_0-9]*", "a call is expected").Value;
        _reader.Require(@"\(", "( is expected");
        List<ScriptExpression> arguments = ParseList(')');
        _reader.Require("=", "= is expected");
        ScriptExpression result = ParseExpression();
        string? errno = _reader.Take("E[A-Z0-9]{2,}")?.Value;
        _reader.SkipParentheses();
        return new CallEvent(name, arguments, result, errno);
    }

    private List<ScriptExpression> ParseList(char end)
    {
        List<ScriptExpression> list = [];
        while (!_reader.Skip(Regex.Escape(end.ToString())))
        {
            if (_reader.IsAtEnd)
            {
                throw _reader.Error("the end of a list is missing");
            }

            if (!_reader.Skip(","))
            {
                list.Add(ParseExpression());
            }
        }

        return list;
    }

    private ScriptExpression ParseExpression()
    {
        ScriptExpression first = ParsePrimary();
        if (!_reader.Skip(@"\|"))
        {
            return first;
        }

        ScriptExpression or = new(ExpressionKind.Or) { Items = [first, ParsePrimary()] };
        while (_reader.Skip(@"\|"))
        {
            or.Items.Add(ParsePrimary());
        }

        return or;
    }

    private ScriptExpression ParsePrimary()
    {
        if (_reader.Skip(@"\.\.\."))
        {
            return new ScriptExpression(ExpressionKind.Ellipsis);
        }

        if (_reader.Take("0x([0-9a-fA-F]+)") is { } hexadecimal)
        {
            return new ScriptExpression(ExpressionKind.Number, Number: (long)ulong.Parse(hexadecimal.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        }

        if (_reader.Take(@"-?\d+") is { } number)
        {
            return new ScriptExpression(ExpressionKind.Number, Number: long.Parse(number.Value, CultureInfo.InvariantCulture));
        }

        if (_reader.Take("(?:\"([^\"]*)\"\\s*)+") is { } text)
        {
            return new ScriptExpression(ExpressionKind.Text, string.Concat(text.Groups[1].Captures.Select(capture => capture.Value)));
        }

        if (_reader.Skip(@"\["))
        {
            return new ScriptExpression(ExpressionKind.Array) { Items = ParseList(']') };
        }

        if (_reader.Skip(@"\{"))
        {
            return new ScriptExpression(ExpressionKind.Structure) { Items = ParseList('}') };
        }

        _reader.Skip("~");
        string name = _reader.Require("[A-Za-z_][A-Za-z_0-9]*", "an expression is expected").Value;
        if (_reader.Skip(@"\("))
        {
            return new ScriptExpression(ExpressionKind.Call, name) { Items = ParseList(')') };
        }

        return _reader.Skip("=")
            ? new ScriptExpression(ExpressionKind.Assignment, name) { Items = [ParseExpression()] }
            : new ScriptExpression(ExpressionKind.Symbol, name);
    }
}
