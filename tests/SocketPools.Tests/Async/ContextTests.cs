namespace SocketPools.Tests.Async;

/// <summary>Where what follows a wait runs, and with what.</summary>
public sealed class ContextTests
{
    private static readonly AsyncLocal<string?> s_local = new();

    [Fact]
    public async Task A_callers_context_comes_back_after_the_wait_and_nobody_elses()
    {
        using TestPool pool = new();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(id => Task.Run(async () =>
        {
            (PoolSocket client, PoolSocket server) = pool.TcpPair();
            byte[] buffer = new byte[1];
            for (int i = 0; i < 500; i++)
            {
                string mine = $"{id}/{i}";
                s_local.Value = mine;
                ValueTask<int> receiving = server.ReceiveIntoAsync(buffer);
                await client.SendAsync(buffer);
                await receiving;
                Assert.Equal(mine, s_local.Value);
            }
        })));
    }

    [Fact]
    public async Task What_code_leaves_on_a_thread_is_not_found_by_the_next()
    {
        // Such a continuation takes no context with it: what it sets stays on the thread unless somebody cleans up.
        using TestPool pool = new();
        (PoolSocket client, PoolSocket server) = pool.TcpPair();
        byte[] buffer = new byte[1];
        for (int i = 0; i < 200; i++)
        {
            TaskCompletionSource<string?> seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await Task.Run(() =>
            {
                using (ExecutionContext.SuppressFlow())
                {
                    ValueTask<int> receiving = server.ReceiveIntoAsync(buffer);
                    System.Runtime.CompilerServices.ValueTaskAwaiter<int> awaiter = receiving.GetAwaiter();
                    awaiter.UnsafeOnCompleted(() =>
                    {
                        awaiter.GetResult();
                        string? found = s_local.Value ?? SynchronizationContext.Current?.ToString();
                        s_local.Value = "left behind";
                        SynchronizationContext.SetSynchronizationContext(new SynchronizationContext());
                        seen.SetResult(found);
                    });
                }
            });
            await client.SendAsync(new byte[1]);
            Assert.Null(await seen.Task);
        }
    }

    [Fact]
    public async Task Code_that_blocks_after_its_wait_does_not_stop_the_others()
    {
        using TestPool pool = new();
        using ManualResetEventSlim end = new();
        List<Task> blocked = [];
        int inside = 0;
        for (int i = 0; i < 20; i++)
        {
            (PoolSocket client, PoolSocket server) = pool.TcpPair();
            Task block = BlockAfterReceive(server);
            await client.SendAsync(new byte[1]);
            blocked.Add(block);
        }

        SpinWait.SpinUntil(() => Volatile.Read(ref inside) == 20, TimeSpan.FromSeconds(120));
        Assert.Equal(20, inside);
        (PoolSocket one, PoolSocket other) = pool.TcpPair();
        for (int i = 0; i < 100; i++)
        {
            ValueTask<int> receiving = other.ReceiveIntoAsync(new byte[1]);
            await one.SendAsync(new byte[1]);
            Assert.Equal(1, await receiving);
        }

        end.Set();
        await Task.WhenAll(blocked);

        async Task BlockAfterReceive(PoolSocket socket)
        {
            await socket.ReceiveIntoAsync(new byte[1]).ConfigureAwait(false);
            Interlocked.Increment(ref inside);
            end.Wait();
        }
    }
}
