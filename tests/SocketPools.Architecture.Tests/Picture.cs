using System.Text;
using System.Text.RegularExpressions;

namespace SocketPools.Architecture.Tests;

/// <summary>
/// The graph of a project's folders as Mermaid text. An arrow that follows from others is left out, so that the picture stays readable.
/// With <c>UPDATE_PICTURES=1</c> in the environment the page is written anew.
/// </summary>
internal static class Picture
{
    private const string Page = "docs/architecture.md";

    /// <summary>Draws a project.</summary>
    internal static string Of(CompiledProject project)
    {
        Dictionary<string, HashSet<string>> graph = project.Folders.ToDictionary(f => f, _ => new HashSet<string>());
        foreach (TypeReferences.Pair reference in project.References)
        {
            if (project.FolderOf(reference.From) is var from && project.FolderOf(reference.To) is var to && from != to)
            {
                graph[from].Add(to);
            }
        }

        StringBuilder text = new("flowchart BT\n");
        foreach (string folder in graph.Keys)
        {
            text.Append("  ").Append(Id(folder)).Append("[\"").Append(folder == "." ? project.Name : folder).Append("\"]\n");
        }

        foreach ((string folder, HashSet<string> used) in graph)
        {
            foreach (string below in used.Where(to => !used.Any(other => other != to && Reaches(graph, other, to, []))).Order(StringComparer.Ordinal))
            {
                text.Append("  ").Append(Id(folder)).Append(" --> ").Append(Id(below)).Append('\n');
            }
        }

        return Written(project.Name, text.ToString());
    }

    /// <summary>Reads what the page shows of a project.</summary>
    internal static string InDocumentation(string project)
    {
        Match shown = Block(project).Match(Repository.Read(Page));
        return shown.Success ? shown.Groups[1].Value : "";
    }

    private static string Written(string project, string picture)
    {
        if (Environment.GetEnvironmentVariable("UPDATE_PICTURES") == "1")
        {
            string path = Path.Combine(Repository.Root, Page);
            string page = File.ReadAllText(path);
            File.WriteAllText(path, Block(project).Replace(page, m => m.Value.Replace(m.Groups[1].Value, picture, StringComparison.Ordinal), 1));
        }

        return picture;
    }

    private static bool Reaches(Dictionary<string, HashSet<string>> graph, string from, string to, HashSet<string> seen) =>
        seen.Add(from) && (graph[from].Contains(to) || graph[from].Any(next => Reaches(graph, next, to, seen)));

    private static string Id(string folder) => folder == "." ? "root" : folder.Replace("/", "_", StringComparison.Ordinal);

    private static Regex Block(string project) =>
        new($"<!-- picture of {Regex.Escape(project)} -->\n```mermaid\n(.*?)```", RegexOptions.Singleline, TimeSpan.FromSeconds(5));
}
