using SocketPools.Radios;

namespace SocketPools.Testing;

public static partial class RadioContract
{
    private static IEnumerable<ContractCase> AsyncWaitCases =>
    [
        new("An asynchronous wait for what is there already is over at once", run =>
        {
            RadioSocket socket = run.NearDatagram(out _);
            run.Ok(run.Finish(socket.WaitAsync(Readiness.Writable, CancellationToken.None).AsTask(), "WaitAsync"), "WaitAsync(Writable)");
        }),
        new("A cancelled asynchronous wait is a cancelled task", run =>
        {
            RadioSocket socket = run.NearDatagram(out _);
            using CancellationTokenSource before = new();
            before.Cancel();
            IsCancelled(run, socket.WaitAsync(Readiness.Readable, before.Token).AsTask(), "a wait that was cancelled before");
            using CancellationTokenSource during = new();
            Task<RadioResult> waiting = socket.WaitAsync(Readiness.Readable, during.Token).AsTask();
            run.StaysBlocked(waiting, "WaitAsync");
            during.Cancel();
            IsCancelled(run, waiting, "a wait that was cancelled while it waited");
        }),
        new("A thousand cancelled waits leave nothing behind", run =>
        {
            RadioSocket socket = run.FarDatagram(out IPSocketAddress address);
            for (int i = 0; i < 1000; i++)
            {
                using CancellationTokenSource end = new();
                Task<RadioResult> waiting = socket.WaitAsync(Readiness.Readable, end.Token).AsTask();
                end.Cancel();
                IsCancelled(run, waiting, $"wait {i}");
            }

            Task<RadioResult> last = socket.WaitAsync(Readiness.Readable, CancellationToken.None).AsTask();
            run.StaysBlocked(last, "WaitAsync after cancelled ones");
            run.Counts(1, run.NearDatagram(out _).TrySendTo([1], address), "TrySendTo");
            run.Ok(run.Finish(last, "WaitAsync"), "WaitAsync");
            run.Counts(1, socket.TryReceive(new byte[2]), "TryReceive");
            socket.Close();
            run.Fails(Errno.EBADF, run.Finish(socket.WaitAsync(Readiness.Readable, CancellationToken.None).AsTask(), "WaitAsync"), "WaitAsync after Close");
        }),
        new("Cancelling one wait leaves the others of the same socket", run =>
        {
            RadioSocket socket = run.FarDatagram(out IPSocketAddress address);
            using CancellationTokenSource end = new();
            Task<RadioResult> cancelled = socket.WaitAsync(Readiness.Readable, end.Token).AsTask();
            Task<RadioResult> other = socket.WaitAsync(Readiness.Readable, CancellationToken.None).AsTask();
            end.Cancel();
            IsCancelled(run, cancelled, "the cancelled wait");
            run.StaysBlocked(other, "the other wait");
            run.NearDatagram(out _).TrySendTo([1], address);
            run.Ok(run.Finish(other, "WaitAsync"), "the other wait");
        }),
        new("Several asynchronous waits of one socket all end", run =>
        {
            RadioSocket socket = run.FarDatagram(out IPSocketAddress address);
            Task<RadioResult>[] waits = [.. Enumerable.Range(0, 5).Select(_ => socket.WaitAsync(Readiness.Readable, CancellationToken.None).AsTask())];
            run.NearDatagram(out _).TrySendTo([1], address);
            foreach (Task<RadioResult> wait in waits)
            {
                run.Ok(run.Finish(wait, "WaitAsync"), "WaitAsync");
            }
        }),
        new("Waits for the two directions of one socket do not disturb each other", run =>
        {
            (RadioSocket client, RadioSocket server) = run.Connection();
            long sent = FillWindow(run, client, new byte[65_536]);
            Task<RadioResult> readable = client.WaitAsync(Readiness.Readable, CancellationToken.None).AsTask();
            Task<RadioResult> writable = client.WaitAsync(Readiness.Writable, CancellationToken.None).AsTask();
            run.StaysBlocked(Task.WhenAny(readable, writable), "both waits");
            run.Finish(ReceiveExactly(CallStyle.All[0], server, (int)sent, null), "Receive");
            run.Ok(run.Finish(writable, "WaitAsync(Writable)"), "WaitAsync(Writable)");
            run.StaysBlocked(readable, "WaitAsync(Readable)");
            run.Counts(1, server.TrySend([1]), "TrySend");
            run.Ok(run.Finish(readable, "WaitAsync(Readable)"), "WaitAsync(Readable)");
        }),
        new("A blocking and an asynchronous wait of one socket both end", run =>
        {
            RadioSocket socket = run.FarDatagram(out IPSocketAddress address);
            Task<RadioResult> blocking = ContractRun.Start(() => socket.Wait(Readiness.Readable, ContractRun.Forever(run.Far)));
            Task<RadioResult> waiting = socket.WaitAsync(Readiness.Readable, CancellationToken.None).AsTask();
            run.StaysBlocked(Task.WhenAny(blocking, waiting), "both waits");
            run.NearDatagram(out _).TrySendTo([1], address);
            run.Ok(run.Finish(waiting, "WaitAsync"), "WaitAsync");
            run.Ok(run.Finish(blocking, "Wait"), "Wait");
        }),
        new("A wait may start on the continuation of another", run =>
        {
            RadioSocket socket = run.FarDatagram(out IPSocketAddress address);
            async Task<RadioResult> ThreeInARow()
            {
                RadioResult result = RadioResult.Ok;
                for (int i = 0; i < 3 && !result.Failed; i++)
                {
                    result = await socket.WaitAsync(Readiness.Readable, CancellationToken.None).ConfigureAwait(false);
                    socket.TryReceive(new byte[1]);
                }

                return result;
            }

            Task<RadioResult> row = ThreeInARow();
            RadioSocket near = run.NearDatagram(out _);
            for (int i = 0; i < 3; i++)
            {
                run.StaysBlocked(row, "the row of waits");
                run.Counts(1, near.TrySendTo([1], address), "TrySendTo");
            }

            run.Ok(run.Finish(row, "the row of waits"), "the row of waits");
        }),
    ];

    private static void IsCancelled(ContractRun run, Task<RadioResult> task, string what)
    {
        bool cancelled = run.Finish(Watch(task), what);
        run.IsTrue(cancelled, $"{what} to be a cancelled task", $"{task.Status}");

        static async Task<bool> Watch(Task task)
        {
            await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return task.IsCanceled;
        }
    }
}
