using System.Net.Sockets;
using System.Text;

namespace SocketPools.Tool.Tests;

public sealed class ServeBusyTests : IDisposable
{
    // Longer than the tests may take: a client that waits for another's time to be up is too late.
    private const string Never = "600";

    private readonly TemporaryDirectory _directory = new();

    public ServeBusyTests() => _directory.Write("x", "0123456789");

    public void Dispose() => _directory.Dispose();

    [Theory(Timeout = 240_000)]
    [InlineData("")]
    [InlineData("Connection: close\r\n")]
    public async Task Clients_that_keep_their_connections_open_do_not_keep_others_out(string field)
    {
        using RunningTool serve = Tool.Start("serve", _directory.Root, "--port", "0", "--max-sockets", "4", "--timeout", Never);
        Uri url = new((await serve.OutputLineAsync("Serving ")).Split(" on ")[1]);
        List<TcpClient> clients = [];
        try
        {
            for (int i = 0; i < 20; i++)
            {
                TcpClient client = new();
                clients.Add(client);
                await client.ConnectAsync(url.Host, url.Port, TestContext.Current.CancellationToken);
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /x HTTP/1.1\r\nHost: a\r\n{field}\r\n"), TestContext.Current.CancellationToken);
                Assert.EndsWith("\r\n\r\n0123456789", await ReadAnswerAsync(client));
            }
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    [Fact(Timeout = 240_000)]
    public async Task An_idle_connection_is_kept_while_nobody_needs_its_place()
    {
        using RunningTool serve = Tool.Start("serve", _directory.Root, "--port", "0", "--max-sockets", "3", "--timeout", Never);
        Uri url = new((await serve.OutputLineAsync("Serving ")).Split(" on ")[1]);
        using TcpClient client = new();
        await client.ConnectAsync(url.Host, url.Port, TestContext.Current.CancellationToken);
        for (int i = 0; i < 5; i++)
        {
            await client.GetStream().WriteAsync("GET /x HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
            Assert.Contains("Connection: keep-alive", await ReadAnswerAsync(client), StringComparison.Ordinal);
        }
    }

    [Fact(Timeout = 240_000)]
    public async Task Prints_that_nobody_takes_do_not_hold_up_the_clients()
    {
        using StuckStream output = new();
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        ToolConsole console = new(Stream.Null, output, TextWriter.Null, false);
        Task<int> serve = Task.Factory.StartNew(
            () => ToolEntry.Run(["serve", _directory.Root, "--port", "0"], console, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        string url = (await output.FirstLine).Split(" on ")[1];
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal("0123456789", (await Tool.RunAsync("get", url + "x")).Succeeds().Text);
        }

        output.GoOn();
        await stop.CancelAsync();
        Assert.Equal(130, await serve);
    }

    private static async Task<string> ReadAnswerAsync(TcpClient client)
    {
        StringBuilder answer = new();
        byte[] block = new byte[4096];
        while (!answer.ToString().EndsWith("0123456789", StringComparison.Ordinal)
            && await client.GetStream().ReadAsync(block, TestContext.Current.CancellationToken) is var count and > 0)
        {
            answer.Append(Encoding.ASCII.GetString(block, 0, count));
        }

        return answer.ToString();
    }

    /// <summary>Takes one line; every write after it waits, as in a pipe that is full.</summary>
    private sealed class StuckStream : MemoryStream
    {
        private readonly TaskCompletionSource<string> _line = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _goOn = new();

        internal Task<string> FirstLine => _line.Task;

        internal void GoOn() => _goOn.Set();

        public override void Write(ReadOnlySpan<byte> buffer) => Write(buffer.ToArray(), 0, buffer.Length);

        public override void Write(byte[] buffer, int offset, int count)
        {
            if (_line.Task.IsCompleted)
            {
                _goOn.Wait();
                return;
            }

            base.Write(buffer, offset, count);
            string text = Encoding.UTF8.GetString(ToArray());
            if (text.EndsWith('\n'))
            {
                _line.SetResult(text.TrimEnd());
            }
        }
    }
}
