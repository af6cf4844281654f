using System.Globalization;
using System.Text;
using SocketPools.Simulation;

namespace SocketPools.Tool.Simulating;

/// <summary>Runs a line of a shell as the command itself would, on a pool.</summary>
internal delegate int VerbRunner(string[] arguments, ToolConsole console, SocketPool pool, Serving.ThreadStarter start, CancellationToken stop);

/// <summary>The shell of a node: lines with commands of <c>socketpool</c>, one after the other; one that ends with &amp; runs beside the next ones.</summary>
internal sealed class NodeShell(ScenarioRun run, ScenarioNode node)
{
    internal static readonly string[] Verbs = ["get", "ping", "resolve", "serve", "sleep"];

    internal static bool IsBackground(string line) => line.TrimEnd().EndsWith('&');

    /// <summary>A line whose command exists.</summary>
    /// <exception cref="ScenarioException">There is none of that name.</exception>
    internal static ShellLine Check(string file, ShellLine line)
    {
        string[] words = Split(line.Text.TrimEnd().TrimEnd('&'));
        if (words.Length == 0 || !Verbs.Contains(words[0]))
        {
            string found = words.Length == 0 ? "nothing" : $"\"{ToolConsole.OneLine(words[0])}\"";
            throw new ScenarioException(file, line.Line, $"a shell of a node runs {string.Join(", ", Verbs)}, not {found}");
        }

        if (words[0] == "sleep" && (words.Length != 2 || ScenarioUnits.Time(double.TryParse(words[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) ? seconds : words[1]) is null))
        {
            throw new ScenarioException(file, line.Line, "sleep takes a time such as \"5s\" or \"20ms\"");
        }

        return line;
    }

    /// <summary>Runs the lines. How many have failed.</summary>
    internal int Run()
    {
        int failed = 0;
        foreach (ShellLine line in node.Shell)
        {
            if (IsBackground(line.Text))
            {
                run.Start($"{node.Name}: {line.Text}", () => Execute(line.Text.TrimEnd().TrimEnd('&')));
            }
            else
            {
                int status = Execute(line.Text);
                if (status != ExitCodes.Ok)
                {
                    failed++;
                    run.Print(node.Name, FormattableString.Invariant($"exit code {status}: {ToolConsole.OneLine(line.Text)}"));
                }
            }
        }

        return failed;
    }

    private int Execute(string line)
    {
        string[] words = [.. Split(line).Select(word => word.Replace("$DIR", run.Folder, StringComparison.Ordinal))];
        if (words[0] == "sleep")
        {
            run.Pause(ScenarioUnits.Time(double.TryParse(words[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) ? seconds : words[1])!.Value);
            return ExitCodes.Ok;
        }

        SimulatedNode target = run.Network[node.Name];
        using LineStream output = new(text => run.Print(node.Name, text));
        using StreamWriter error = new(output, new UTF8Encoding(false), leaveOpen: true) { AutoFlush = true, NewLine = "\n" };
        ToolConsole console = new(Stream.Null, output, error, ErrorIsTerminal: false);
        return run.RunVerb(words, console, target.Pool, run.Start, run.Stop);
    }

    /// <summary>Words between spaces; quotes hold words together.</summary>
    internal static string[] Split(string line)
    {
        List<string> words = [];
        StringBuilder word = new();
        char quote = '\0';
        bool isWord = false;
        foreach (char c in line)
        {
            if (quote == '\0' && char.IsWhiteSpace(c))
            {
                if (isWord)
                {
                    words.Add(word.ToString());
                }

                word.Clear();
                isWord = false;
                continue;
            }

            isWord = true;
            if (c == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && c is '"' or '\'')
            {
                quote = c;
            }
            else
            {
                word.Append(c);
            }
        }

        if (isWord)
        {
            words.Add(word.ToString());
        }

        return [.. words];
    }
}

/// <summary>A stream of text that gives its lines away.</summary>
internal sealed class LineStream(Action<string> print) : Stream
{
    private readonly MemoryStream _line = new();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        foreach (byte b in buffer)
        {
            if (b == '\n')
            {
                Print();
            }
            else
            {
                _line.WriteByte(b);
            }
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (_line.Length > 0)
        {
            Print();
        }

        base.Dispose(disposing);
    }

    private void Print()
    {
        print(ToolConsole.OneLine(Encoding.UTF8.GetString(_line.GetBuffer(), 0, (int)_line.Length).TrimEnd('\r')));
        _line.SetLength(0);
    }
}
