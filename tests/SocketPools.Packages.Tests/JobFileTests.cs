using System.Globalization;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace SocketPools.Packages.Tests;

/// <summary>The job files of docs/sweeps.md: their shape, and their command lines with the variables as the engines set them.</summary>
[Trait("Speed", "Slow")]
public sealed partial class JobFileTests(SweepFixture fixture) : IClassFixture<SweepFixture>
{
    // The page's 100 shards take as many processes; the numbers are replaced where all of them run.
    private const int Shards = 4;

    private static readonly string[] s_slurmOptions = ["job-name", "array", "cpus-per-task", "time"];

    [Fact(Timeout = 600_000)]
    public async Task The_shards_of_the_GitHub_job_run_each_seed_once_and_its_report_has_what_failed()
    {
        YamlMappingNode jobs = Map(Yaml("on: workflow_dispatch"), "jobs"), sweep = Map(jobs, "sweep"), report = Map(jobs, "report");
        Assert.Equal("sweep", Text(report, "needs"));
        Assert.Equal("always()", Text(report, "if"));
        string[] shards = [.. ((YamlSequenceNode)Map(Map(sweep, "strategy"), "matrix").Children["shard"]).Select(n => n.ToString())];
        using TemporaryDirectory directory = new();
        for (int index = 0; index < shards.Length; index++)
        {
            string place = directory[$"shards/shard-{shards[index]}"];
            string Value(string text) => text.Replace("${{ github.workspace }}", place, StringComparison.Ordinal).Replace("${{ matrix.shard }}", shards[index], StringComparison.Ordinal)
                .Replace("${{ strategy.job-index }}", $"{index}", StringComparison.Ordinal)
                .Replace("${{ strategy.job-total }}", $"{shards.Length}", StringComparison.Ordinal);
            string command = Value(Run(sweep)).Replace("--project tests/Shop.Tests", $"--no-build --project {Repository.Root}/samples/sweeps/xunit", StringComparison.Ordinal);
            Assert.DoesNotContain("${{", command, StringComparison.Ordinal);
            Directory.CreateDirectory(place);
            ProgramRun.Result run = await fixture.RunAsync(place, command, [.. Map(sweep, "env").Select(v => ($"{v.Key}", Value($"{v.Value}")))]);
            Assert.True(run.ExitCode is 0 or 2, run.Output + run.Error);
            Assert.Equal(SweepFixture.SeedsIn(Path.Combine(place, "reports", $"shard-{shards[index]}.xml")).Count(), Directory.GetFiles(Path.Combine(place, "captures"), "*.pcapng").Length);
            Assert.Equal(Enumerable.Range(0, 100).Where(i => i % shards.Length == index).Select(i => i + 1), SweepFixture.SeedsIn(Path.Combine(place, "reports", $"shard-{shards[index]}.xml")));
        }

        await AssertReportAsync(directory.Root, Run(report), "sweep.xml", shards.Length);
    }

    [Fact(Timeout = 600_000)]
    public async Task The_pods_of_the_Kubernetes_job_run_each_seed_once()
    {
        YamlMappingNode job = Yaml("kind: Job"), spec = Map(job, "spec"), pod = Map(Map(spec, "template"), "spec");
        Assert.Equal(("batch/v1", "Indexed", "Never"), (Text(job, "apiVersion"), Text(spec, "completionMode"), Text(pod, "restartPolicy")));
        YamlMappingNode container = (YamlMappingNode)Assert.Single((YamlSequenceNode)pod.Children["containers"]);
        Dictionary<string, string> variables = ((YamlSequenceNode)container.Children["env"]).Cast<YamlMappingNode>().ToDictionary(v => Text(v, "name"), v => Text(v, "value"));
        Assert.Equal(Text(spec, "completions"), variables["SOCKETPOOL_SIMULATION_SHARDS"]);
        Assert.Equal(Text(spec, "completions"), Text(spec, "maxFailedIndexes"));
        string[] mounts = [.. ((YamlSequenceNode)container.Children["volumeMounts"]).Cast<YamlMappingNode>().Select(m => Text(m, "name"))];
        Assert.Equal(mounts, ((YamlSequenceNode)pod.Children["volumes"]).Cast<YamlMappingNode>().Select(v => Text(v, "name")));

        using TemporaryDirectory directory = new();
        variables["SOCKETPOOL_SIMULATION_SHARDS"] = $"{Shards}";
        for (int index = 0; index < Shards; index++)
        {
            // The kubelet replaces $(NAME) with variables of the container; the job's controller adds JOB_COMPLETION_INDEX to them.
            variables["JOB_COMPLETION_INDEX"] = $"{index}";
            string[] words = [.. ((YamlSequenceNode)container.Children["command"]).Select(n => Reference().Replace(n.ToString(), m => variables[m.Groups[1].Value]))];
            words = [.. words.Select(w => w == "/tests/Shop.Tests" ? SweepFixture.Programs["xunit"] : w == "/reports" ? directory["reports"] : w)];
            ProgramRun.Result run = await fixture.RunAsync(directory.Root, string.Join(' ', words.Select(w => $"'{w}'")), [.. variables.Select(v => (v.Key, v.Value))]);
            Assert.True(run.ExitCode is 0 or 2, run.Output + run.Error);
        }

        await AssertReportAsync(directory.Root, $"socketpool report reports --output sweep.xml --expect {Shards}", "sweep.xml", Shards);
    }

