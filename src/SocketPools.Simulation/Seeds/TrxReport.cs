using System.Globalization;
using System.Xml.Linq;

namespace SocketPools.Simulation.Seeds;

/// <summary>Reports of Visual Studio's tools (TRX), as the elements of JUnit's format.</summary>
internal static class TrxReport
{
    internal const string Root = "TestRun";

    /// <summary>One suite with all results.</summary>
    /// <param name="run">The root of the report.</param>
    /// <param name="name">The suite's name where the report has none.</param>
    internal static XElement ToSuite(XElement run, string name)
    {
        XNamespace trx = run.Name.Namespace;
        Dictionary<string, XElement> methods = [];
        foreach (XElement test in run.Descendants(trx + "UnitTest"))
        {
            if ((string?)test.Attribute("id") is { } id && test.Element(trx + "TestMethod") is { } method)
            {
                methods[id] = method;
            }
        }

        XElement? first = methods.Values.FirstOrDefault();
        XElement[] cases = [.. run.Descendants(trx + "UnitTestResult").Select(result => Case(result, methods.GetValueOrDefault((string?)result.Attribute("testId") ?? "")))];
        return new XElement(
            "testsuite",
            new XAttribute("name", (string?)first?.Attribute("codeBase") ?? name),
            new XAttribute("tests", cases.Length),
            new XAttribute("failures", cases.Count(c => c.Element("failure") is not null)),
            new XAttribute("errors", 0),
            new XAttribute("skipped", cases.Count(c => c.Element("skipped") is not null)),
            new XAttribute("time", cases.Sum(c => (double)c.Attribute("time")!).ToString("0.000", CultureInfo.InvariantCulture)),
            cases);
    }

    private static XElement Case(XElement result, XElement? method)
    {
        XNamespace trx = result.Name.Namespace;
        _ = TimeSpan.TryParse((string?)result.Attribute("duration"), CultureInfo.InvariantCulture, out TimeSpan duration);
        XElement test = new(
            "testcase",
            new XAttribute("classname", (string?)method?.Attribute("className") ?? ""),
            new XAttribute("name", (string?)result.Attribute("testName") ?? ""),
            new XAttribute("time", duration.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture)));
        switch ((string?)result.Attribute("outcome"))
        {
            case "Passed" or "Completed" or "Warning":
                break;
            case "NotExecuted" or "NotRunnable" or "Inconclusive" or "Pending":
                test.Add(new XElement("skipped"));
                break;
            default:
                XElement? error = result.Element(trx + "Output")?.Element(trx + "ErrorInfo");
                string message = (string?)error?.Element(trx + "Message") ?? "", stack = (string?)error?.Element(trx + "StackTrace") ?? "";
                test.Add(new XElement("failure", new XAttribute("message", message.Split('\n')[0].TrimEnd()), $"{message}\n{stack}"));
                break;
        }

        return test;
    }
}
