using System.Text;
using SocketPools.Simulation;

namespace SocketPools.Tool.Simulating;

/// <summary>Runs a line of a shell as the command itself would, on a pool.</summary>
internal delegate int VerbRunner(string[] arguments, ToolConsole console, SocketPool pool, Serving.ThreadStarter start, CancellationToken stop);

/// <summary>The shell of a node: lines with commands of <c>socketpool</c>, one after the other; one that ends with &amp; runs beside the next ones.</summary>
internal sealed class NodeShell(ScenarioRun run, ScenarioNode node)
{
    private static readonly string[] s_verbs = ["get", "ping", "resolve", "serve", "sleep"];
    private static readonly string[] s_stationVerbs = ["join", "leave", "scan"];

    internal static bool IsBackground(string line) => line.TrimEnd().EndsWith('&');

    /// <summary>Checks that the commands of a node exist.</summary>
    /// <exception cref="FaultScriptException">There is none of that name.</exception>
    internal static void Check(ScenarioNode node)
    {
        foreach (ScenarioText line in node.Commands)
        {
            string[] words = WordsOf(line.Text, out bool isExpectedToFail);
            if (isExpectedToFail && IsBackground(line.Text))
            {
                throw line.CreateException("a command with ! before it is waited for, and has no & behind it");
            }

            string[] known = node.IsStation ? [.. s_verbs, .. s_stationVerbs] : s_verbs;
            if (words.Length == 0 || !known.Contains(words[0]))
            {
                string found = words.Length == 0 ? "nothing" : $"\"{words[0]}\"";
                throw line.CreateException($"a shell of a {(node.IsStation ? "station" : "node")} runs {string.Join(", ", known)}, not {found}");
            }

            if (words[0] == "sleep" && (words.Length != 2 || ReadTime(words[1]) is null))
            {
                throw line.CreateException("sleep takes a time such as 5s or 20ms");
            }

            if (words[0] == "join" ? words.Length is < 2 or > 3 : s_stationVerbs.Contains(words[0]) && words.Length != 1)
            {
                throw line.CreateException(words[0] == "join" ? "join takes a network and its password: join SSID PASSWORD" : $"{words[0]} takes no argument");
            }
        }
    }

    /// <summary>Runs the lines. How many have failed.</summary>
    internal int Run()
    {
        int failed = 0;
        int starts = run.Network[node.Name].Restarts;
        foreach (ScenarioText line in node.Commands)
        {
            if (run.Network[node.Name] is not { IsRunning: true } now || now.Restarts != starts)
            {
                // The node has crashed, and its shell with it; a restart has begun another one.
                break;
            }

            if (IsBackground(line.Text))
            {
                run.Start($"{node.Name}: {line.Text}", () => Execute(WordsOf(line.Text, out _)));
            }
            else
            {
                int status = Execute(WordsOf(line.Text, out bool isExpectedToFail));
                if (status != ExitCodes.Ok == !isExpectedToFail)
                {
                    failed++;
                    run.Print(node.Name, FormattableString.Invariant($"exit code {status}: {ToolConsole.OneLine(line.Text)}"));
                }
            }
        }

        return failed;
    }

    // "! get http://web/" succeeds when the command fails.
    private static string[] WordsOf(string line, out bool isExpectedToFail)
    {
        string[] words = Split(line.TrimEnd().TrimEnd('&'));
        isExpectedToFail = words.Length > 0 && words[0] == "!";
        return isExpectedToFail ? words[1..] : words;
    }

    private int Execute(string[] line)
    {
        string[] words = [.. line.Select(word => word.Replace("$DIR", run.Folder, StringComparison.Ordinal))];
        if (words[0] == "sleep")
        {
            run.Pause(ReadTime(words[1])!.Value);
            return ExitCodes.Ok;
        }

        if (s_stationVerbs.Contains(words[0]))
        {
            return new StationShell(run, (SimulatedStation)run.Network[node.Name]).Run(words);
        }

        SimulatedNode target = run.Network[node.Name];
        using LineStream output = new(text => run.Print(node.Name, text));
        using StreamWriter error = new(output, new UTF8Encoding(false), leaveOpen: true) { AutoFlush = true, NewLine = "\n" };
        ToolConsole console = new(Stream.Null, output, error, ErrorIsTerminal: false);
        return run.RunVerb(words, console, target.Pool, run.Start, run.Stop);
    }

    // "5s", or "5" as sleep(1) has it.
    private static TimeSpan? ReadTime(string text) => FaultScript.TryReadTime(text, out TimeSpan time) || FaultScript.TryReadTime($"{text}s", out time) ? time : null;

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
