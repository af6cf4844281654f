using System.Buffers;
using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Testing;

public static partial class RadioContract
{
    private static IEnumerable<ContractCase> PieceCases =>
    [
        new("Bytes in several pieces arrive in order, and empty pieces are nothing", run =>
        {
            (RadioSocket client, RadioSocket server) = run.Connection();
            byte[] data = run.Bytes(20_000);
            for (int sent = 0; sent < data.Length;)
            {
                run.Ready(client, Readiness.Writable);
                RadioResult result = client.TrySend(Pieces(data.AsMemory(sent), 40));
                run.IsTrue(!result.Failed && result.Count > 0, "some of the bytes to be taken", $"{result}");
                sent += result.Count;
            }

            run.SameBytes(data, run.Finish(ReceiveExactly(CallStyle.All[0], server, data.Length, null), "Receive"), "the data");
            run.Counts(0, client.TrySend(Pieces(default, 3)), "TrySend of empty pieces");
        }),
        new("Pieces into a full window are EAGAIN, and what was taken is reported", run =>
        {
            (RadioSocket client, RadioSocket server) = run.Connection();
            byte[] data = run.Bytes(65_536);
            long sent = 0;
            RadioResult result;
            do
            {
                while (!(result = client.TrySend(Pieces(data.AsMemory((int)(sent % data.Length)), 5))).Failed)
                {
                    sent += result.Count;
                }

                run.Fails(Errno.EAGAIN, result, "TrySend of pieces into a full window");
            }
            while (!run.StaysFull(client));
            byte[] received = run.Finish(ReceiveExactly(CallStyle.All[0], server, (int)sent, null), "Receive");
            for (int i = 0; i < received.Length; i++)
            {
                if (received[i] != data[i % data.Length])
                {
                    throw run.Failure($"byte {i} as it was sent", "another byte");
                }
            }
        }),
        new("Pieces on a stream that cannot send fail as bytes do", run =>
        {
            RadioSocket socket = run.Open(run.Near, SocketType.Stream);
            run.Fails(Errno.EPIPE, socket.TrySend(Pieces(new byte[10], 2)), "TrySend without a connection");
            socket.Close();
            run.Fails(Errno.EBADF, socket.TrySend(Pieces(new byte[10], 2)), "TrySend after Close");
        }),
    ];

