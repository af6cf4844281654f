namespace SocketPools.Architecture.Tests;

/// <summary>Dependencies between the folders of a project point down, as the compiled assemblies show.</summary>
public sealed class LayerTests
{
    private static readonly IReadOnlyDictionary<string, CompiledProject> s_projects = CompiledProject.All;

    public static TheoryData<string> Names => [.. CompiledProject.Names()];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_folder_of_a_project_has_a_row_and_every_row_has_a_folder(string project) =>
        Assert.Equal(Layers.Of[project].Order(StringComparer.Ordinal), s_projects[project].Folders);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_folder_refers_only_to_folders_below_it(string project)
    {
        string[] layers = Layers.Of[project];
        string[] wrong = [.. s_projects[project].References
            .Select(r => (r.From, r.To, FromFolder: s_projects[project].FolderOf(r.From), ToFolder: s_projects[project].FolderOf(r.To)))
            .Where(r => Array.IndexOf(layers, r.FromFolder) < Array.IndexOf(layers, r.ToFolder))
            .Select(r => $"{r.FromFolder} -> {r.ToFolder}: {r.From} refers to {r.To}")
            .Order(StringComparer.Ordinal)];
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void All_parts_of_a_type_stand_in_one_folder(string project) => Assert.Empty(s_projects[project].ScatteredTypes);

    [Fact]
    public void A_project_refers_only_to_projects_below_it()
    {
        string[] wrong = [.. s_projects.Values
            .SelectMany(p => p.AssemblyReferences.Where(Layers.Of.ContainsKey), (p, used) => (p.Name, Used: used))
            .Where(r => !Layers.Projects[r.Name].Contains(r.Used))
            .Select(r => $"{r.Name} refers to {r.Used}")];
        Assert.Empty(wrong);
    }

    [Fact]
    public void Only_projects_in_tests_see_the_internals_of_a_project()
    {
        string[] tests = [.. Directory.GetDirectories(Path.Combine(Repository.Root, "tests")).Select(d => Path.GetFileName(d)!)];
        string[] wrong = [.. s_projects.Values.SelectMany(p => p.Friends.Except(tests), (p, friend) => $"{friend} sees the internals of {p.Name}")];
        Assert.Empty(wrong);
        Assert.Contains("SocketPools.Tests", s_projects["SocketPools"].Friends); // else the attribute was not read
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_documentation_has_a_sentence_for_every_folder(string project)
    {
        string[] missing = [.. s_projects[project].Folders.Where(f => f != "." && !Picture.Describes(project, f))];
        Assert.Empty(missing);
    }

    [Fact]
    public void The_picture_of_the_projects_is_what_was_compiled() =>
        Assert.Equal(Picture.OfProjects([.. s_projects.Values]), Picture.InDocumentation(Picture.AllProjects));

    [Theory]
    [MemberData(nameof(Names))]
    public void The_picture_in_the_documentation_is_what_was_compiled(string project) =>
        Assert.Equal(s_projects[project].Folders.Count() < 2 ? "" : Picture.Of(s_projects[project]), Picture.InDocumentation(project));
}
