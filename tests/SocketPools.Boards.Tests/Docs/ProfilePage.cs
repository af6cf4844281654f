using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace SocketPools.Boards.Tests.Docs;

/// <summary>The tables of docs/boards.md, made from the profiles: a row a value, with its summary, and the source of each.</summary>
internal static class ProfilePage
{
    private static readonly XDocument s_documentation = XDocument.Load(Path.ChangeExtension(typeof(BoardProfile).Assembly.Location, ".xml"));

    internal static string Render()
    {
        List<string> sources = [];
        StringBuilder text = new();
        foreach (PropertyInfo section in Sections())
        {
            text.Append(CultureInfo.InvariantCulture, $"### {Words(section.Name)}\n\n| {Summary(section)} |");
            foreach (BoardProfile profile in BoardProfiles.All)
            {
                text.Append(CultureInfo.InvariantCulture, $" {profile.Name} |");
            }

            text.Append("\n|---|").Append(string.Concat(Enumerable.Repeat("---|", BoardProfiles.All.Count))).Append('\n');
            foreach (PropertyInfo value in Values(section.PropertyType))
            {
                AppendRow(text, value, [.. BoardProfiles.All.Select(profile => section.GetValue(profile)!)], sources);
            }

            text.Append('\n');
        }

        text.Append("### Options of setsockopt\n\n| option | level | number | boards |\n|---|---|---|---|\n");
        foreach (IGrouping<(int, int, string), (BoardOption Option, BoardProfile Profile)> option in BoardProfiles.All
            .SelectMany(p => p.Options, (p, o) => (Option: o, Profile: p)).GroupBy(p => (p.Option.Level, p.Option.Name, p.Option.Title)))
        {
            string boards = string.Join(", ", option.Select(o => $"{o.Profile.Name} {Kinds(o.Option)} ({Letter(o.Option.Evidence)})"));
            text.Append(CultureInfo.InvariantCulture, $"| {option.Key.Item3} | 0x{option.Key.Item1:X} | 0x{option.Key.Item2:X} | {boards} |\n");
        }

        AppendRow(text.Append("\n| |").Append(string.Concat(BoardProfiles.All.Select(p => $" {p.Name} |")))
            .Append("\n|---|").Append(string.Concat(Enumerable.Repeat("---|", BoardProfiles.All.Count))).Append('\n'),
            typeof(BoardProfile).GetProperty(nameof(BoardProfile.UnknownOption))!, [.. BoardProfiles.All], sources);
        text.Append("\n### Sources\n\n");
        for (int i = 0; i < sources.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{i + 1}. {sources[i]}\n");
        }

        return text.ToString();
    }

    private static void AppendRow(StringBuilder text, PropertyInfo value, object[] owners, List<string> sources)
    {
        text.Append(CultureInfo.InvariantCulture, $"| {Summary(value)} |");
        foreach (object owner in owners)
        {
            object cell = value.GetValue(owner)!;
            object? content = cell.GetType().GetProperty("Value")!.GetValue(cell);
            BoardEvidence evidence = (BoardEvidence)cell.GetType().GetProperty("Evidence")!.GetValue(cell)!;
            string source = (string)cell.GetType().GetProperty("Source")!.GetValue(cell)!;
            if (!sources.Contains(source))
            {
                sources.Add(source);
            }

            text.Append(CultureInfo.InvariantCulture, $" {Show(content)} {Letter(evidence)}{sources.IndexOf(source) + 1} |");
        }

        text.Append('\n');
    }

    private static IEnumerable<PropertyInfo> Sections() => typeof(BoardProfile).GetProperties()
        .Where(p => p.PropertyType.Assembly == typeof(BoardProfile).Assembly && !p.PropertyType.IsGenericType && Values(p.PropertyType).Any());

    private static IEnumerable<PropertyInfo> Values(Type type) => type.GetProperties()
        .Where(p => p.PropertyType.IsGenericType && p.PropertyType.GetGenericTypeDefinition() == typeof(BoardValue<>));

    private static string Letter(BoardEvidence evidence) => evidence.ToString()[..1];

    private static string Kinds(BoardOption option) => (option.OnStreams, option.OnDatagrams) switch
    {
        (true, true) => "TCP and UDP",
        (true, false) => "TCP",
        _ => "UDP",
    };

    private static string Show(object? value) => value switch
    {
        null => "-",
        bool flag => flag ? "yes" : "no",
        TimeSpan time when time == Timeout.InfiniteTimeSpan => "none",
        TimeSpan time => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s"),
        Enum name => name.GetType().Namespace == typeof(BoardProfile).Namespace ? Words(name.ToString()).ToLowerInvariant() : name.ToString(),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static string Words(string name) => Regex.Replace(name, "(?<=[a-z])(?=[A-Z])", " ");

    private static string Summary(PropertyInfo property)
    {
        string member = $"P:{property.DeclaringType!.FullName}.{property.Name}";
        XElement summary = s_documentation.Descendants("member").Single(m => (string)m.Attribute("name")! == member).Element("summary")!;
        return Regex.Replace(string.Concat(summary.Nodes().Select(n => n is XElement e ? (string?)e.Attribute("cref") ?? e.Value : n.ToString())), @"\s+", " ").Trim();
    }
}
