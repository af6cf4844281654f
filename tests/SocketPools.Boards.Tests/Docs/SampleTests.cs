namespace SocketPools.Boards.Tests.Docs;

/// <summary>samples/board.cs runs as its head says.</summary>
[Trait("Speed", "Slow")]
public sealed class SampleTests
{
    [Fact]
    public async Task The_sample_passes_at_the_desk_and_fails_on_a_Pico_W_with_an_explanation()
    {
        ProgramRun.Result desk = await Sample.RunAsync("board");
        Assert.Equal(0, desk.ExitCode);
        Assert.Contains("attempt 2: connected", desk.Output, StringComparison.Ordinal);
        ProgramRun.Result board = await Sample.RunAsync("board", "picow");
        Assert.Equal(1, board.ExitCode);
        Assert.Contains("never ECONNREFUSED", board.Output, StringComparison.Ordinal);
        Assert.Contains("attempt 2: EBADF", board.Output, StringComparison.Ordinal);
    }
}