    [Fact(Timeout = 600_000)]
    public async Task The_tasks_of_the_Slurm_array_run_each_seed_once()
    {
        string script = Block("#!/bin/bash"), submission = Block("job=$(sbatch");
        using TemporaryDirectory directory = new();
        foreach (string text in (string[])[script, submission])
        {
            ProgramRun.Result check = await fixture.RunAsync(directory.Root, $"bash -n {directory.Write("check.sh", text)}");
            Assert.True(check.ExitCode == 0, check.Error);
        }

        Match[] directives = Directive().Matches(script).ToArray();
        Assert.Equal(s_slurmOptions, directives.Select(d => d.Groups[1].Value));
        Assert.Equal(script.Split('\n').TakeWhile(l => l.StartsWith('#')).Count() - 1, directives.Length); // sbatch reads them before the first command alone
        Match array = Range().Match(directives[1].Groups[2].Value);
        Assert.Contains($"--expect {array.Groups[2].Value}", submission, StringComparison.Ordinal);
        int first = int.Parse(array.Groups[1].Value, CultureInfo.InvariantCulture);
        directory.Write("sweep.sh", script.Replace("./Shop.Tests", SweepFixture.Programs["xunit"], StringComparison.Ordinal));
        for (int task = first; task < first + Shards; task++)
        {
            ProgramRun.Result run = await fixture.RunAsync(
                "/", $"bash {directory["sweep.sh"]}", ("SLURM_SUBMIT_DIR", directory.Root), ("SLURM_ARRAY_TASK_ID", $"{task}"), ("SLURM_ARRAY_TASK_MIN", $"{first}"),
                ("SLURM_ARRAY_TASK_MAX", $"{first + Shards - 1}"), ("SLURM_ARRAY_TASK_STEP", "1"), ("SLURM_ARRAY_TASK_COUNT", $"{Shards}"));
            Assert.True(run.ExitCode is 0 or 2, run.Output + run.Error);
        }

        string report = Wrapped().Match(submission).Groups[1].Value.Replace("--expect 100", $"--expect {Shards}", StringComparison.Ordinal);
        await AssertReportAsync(directory.Root, report, "sweep.xml", Shards);
    }

    // The seeds of all shards, and those that fail with one machine.
    private async Task AssertReportAsync(string directory, string command, string file, int shards)
    {
        ProgramRun.Result report = await fixture.RunAsync(directory, command);
        Assert.True(report.ExitCode == 1, report.Output + report.Error);
        Assert.Contains($"{shards} reports, 100 tests, ", report.Output, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(1, 100), SweepFixture.SeedsIn(Path.Combine(directory, file)));
        ProgramRun.Result alone = await fixture.RunAsync(directory, SweepFixture.Programs["xunit"]);
        Assert.Equal(FailedSeeds().Matches(alone.Output).Select(m => m.Groups[1].Value).Order(), Listed().Matches(report.Output).Select(m => m.Groups[1].Value).Order());
    }

    private static string Run(YamlMappingNode job) =>
        ((YamlSequenceNode)job.Children["steps"]).Cast<YamlMappingNode>().Single(step => step.Children.ContainsKey("run")).Children["run"].ToString();

    private static YamlMappingNode Yaml(string part)
    {
        YamlStream stream = [];
        stream.Load(new StringReader(Block(part)));
        return (YamlMappingNode)Assert.Single(stream.Documents).RootNode;
    }

    private static string Block(string part) =>
        Fenced().Matches(Repository.Read("docs/sweeps.md")).Select(m => m.Groups[1].Value).Single(block => block.Contains(part, StringComparison.Ordinal));

    private static YamlMappingNode Map(YamlMappingNode node, string key) => (YamlMappingNode)node.Children[key];

    private static string Text(YamlMappingNode node, string key) => ((YamlScalarNode)node.Children[key]).Value!;

    [GeneratedRegex("```(?:yaml|bash)\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Fenced();

    [GeneratedRegex("\\$\\(([A-Z_]+)\\)")]
    private static partial Regex Reference();

    [GeneratedRegex("^#SBATCH --([a-z-]+)=(\\S+)$", RegexOptions.Multiline)]
    private static partial Regex Directive();

    [GeneratedRegex("^([0-9]+)-([0-9]+)$")]
    private static partial Regex Range();

    [GeneratedRegex("--wrap \"([^\"]+)\"")]
    private static partial Regex Wrapped();

    [GeneratedRegex("The simulation of seed ([0-9]+) failed")]
    private static partial Regex FailedSeeds();

    [GeneratedRegex("^seed ([0-9]+), ", RegexOptions.Multiline)]
    private static partial Regex Listed();
}
