using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using SocketPools.Radios;

namespace SocketPools.AspNetCore.Tests;

/// <summary>Clients, hosts and owners that behave badly. Kestrel's time limits are tested in simulated time, in SocketPools.Simulation.Tests.</summary>
public sealed class BadDayTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_goes_away_aborts_its_request(bool reset)
    {
        TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await TestServer.StartAsync(app => app.MapGet("/", async (HttpContext context) =>
        {
            using CancellationTokenRegistration registration = context.RequestAborted.Register(() => aborted.SetResult());
            started.SetResult();
            await aborted.Task;
        }));
        using RawClient client = await RawClient.ConnectAsync(server.EndPoint);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        await started.Task;
        if (reset)
        {
            client.Reset();
        }
        else
        {
            client.Dispose();
        }

        await aborted.Task;
        await server.OnlyOpenAsync(1);
    }

    [Fact]
    public async Task A_client_that_resets_while_it_uploads_ends_the_read_with_an_io_exception()
    {
        TaskCompletionSource<Exception> outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await TestServer.StartAsync(app => app.MapPost("/", async (HttpContext context) =>
        {
            started.SetResult();
            outcome.SetResult(await Assert.ThrowsAnyAsync<Exception>(() => context.Request.Body.CopyToAsync(Stream.Null)));
        }));
        using RawClient client = await RawClient.ConnectAsync(server.EndPoint);
        await client.SendAsync("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n" + new string('x', 1000));
        await started.Task;
        client.Reset();
        Assert.IsAssignableFrom<IOException>(await outcome.Task);
        await server.OnlyOpenAsync(1);
    }

    [Fact]
    public async Task A_client_that_resets_while_it_downloads_ends_the_connection_only()
    {
        TaskCompletionSource over = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await TestServer.StartAsync(app =>
        {
            app.MapGet("/", () => "hello");
            app.MapGet("/endless", async (HttpContext context) =>
            {
                byte[] block = new byte[100_000];
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await context.Response.Body.WriteAsync(block);
                }

                over.SetResult();
            });
        });
        using RawClient client = await RawClient.ConnectAsync(server.EndPoint);
        await client.SendAsync("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n");
        await client.ReceiveUntilAsync("\0\0\0");
        client.Reset();
        await over.Task;
        using HttpClient other = server.CreateClient();
        Assert.Equal("hello", await other.GetStringAsync("/"));
        other.Dispose();
        await server.OnlyOpenAsync(1);
    }

    [Fact]
    public async Task An_application_that_aborts_resets_the_connection()
    {
        await using TestServer server = await TestServer.StartAsync(app => app.MapGet("/", (HttpContext context) => context.Abort()));
        using RawClient client = await RawClient.ConnectAsync(server.EndPoint);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.Equal("(reset)", await client.ReceiveToEndAsync());
        await server.OnlyOpenAsync(1);
    }

    [Fact]
    public async Task Stopping_finishes_the_requests_under_way_and_takes_no_new_ones()
    {
        TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await TestServer.StartAsync(app => app.MapGet("/", async () =>
        {
            started.SetResult();
            await go.Task;
            return "finished";
        }));
        using HttpClient client = server.CreateClient();
        using RawClient idle = await RawClient.ConnectAsync(server.EndPoint);
        Task<string> answer = client.GetStringAsync("/");
        await started.Task;
        Task stop = server.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal("", await idle.ReceiveToEndAsync());
        await Assert.ThrowsAsync<SocketException>(() => RawClient.ConnectAsync(server.EndPoint));
        Assert.False(stop.IsCompleted);
        go.SetResult();
        Assert.Equal("finished", await answer);
        await stop;
        Assert.Equal(0, server.Pool.OpenCount);
    }

    [Fact]
    public async Task A_stop_that_may_not_wait_aborts_what_is_under_way()
    {
        TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await TestServer.StartAsync(
            app => app.MapGet("/", async (HttpContext context) =>
            {
                started.SetResult();
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }),
            new ServerSetup { MayLogErrors = true });
        using HttpClient client = server.CreateClient();
        Task<string> answer = client.GetStringAsync("/");
        await started.Task;
        using CancellationTokenSource now = new();
        await now.CancelAsync();
        await server.StopAsync(now.Token);
        await Assert.ThrowsAsync<HttpRequestException>(() => answer);
        await server.OnlyOpenAsync(0);
    }

    [Theory]
    [InlineData(Errno.EMFILE)]
    [InlineData(Errno.ENFILE)]
    [InlineData(Errno.ENOBUFS)]
    [InlineData(Errno.ENOMEM)]
    public async Task Without_descriptors_accepting_pauses_and_goes_on_when_they_come_back(Errno errno)
    {
        FailingRadio radio = new() { AcceptFails = errno };
        await using TestServer server = await TestServer.StartAsync(app => app.MapGet("/", () => "hello"), new ServerSetup { Radio = radio.Radio });
        using HttpClient client = server.CreateClient();
        Task<string> answer = client.GetStringAsync("/");
        while (radio.Failures < 3)
        {
            await Task.Yield();
        }

        Assert.False(answer.IsCompleted);
        radio.AcceptFails = Errno.None;
        Assert.Equal("hello", await answer);

        // Pauses, not a loop: 5 ms and more lie between two attempts.
        Assert.InRange(radio.Failures, 3, 200);
    }

    [Theory]
    [InlineData(Errno.ECONNABORTED)]
    [InlineData(Errno.EPROTO)]
    [InlineData(Errno.EHOSTUNREACH)]
    [InlineData(Errno.EPERM)]
    public async Task A_connection_that_fails_before_it_is_accepted_stops_nobody(Errno errno)
    {
        FailingRadio radio = new() { AcceptFails = errno, Times = 5 };
        await using TestServer server = await TestServer.StartAsync(app => app.MapGet("/", () => "hello"), new ServerSetup { Radio = radio.Radio });
        using HttpClient client = server.CreateClient();
        Assert.Equal("hello", await client.GetStringAsync("/"));
        Assert.Equal(5, radio.Failures);
    }
}
