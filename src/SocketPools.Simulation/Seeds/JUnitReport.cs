using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using SocketPools.Simulation.Seeds;

namespace SocketPools.Simulation;

/// <summary>Reports in JUnit's format (XML), which CI servers read. Reports in TRX, as <c>--report-trx</c> of .NET's test frameworks writes, are read too.</summary>
public static class JUnitReport
{
    private static readonly string[] s_counts = ["tests", "failures", "errors", "skipped"];

    /// <summary>Puts the reports of shards together: suites of the same name become one, with the sums of their numbers.</summary>
    /// <param name="reports">The files to read, in JUnit's format or TRX.</param>
    /// <param name="merged">The file to write, which is replaced.</param>
    /// <exception cref="FormatException">A file is no report in this format.</exception>
    public static void Merge(IEnumerable<string> reports, string merged)
    {
        ArgumentNullException.ThrowIfNull(reports);
        ArgumentException.ThrowIfNullOrEmpty(merged);
        Dictionary<string, XElement> suites = new(StringComparer.Ordinal);
        foreach (string report in reports)
        {
            foreach (XElement suite in Suites(report))
            {
                string name = (string?)suite.Attribute("name") ?? "";
                if (!suites.TryGetValue(name, out XElement? known))
                {
                    suites.Add(name, new XElement(suite));
                    continue;
                }

                known.Add(suite.Elements());
                AddUp(known, [known, suite]);
            }
        }

        XElement root = new("testsuites", suites.Values);
        AddUp(root, suites.Values);
        using XmlWriter writer = XmlWriter.Create(merged, new XmlWriterSettings { Indent = true });
        root.WriteTo(writer);
    }

    /// <summary>Reads the numbers and the failures of reports.</summary>
    /// <param name="reports">The files, in JUnit's format or TRX.</param>
    /// <exception cref="FormatException">A file is no report in this format.</exception>
    public static JUnitSummary Read(IEnumerable<string> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        return JUnitSummary.Of([.. reports.Select(report => (IReadOnlyList<XElement>)[.. Suites(report)])]);
    }

    internal static void Write(Stream stream, string name, IReadOnlyList<SimulationSweepRun> runs)
    {
        XElement suite = new("testsuite", new XAttribute("name", name), runs.Select(run => Case(name, run)));
        suite.SetAttributeValue("tests", runs.Count);
        suite.SetAttributeValue("failures", runs.Count(r => r.Failure is not null));
        suite.SetAttributeValue("errors", 0);
        suite.SetAttributeValue("skipped", 0);
        suite.SetAttributeValue("time", Seconds(runs.Sum(r => r.Duration.TotalSeconds)));
        XElement root = new("testsuites", suite);
        AddUp(root, [suite]);
        using XmlWriter writer = XmlWriter.Create(stream, new XmlWriterSettings { Indent = true });
        root.WriteTo(writer);
    }

    private static XElement Case(string suite, SimulationSweepRun run)
    {
        XElement test = new(
            "testcase",
            new XAttribute("classname", suite),
            new XAttribute("name", string.Create(CultureInfo.InvariantCulture, $"seed {run.Seed}")),
            new XAttribute("time", Seconds(run.Duration.TotalSeconds)));
        if (run.Failure is { } failure)
        {
            string message = Printable(failure.Message);
            test.Add(new XElement(
                "failure",
                new XAttribute("message", message.Split('\n')[0].TrimEnd()),
                new XAttribute("type", (failure.InnerException ?? failure).GetType().FullName ?? ""),
                message));
        }

        return test;
    }

    private static IEnumerable<XElement> Suites(string path)
    {
        XElement? root;
        try
        {
            using XmlReader reader = XmlReader.Create(path, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
            root = XDocument.Load(reader).Root;
        }
        catch (XmlException e)
        {
            throw new FormatException($"{path} is no report in JUnit's format or TRX: {e.Message}", e);
        }

        return root?.Name.LocalName switch
        {
            "testsuites" => root.Elements("testsuite"),
            "testsuite" => [root],
            TrxReport.Root => [TrxReport.ToSuite(root, Path.GetFileNameWithoutExtension(path))],
            _ => throw new FormatException($"{path} is no report in JUnit's format or TRX: its root is {root?.Name.LocalName}."),
        };
    }

    private static void AddUp(XElement into, IEnumerable<XElement> parts)
    {
        XElement[] all = [.. parts];
        foreach (string count in s_counts)
        {
            into.SetAttributeValue(count, all.Sum(p => Number(p, count)).ToString("0", CultureInfo.InvariantCulture));
        }

        into.SetAttributeValue("time", Seconds(all.Sum(p => Number(p, "time"))));
    }

    internal static double Number(XElement element, string name) =>
        double.TryParse((string?)element.Attribute(name), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : 0;

    private static string Seconds(double seconds) => seconds.ToString("0.000", CultureInfo.InvariantCulture);

    // XML has no place for most control characters.
    private static string Printable(string text) => string.Concat(text.Select(c => XmlConvert.IsXmlChar(c) || char.IsSurrogate(c) ? c : '\uFFFD'));
}