    /// <summary>The asynchronous calls of a whole pool on the radio.</summary>
    private static IEnumerable<ContractCase> AsyncPoolCases =>
    [
        WithPools("A pool's sockets connect, accept, send and receive without holding a thread", (run, near, far) =>
        {
            using PoolSocket listener = ListenOn(run, far);
            using PoolSocket client = near.CreateSocket(run.Family);
            Task<PoolSocket> accepting = listener.AcceptAsync().AsTask();
            run.Finish(Done(client.ConnectAsync(listener.LocalEndPoint)), "ConnectAsync");
            using PoolSocket server = run.Finish(accepting, "AcceptAsync");
            byte[] data = run.Bytes(100_000);
            byte[] received = new byte[data.Length];
            Task<bool> sending = Done(client.SendAllAsync(Pieces(data, 30)));
            for (int have = 0; have < data.Length;)
            {
                have += run.Finish(server.ReceiveIntoAsync(received.AsMemory(have)).AsTask(), "ReceiveIntoAsync");
            }

            run.Finish(sending, "SendAllAsync");
            run.SameBytes(data, received, "the data");
            run.Finish(Done(server.SendAllAsync(data.AsMemory(0, 10))), "SendAllAsync");
            run.Same(10, run.Finish(client.ReceiveIntoAsync(received).AsTask(), "ReceiveIntoAsync"), "the count");
            server.Close();
            run.Same(0, run.Finish(client.ReceiveIntoAsync(received).AsTask(), "ReceiveIntoAsync"), "the end of the stream");
        }),
        WithPools("Datagrams are sent and received without holding a thread", (run, near, far) =>
        {
            using PoolSocket receiver = BindOn(far, run.Family, run.Pair.FarAddress);
            using PoolSocket sender = BindOn(near, run.Family, run.Pair.NearAddress);
            Task<ReceiveFromResult> receiving = receiver.ReceiveFromIntoAsync(new byte[10]).AsTask();
            run.StaysBlocked(receiving, "ReceiveFromIntoAsync");
            run.Same(3, run.Finish(sender.SendToAsync(new byte[3], receiver.LocalEndPoint).AsTask(), "SendToAsync"), "the count sent");
            ReceiveFromResult result = run.Finish(receiving, "ReceiveFromIntoAsync");
            run.Same((3, sender.LocalEndPoint), (result.Count, result.Remote.ToIPEndPoint()), "the datagram");
        }),
        WithPools("Asynchronous calls end at the deadline, on the radio's clock", (run, near, far) =>
        {
            using PoolSocket socket = BindOn(near, run.Family, run.Pair.NearAddress);
            using PoolSocket listener = ListenOn(run, far);
            foreach ((string name, PoolSocket one, Func<Task> call) in new (string, PoolSocket, Func<Task>)[]
            {
                ("ReceiveIntoAsync", socket, () => socket.ReceiveIntoAsync(new byte[1]).AsTask()),
                ("AcceptAsync", listener, () => listener.AcceptAsync().AsTask()),
            })
            {
                one.SetTimeout(s_short.TotalSeconds);
                Errno? late = null;
                run.LastsUntil(s_short, one.Pool.Radio, name, () =>
                {
                    late = Catch<PoolSocketException>(() => call().GetAwaiter().GetResult())?.Errno;
                    return RadioResult.Ok;
                });
                run.Same(Errno.ETIMEDOUT, late, $"the error of {name}");
                one.SetTimeout(0);
                run.Same(Errno.EAGAIN, Catch<PoolSocketException>(() => call().GetAwaiter().GetResult())?.Errno, $"the error of {name} with timeout 0");
            }
        }),
        WithPools("A cancelled asynchronous call loses nothing, with a timeout and without", (run, near, far) =>
        {
            using PoolSocket receiver = BindOn(far, run.Family, run.Pair.FarAddress);
            using PoolSocket sender = BindOn(near, run.Family, run.Pair.NearAddress);
            foreach (double? timeout in new double?[] { null, ContractRun.Long.TotalSeconds })
            {
                receiver.SetTimeout(timeout);
                using CancellationTokenSource source = new();
                Task<int> receiving = receiver.ReceiveIntoAsync(new byte[10], source.Token).AsTask();
                run.StaysBlocked(receiving, "ReceiveIntoAsync");
                source.Cancel();
                CancellationToken? token = run.Finish(CancelledBy(receiving), "the cancelled receive");
                run.Same(source.Token, token, "the token of the cancelled receive");
                run.Same(5, run.Finish(sender.SendToAsync(new byte[5], receiver.LocalEndPoint).AsTask(), "SendToAsync"), "the count sent");
                run.Same(5, run.Finish(receiver.ReceiveIntoAsync(new byte[10]).AsTask(), "ReceiveIntoAsync"), "the count");
            }
        }),
        WithPools("A cancelled connect closes its socket", (run, near, far) =>
        {
            using PoolSocket listener = ListenOn(run, far);
            int before = near.OpenCount;
            PoolSocket client = near.CreateSocket(run.Family);
            using CancellationTokenSource source = new();
            source.Cancel();
            CancellationToken? token = run.Finish(CancelledBy(client.ConnectAsync(listener.LocalEndPoint, source.Token).AsTask()), "the connect");
            run.Same(source.Token, token, "the token of the cancelled connect");
            run.Same(before, near.OpenCount, "open sockets");
        }),
        WithPools("Disposing a pool ends the asynchronous calls of its sockets", (run, near, _) =>
        {
            PoolSocket socket = BindOn(near, run.Family, run.Pair.NearAddress);
            Task<Errno?>[] calls = [ErrorOf(socket.ReceiveIntoAsync(new byte[1])), ErrorOf(socket.ReceiveIntoAsync(new byte[1]))];
            run.StaysBlocked(Task.WhenAny(calls), "the receives");
            near.Dispose();
            foreach (Task<Errno?> call in calls)
            {
                run.Same(Errno.EBADF, run.Finish(call, "ReceiveIntoAsync, after Dispose,"), "the error");
            }
        }),
    ];

    private static PoolSocket BindOn(SocketPool pool, AddressFamily family, IPAddress address)
    {
        PoolSocket socket = pool.CreateSocket(family, SocketType.Dgram);
        socket.Bind(new IPSocketAddress(address, 0));
        return socket;
    }

    private static PoolSocket ListenOn(ContractRun run, SocketPool far)
    {
        PoolSocket listener = far.CreateSocket(run.Family);
        listener.Bind(new IPSocketAddress(run.Pair.FarAddress, 0));
        listener.Listen();
        return listener;
    }

    private static async Task<bool> Done(ValueTask call)
    {
        await call.ConfigureAwait(false);
        return true;
    }

    private static async Task<Errno?> ErrorOf(ValueTask<int> call)
    {
        try
        {
            await call.ConfigureAwait(false);
            return null;
        }
        catch (PoolSocketException e)
        {
            return e.Errno;
        }
    }

    private static async Task<CancellationToken?> CancelledBy(Task call)
    {
        try
        {
            await call.ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException e)
        {
            return e.CancellationToken;
        }
    }

    /// <summary>So many pieces, every second of them empty.</summary>
    private static ReadOnlySequence<byte> Pieces(ReadOnlyMemory<byte> data, int count)
    {
        Piece first = new(default, null);
        Piece last = first;
        for (int i = 0; i < count; i++)
        {
            int start = (int)((long)data.Length * i / count);
            int end = (int)((long)data.Length * (i + 1) / count);
            last = new Piece(default, new Piece(data[start..end], last));
        }

        return new ReadOnlySequence<byte>(first, 0, last, 0);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        internal Piece(ReadOnlyMemory<byte> memory, Piece? before)
        {
            Memory = memory;
            RunningIndex = before is null ? 0 : before.RunningIndex + before.Memory.Length;
            before?.Next = this;
        }
    }
}
