namespace SocketPools.Tool.Tests;

/// <summary><c>socketpool sim</c>, each in a process of its own: a simulation needs the thread pool for itself.</summary>
public sealed class SimTests
{
    private const string Two = "[nodes.web]\n[nodes.desk]\n";

    // Some seeds fail, and some do not.
    private const string Lossy = Two + """
        [[traffic]]
        kind = "requests"
        from = "desk"
        to = "web"
        count = 2
        timeout = "4s"
        [[rules]]
        loss = 0.3
        """;

    [Theory(Timeout = 240_000)]
    [InlineData("lossy.toml")]
    [InlineData("crash.toml")]
    [InlineData("home.toml")]
    [InlineData("office.toml")]
    [InlineData("wifi.toml")]
    [InlineData("nemesis.toml")]
    [Trait("Speed", "Slow")]
    public async Task A_sample_gives_the_same_output_and_the_same_frames_for_the_same_seed(string sample)
    {
        using TemporaryDirectory directory = new();
        string file = Path.Combine(Samples(), sample);
        ToolResult first = (await RunAsync("sim", file, "--capture", Path.Combine(directory.Root, "a"))).Succeeds();
        ToolResult again = (await RunAsync("sim", file, "--capture", Path.Combine(directory.Root, "b"))).Succeeds();
        ToolResult other = await RunAsync("sim", file, "--seed", "2", "--capture", Path.Combine(directory.Root, "c"));
        Assert.Equal(first.Text, again.Text);
        Assert.NotEqual(first.Text, other.Text);
        byte[] frames = await File.ReadAllBytesAsync(Path.Combine(directory.Root, "a"), TestContext.Current.CancellationToken);
        Assert.True(frames.Length > 1000);
        Assert.Equal(frames, await File.ReadAllBytesAsync(Path.Combine(directory.Root, "b"), TestContext.Current.CancellationToken));
        Assert.NotEqual(frames, await File.ReadAllBytesAsync(Path.Combine(directory.Root, "c"), TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = 240_000)]
    [Trait("Speed", "Slow")]
    public async Task Commands_of_the_tool_run_on_nodes()
    {
        using TemporaryDirectory directory = new();
        directory.Write("www/page", "from a node\n");
        ToolResult result = await PlayAsync(directory, """
            [nodes.web]
            run = "serve $DIR/www --port 80 -n 2 &"
            [nodes.desk]
            run = ["ping web -c 2", "sleep 10s", "resolve web 80", "get http://web/page", "get 'http://web/page' -o $DIR/copy -q"]
            """);
        string text = result.Succeeds().Text;
        Assert.Contains("2 sent, 2 answered", text, StringComparison.Ordinal);
        Assert.Contains("10.0.1.1", text, StringComparison.Ordinal);
        Assert.Contains("web| GET /page 200 12", text, StringComparison.Ordinal);
        Assert.Contains("desk| from a node", text, StringComparison.Ordinal);
        Assert.Equal("from a node\n", await File.ReadAllTextAsync(Path.Combine(directory.Root, "copy"), TestContext.Current.CancellationToken));
        double seconds = double.Parse(text.Split("Seed 1: ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(seconds, 11, 12);
    }

    [Fact(Timeout = 240_000)]
    [Trait("Speed", "Slow")]
    public async Task Traffic_meets_its_bottleneck_and_what_fails_fails_the_command()
    {
        using TemporaryDirectory directory = new();
        string text = (await PlayAsync(directory, Two + """
            [[traffic]]
            kind = "bulk"
            from = "desk"
            to = "web"
            bytes = "1MB"
            [[traffic]]
            kind = "requests"
            from = "desk"
            to = "web"
            count = 10
            at = "60s"
            [[traffic]]
            kind = "rate"
            from = "web"
            to = "desk"
            rate = "100kbit"
            duration = "5s"
            at = "60s"
            [[rules]]
            between = ["web", "desk"]
            bandwidth = "2Mbit"
            delay = "10ms"
            """)).Succeeds().Text;
        double rate = double.Parse(text.Split(" Mbit/s")[0].Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(rate, 1.6, 2.0);
        Assert.Contains("52 datagrams of 1200 bytes in 5.000 s, 52 received (0.0 % lost)", text.Replace("53", "52", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("requests desk > web:5002", text, StringComparison.Ordinal);

        ToolResult failed = await PlayAsync(directory, Two + """
            [[traffic]]
            kind = "bulk"
            from = "desk"
            to = "web"
            timeout = "5s"
            [[rules]]
            partition = ["web", "desk"]
            """);
        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("failed at ", failed.Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 240_000)]
    [Trait("Speed", "Slow")]
    public async Task A_node_that_crashes_starts_its_shell_again_at_the_end_of_the_rule()
    {
        using TemporaryDirectory directory = new();
        string text = (await PlayAsync(directory, """
            duration = "60s"
            [nodes.web]
            run = "serve $DIR --port 80 &"
            [nodes.desk]
            [[rules]]
            crash = "web"
            at = "10s"
            for = "20s"
            [[rules]]
            freeze = "desk"
            at = "10s"
            for = "1s"
            note = "a bad moment"
            """)).Succeeds().Text;
        Assert.Equal(3, text.Split("web| Serving ").Length);
        Assert.Contains("30.000000 web| Serving", text, StringComparison.Ordinal);
        Assert.Contains("10.000000 a bad moment", text, StringComparison.Ordinal);
        Assert.Contains("Seed 1: 60.000000 s simulated", text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 240_000)]
    [Trait("Speed", "Slow")]
    public async Task Seeds_are_swept_and_the_failing_ones_named()
    {
        using TemporaryDirectory directory = new();
        directory.Write("x.toml", Lossy);
        string file = Path.Combine(directory.Root, "x.toml");
        ToolResult sweep = await RunAsync("sim", file, "--seeds", "1-30");
        Assert.Equal(1, sweep.ExitCode);
        string line = sweep.Text.Split('\n').First(l => l.StartsWith("seed ", StringComparison.Ordinal));
        string seed = line.Split(' ')[1].TrimEnd(':');
        Assert.Contains("30 seeds, ", sweep.Text, StringComparison.Ordinal);
        Assert.Equal(sweep.Text, (await RunAsync("sim", file, "--seeds", "1-30")).Text);

        // The seed alone fails in the same way.
        ToolResult alone = await RunAsync("sim", file, "--seed", seed);
        Assert.Equal(1, alone.ExitCode);
        Assert.Contains(line.Split(": ")[^1], alone.Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 240_000)]
    [Trait("Speed", "Slow")]
    public async Task Shards_of_a_sweep_have_reports_that_become_one_with_the_seeds_of_all()
    {
        using TemporaryDirectory directory = new();
        directory.Write("x.toml", Lossy);
        string file = Path.Combine(directory.Root, "x.toml"), reports = Path.Combine(directory.Root, "reports"), all = Path.Combine(reports, "all.xml");
        Directory.CreateDirectory(reports);
        string[] whole = [.. (await RunAsync("sim", file, "--seeds", "1-30")).Text.Split('\n').Where(l => l.StartsWith("seed ", StringComparison.Ordinal))];
        List<string> parts = [];
        for (int shard = 1; shard <= 3; shard++)
        {
            ToolResult part = await RunAsync("sim", file, "--seeds", "1-30", "--shard", $"{shard}/3", "--junit", Path.Combine(reports, $"{shard}.xml"));
            Assert.Contains("10 seeds, ", part.Text, StringComparison.Ordinal);
            parts.AddRange(part.Text.Split('\n').Where(l => l.StartsWith("seed ", StringComparison.Ordinal)));
        }

        Assert.NotEmpty(whole);
        Assert.Equal(whole.Order(), parts.Order());
        ToolResult report = await RunAsync("report", reports, "-o", all, "--expect", "3");
        Assert.Equal(1, report.ExitCode);
        string[] lines = report.Text.TrimEnd().Split('\n');
        Assert.StartsWith($"3 reports, 30 tests, {whole.Length} failed, 0 skipped", lines[^1], StringComparison.Ordinal);
        string seed = whole[0].Split(' ')[1].TrimEnd(':');
        Assert.Equal($"    socketpool sim {file} --seed {seed}", lines[1]);

        // The merged file is not read as one more report, and a missing one is noticed.
        Assert.Equal(report.Text, (await RunAsync("report", reports, "--output", all, "--expect", "3")).Text);
        Assert.Contains("1 reports, 30 tests", (await RunAsync("report", all)).Text, StringComparison.Ordinal);
        ToolResult missing = await RunAsync("report", Path.Combine(reports, "1.xml"), "--expect", "3");
        Assert.Contains("3 reports were expected", missing.Error, StringComparison.Ordinal);
        ToolResult twice = await RunAsync("report", reports);
        Assert.Contains("30 tests are in several reports", twice.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 240_000)]
    public async Task A_report_that_cannot_be_read_is_named()
    {
        using TemporaryDirectory directory = new();
        string bad = directory.Write("bad.xml", "<html/>"), good = directory.Write("good.xml", "<testsuite name='x'><testcase name='y'/></testsuite>"), none = directory.Write("none.xml", "<testsuite/>");
        Assert.Contains(bad, (await Tool.RunAsync("report", bad)).Fails(2), StringComparison.Ordinal);
        Assert.Contains("/nowhere", (await Tool.RunAsync("report", "/nowhere")).Fails(2), StringComparison.Ordinal);
        Assert.Contains("1 reports, 1 tests, 0 failed", (await Tool.RunAsync("report", good)).Succeeds().Text, StringComparison.Ordinal);
        Assert.Equal(1, (await Tool.RunAsync("report", none)).ExitCode); // nothing was tested
        Directory.CreateDirectory(directory["empty"]);
        (await Tool.RunAsync("report", directory["empty"])).Fails(2);
    }

    [Fact(Timeout = 240_000)]
    [Trait("Speed", "Slow")]
    public async Task A_timeline_is_a_page_with_the_nodes()
    {
        using TemporaryDirectory directory = new();
        string page = Path.Combine(directory.Root, "page.html");
        (await RunAsync("sim", Path.Combine(Samples(), "lossy.toml"), "--timeline", page, "-q")).Succeeds();
        Assert.Contains("<html", await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory(Timeout = 240_000)]
    [InlineData("1:1", "there are no nodes", "seed = 1\n")]
    [InlineData("2:8", "seed is a whole number", "\nseed = \"x\"\n[nodes.a]\n")]
    [InlineData("3:1", "[[rules]] has no key los; it has at, bandwidth, between", "[nodes.a]\n[[rules]]\nlos = 0.1\n")]
    [InlineData("4:8", "\"2\" is not a probability", "[nodes.a]\n\n[[rules]]\nloss = 2\n")]
    [InlineData("2:7", "a shell of a node runs", "[nodes.a]\nrun = \"rm -rf x\"\n")]
    [InlineData("3:3", "a shell of a node runs", "[nodes.a]\nrun = [\n  \"nc web 80\",\n]\n")]
    [InlineData("2:7", "a shell of a node runs", "[nodes.a]\nrun = \"join cafe\"\n")]
    [InlineData("2:13", "no IP address", "[nodes.a]\naddresses = \"10.0.0.300/24\"\n")]
    [InlineData("4:8", "no node \"b\": there is a", "[nodes.a]\n[[traffic]]\nkind = \"bulk\"\nfrom = \"b\"\nto = \"a\"\n")]
    [InlineData("4:8", "there is no traffic", "[nodes.a]\n[nodes.b]\n[[traffic]]\nkind = \"x\"\nfrom = \"b\"\nto = \"a\"\n")]
    [InlineData("3:9", "\"20 parsecs\" is not a time, as 250ms", "[nodes.a]\n[[rules]]\ndelay = \"20 parsecs\"\n")]
    [InlineData("2:1", "the rule does nothing: cut, loss", "[nodes.a]\n[[rules]]\nat = 1\n")]
    [InlineData("2:1", "says where, and not what", "[nodes.a]\n[[rules]]\nnode = \"a\"\nfreeze = \"a\"\n")]
    [InlineData("1:1", "nothing in it has an end", "[nodes.a]\n")]
    [InlineData("2:10", "python3 -m stacknetwork.simulate", "[nodes.a]\npython = \"x.py\"\n")]
    [InlineData("2:", "", "[nodes.a]\nrun = \n")]
    [InlineData("1:1", "no name of a node", "[nodes.\"a b\"]\n")]
    [InlineData("3:13", "two lists", "[nodes.a]\n[[rules]]\npartition = \"a\"\n")]
    [InlineData("3:7", "there is no fault \"explode\"", "\nfaults = \"\"\"\nat 1s explode\"\"\"\n")]
    public async Task What_is_wrong_in_a_file_has_its_line_and_column(string place, string message, string content)
    {
        using TemporaryDirectory directory = new();
        directory.Write("x.toml", content);
        string file = Path.Combine(directory.Root, "x.toml");
        string error = (await Tool.RunAsync("sim", file)).Fails(2);
        Assert.StartsWith($"{file}:{place}", error, StringComparison.Ordinal);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Theory(Timeout = 240_000)]
    [InlineData("4:9", "there is no node or router \"b\": there are ", "[nodes.a]\n[[rules]]\ncrash = \"b\"\n")]
    [InlineData("2:1", "10.0.255.255/16 is not the address of one host", "[nodes.a]\naddresses = \"10.0.255.255/16\"\n")]
    [InlineData("3:9", "\"pico9\" is no board: desk, picow", "[nodes.a]\nboard = \"pico9\"\n")]
    public async Task What_the_network_refuses_has_its_line_and_column(string place, string message, string content)
    {
        using TemporaryDirectory directory = new();
        ToolResult result = await PlayAsync(directory, $"duration = 5\n{content}");
        Assert.StartsWith($"socketpool: {Path.Combine(directory.Root, "x.toml")}:{place}: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Equal(2, result.ExitCode);
    }

    [Theory(Timeout = 240_000)]
    [InlineData("sim", "/nowhere/x.toml")]
    [InlineData("sim", "SAMPLE", "--seeds", "5")]
    [InlineData("sim", "SAMPLE", "--seeds", "9-1")]
    [InlineData("sim", "SAMPLE", "--seeds", "1-2", "--seed", "1")]
    [InlineData("sim", "SAMPLE", "--seeds", "1-2", "--shard", "3/2")]
    [InlineData("sim", "SAMPLE", "--seeds", "1-2", "--shard", "x")]
    [InlineData("sim", "SAMPLE", "--shard", "1/2")]
    [InlineData("sim", "SAMPLE", "--junit", "x.xml")]
    public async Task A_wrong_command_line_fails_with_2(params string[] args)
    {
        args[1] = args[1].Replace("SAMPLE", Path.Combine(Samples(), "lossy.toml"), StringComparison.Ordinal);
        Assert.NotEmpty((await Tool.RunAsync(args)).Fails(2));
    }

    private static async Task<ToolResult> PlayAsync(TemporaryDirectory directory, string scenario)
    {
        directory.Write("x.toml", scenario);
        return await RunAsync("sim", Path.Combine(directory.Root, "x.toml"));
    }

    private static async Task<ToolResult> RunAsync(params string[] args)
    {
        using Program program = Program.Start("dotnet", ["exec", typeof(ToolEntry).Assembly.Location, .. args]);
        return await program.EndAsync();
    }

    private static string Samples()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SocketPools.slnx")))
            {
                return Path.Combine(folder.FullName, "samples", "sim");
            }
        }

        throw new InvalidOperationException("the repository is not there");
    }
}
