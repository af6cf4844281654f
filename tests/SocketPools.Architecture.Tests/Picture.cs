using System.Text;
using System.Text.RegularExpressions;

namespace SocketPools.Architecture.Tests;

/// <summary>
/// Graphs of folders and of projects as Mermaid text. An arrow that follows from others is left out, so that the picture stays readable.
/// With <c>UPDATE_PICTURES=1</c> in the environment the page is written anew.
/// </summary>
internal static class Picture
{
    private const string Page = "docs/architecture.md";

    /// <summary>The name of the picture in which each project is a box.</summary>
    internal const string AllProjects = "the projects";

    /// <summary>Draws the folders of a project.</summary>
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

        return Written(project.Name, Draw(graph, folder => folder == "." ? project.Name : folder));
    }

    /// <summary>Draws all projects.</summary>
    internal static string OfProjects(IReadOnlyCollection<CompiledProject> projects)
    {
        Dictionary<string, HashSet<string>> graph = projects.ToDictionary(p => p.Name, p => p.AssemblyReferences.Intersect(projects.Select(o => o.Name)).ToHashSet());
        return Written(AllProjects, Draw(graph, name => name));
    }

    /// <summary>Whether the text of a project, from its heading to the next one, has a list entry for a folder.</summary>
    internal static bool Describes(string project, string folder)
    {
        string page = Repository.Read(Page);
        int start = page.IndexOf($"\n## `{project}`", StringComparison.Ordinal);
        int end = start < 0 ? -1 : page.IndexOf("\n## ", start + 4, StringComparison.Ordinal);
        return start >= 0 && page[start..(end < 0 ? page.Length : end)].Contains($"\n- `{folder}/`: ", StringComparison.Ordinal);
    }

    /// <summary>Reads what the page shows of a project.</summary>
    internal static string InDocumentation(string project)
    {
        Match shown = Block(project).Match(Repository.Read(Page));
        return shown.Success ? shown.Groups[1].Value : "";
    }

    private static string Draw(Dictionary<string, HashSet<string>> graph, Func<string, string> label)
    {
        StringBuilder text = new("flowchart BT\n");
        foreach (string box in graph.Keys)
        {
            text.Append("  ").Append(Id(box)).Append("[\"").Append(label(box)).Append("\"]\n");
        }

        foreach ((string box, HashSet<string> used) in graph)
        {
            foreach (string below in used.Where(to => !used.Any(other => other != to && Reaches(graph, other, to, []))).Order(StringComparer.Ordinal))
            {
                text.Append("  ").Append(Id(box)).Append(" --> ").Append(Id(below)).Append('\n');
            }
        }

        return text.ToString();
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

    private static string Id(string folder) => folder == "." ? "root" : folder.Replace('/', '_').Replace('.', '_');

    private static Regex Block(string project) =>
        new($"<!-- picture of {Regex.Escape(project)} -->\n```mermaid\n(.*?)```", RegexOptions.Singleline, TimeSpan.FromSeconds(5));
}
