namespace SocketPools.Tool.Tests;

public sealed class GetFileTests : IDisposable
{
    private const string Whole = "HTTP/1.1 200 OK\r\nETag: \"new\"\r\nContent-Length: 5\r\n\r\nworld";
    private const string CutOff = "HTTP/1.1 200 OK\r\nETag: \"new\"\r\nContent-Length: 50\r\n\r\nworld";

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 240_000)]
    public async Task A_file_that_cannot_be_opened_gets_no_note_of_a_version_that_it_does_not_have()
    {
        string file = _directory.Write("f", "of an older version");
        using ScriptedServer server = new(Whole);
        using (new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.None))
        {
            Assert.NotEmpty((await Tool.RunAsync("get", server.Url, "-o", file)).Fails());
        }

        Assert.False(File.Exists(file + ".resume"));
        Assert.Equal("of an older version", File.ReadAllText(file));
    }

    [Fact(Timeout = 240_000)]
    public async Task The_note_of_a_part_outlives_a_run_that_could_not_open_the_file()
    {
        string file = _directory.Write("f", "wor");
        using ScriptedServer server = new(Whole);
        string note = $"{server.Url}\n\"old\"\n";
        _directory.Write("f.resume", note);
        using (new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.None))
        {
            Assert.NotEmpty((await Tool.RunAsync("get", server.Url, "-o", file)).Fails());
        }

        Assert.Equal(note, File.ReadAllText(file + ".resume"));
    }

    [Theory(Timeout = 240_000)]
    [InlineData(Whole, 0)]
    [InlineData(CutOff, 1)]
    public async Task A_file_named_like_a_note_that_is_none_is_left_alone(string answer, int exitCode)
    {
        _directory.Write("jane.resume", "My life\nas a file\n");
        using ScriptedServer server = new(answer);
        Assert.Equal(exitCode, (await Tool.RunAsync("get", server.Url, "-o", _directory["jane"])).ExitCode);
        Assert.Equal("My life\nas a file\n", File.ReadAllText(_directory["jane.resume"]));
        Assert.Equal("world", File.ReadAllText(_directory["jane"]));
    }

    [Fact(Timeout = 240_000)]
    public async Task A_longer_file_is_replaced_to_its_end()
    {
        _directory.Write("f", "something longer");
        _directory.Write("f.resume", "http://elsewhere/\n\"old\"\n");
        using ScriptedServer server = new(Whole);
        (await Tool.RunAsync("get", server.Url, "-o", _directory["f"])).Succeeds();
        Assert.Equal("world", File.ReadAllText(_directory["f"]));
        Assert.False(File.Exists(_directory["f.resume"]));
    }

    [Fact(Timeout = 240_000)]
    public async Task A_device_takes_the_bytes_and_gets_no_note()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/full");
        using ScriptedServer server = new(Whole);
        (await Tool.RunAsync("get", server.Url, "-o", "/dev/null")).Succeeds();
        Assert.Contains("No space left", (await Tool.RunAsync("get", server.Url, "-o", "/dev/full")).Fails(), StringComparison.Ordinal);
        Assert.False(File.Exists("/dev/full.resume"));
    }
}
