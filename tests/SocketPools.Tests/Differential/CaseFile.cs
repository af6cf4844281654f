namespace SocketPools.Tests.Differential;

/// <summary>One case: its sentence, its steps, and where it differs from CPython by our own choice.</summary>
internal sealed record Case(string Name, string Network, string? Difference, IReadOnlyList<CaseStep> Steps);

/// <summary>A step, and what ours answers where that differs.</summary>
internal sealed record CaseStep(string Text, string? Ours);

/// <summary>Reads the case files; tests/oracle/README.md has the grammar, and cases.py there is the Python twin.</summary>
internal static class CaseFile
{
    internal static IReadOnlyList<Case> ReadAll(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*.cases").Order(StringComparer.Ordinal).SelectMany(Read)];

    private static List<Case> Read(string path)
    {
        List<Case> cases = [];
        Template? template = null;
        foreach (string line in File.ReadLines(path))
        {
            string text = line.Trim();
            if (text.Length == 0 || text[0] == '#')
            {
                continue;
            }

            if (line.StartsWith("== ", StringComparison.Ordinal))
            {
                cases.AddRange(template?.Expand() ?? []);
                template = new Template(line[3..].Trim());
            }
            else if (line.StartsWith("  ", StringComparison.Ordinal))
            {
                template!.Steps.Add(text);
            }
            else
            {
                template!.AddHead(line);
            }
        }

        cases.AddRange(template?.Expand() ?? []);
        return cases;
    }

    /// <summary>A block of the file; its <c>each</c> lines make one case for each combination.</summary>
    private sealed class Template(string name)
    {
        private readonly List<(string[] Names, string[][] Values)> _each = [];
        private string _network = "host";
        private string? _difference;

        internal List<string> Steps { get; } = [];

        internal void AddHead(string line)
        {
            string[] parts = line.Split(':', 2);
            string value = parts[1].Trim();
            switch (parts[0].Split(' ', 2))
            {
                case ["each", string names]:
                    _each.Add((Split(names, ','), [.. value.Split('|').Select(v => Split(v, ','))]));
                    break;
                case ["alone"]:
                    break; // speaks to the oracle only
                case ["network"]:
                    _network = value;
                    break;
                case ["differs", string key]:
                    _difference = key;
                    break;
                default:
                    throw new InvalidDataException($"Unknown line: {line}");
            }
        }

        internal IEnumerable<Case> Expand()
        {
            IEnumerable<List<(string Key, string Value)>> combinations = [[]];
            foreach ((string[] names, string[][] rows) in _each)
            {
                combinations = [.. combinations.SelectMany(c => rows.Select(row => c.Concat(names.Zip(row)).ToList()))];
            }

            return combinations.Select(Fill);
        }

        private Case Fill(List<(string Key, string Value)> words)
        {
            string Replace(string text) => words.Aggregate(text, (t, w) => t.Replace($"{{{w.Key}}}", w.Value, StringComparison.Ordinal));
            string[] unnamed = [.. words.Where(w => !name.Contains($"{{{w.Key}}}", StringComparison.Ordinal)).Select(w => w.Value)];
            string sentence = Replace(name) + (unnamed.Length > 0 ? $" ({string.Join(", ", unnamed)})" : "");
            return new Case(sentence, _network, _difference, [.. Steps.Select(s => MakeStep(Replace(s)))]);
        }

        private static CaseStep MakeStep(string text)
        {
            string[] parts = text.Split(";; ours:", 2);
            return new CaseStep(parts[0].Trim(), parts.Length > 1 ? parts[1].Trim() : null);
        }

        private static string[] Split(string text, char separator) => [.. text.Split(separator).Select(t => t.Trim())];
    }
}
