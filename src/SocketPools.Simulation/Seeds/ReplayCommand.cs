namespace SocketPools.Simulation.Seeds;

/// <summary>How this process was started, for messages that say how to run something again.</summary>
internal static class ReplayCommand
{
    // What `dotnet test` adds, each with a value: pipes and ports that are gone afterwards.
    private static readonly string[] s_transient =
        ["--server", "--dotnet-test-pipe", "--client-port", "--client-host", "--port", "--endpoint", "--parentprocessid", "--internal-testhostcontroller-pid"];

    internal static string Current => Describe(Environment.ProcessPath, Environment.GetCommandLineArgs());

    internal static string Describe(string? process, IReadOnlyList<string> arguments)
    {
        string name = Path.GetFileNameWithoutExtension(process ?? "");
        string program = arguments.Count > 0 ? arguments[0] : "";
        if (name.StartsWith("testhost", StringComparison.Ordinal) || Path.GetFileName(program).StartsWith("testhost", StringComparison.Ordinal))
        {
            return "dotnet test";
        }

        List<string> words = process is null ? [program] : name == "dotnet" ? [name, program] : [process];
        for (int i = 1; i < arguments.Count; i++)
        {
            if (s_transient.Contains(arguments[i]))
            {
                i++;
            }
            else
            {
                words.Add(arguments[i]);
            }
        }

        return string.Join(' ', words.Select(Quote));
    }

    private static string Quote(string word) =>
        word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./\\:=,+*%@".Contains(c, StringComparison.Ordinal)) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
