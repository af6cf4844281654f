using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Testing;

public static partial class RadioContract
{
    private static IEnumerable<ContractCase> ConnectingCases =>
    [
        new("A connect that is started ends by itself, and FinishConnect reports the result", run =>
        {
            run.Listener(out IPSocketAddress address);
            RadioSocket client = run.Open(run.Near, SocketType.Stream);
            RadioResult started = client.TryConnect(address);
            run.IsTrue(!started.Failed || started.Errno == Errno.EINPROGRESS, "TryConnect to start", $"{started}");
            run.Ready(client, Readiness.Writable);
            run.Ok(client.FinishConnect(), "FinishConnect");
            run.Same(address, run.RemoteOf(client), "the peer");
        }),
        new("FinishConnect reports a refusal once", run =>
        {
            run.Bound(run.Far, run.Pair.FarAddress, SocketType.Stream, out IPSocketAddress deaf);
            RadioSocket client = run.Open(run.Near, SocketType.Stream);
            RadioResult result = client.TryConnect(deaf);
            if (result.Errno == Errno.EINPROGRESS)
            {
                run.Ready(client, Readiness.Writable);
                result = client.FinishConnect();
                run.IsTrue(client.FinishConnect().Errno != Errno.ECONNREFUSED, "another answer the second time", "ECONNREFUSED again");
            }

            run.Fails(Errno.ECONNREFUSED, result, "FinishConnect");
        }),
        new("A second attempt while a connect is under way changes nothing", run =>
        {
            run.Listener(out IPSocketAddress address);
            RadioSocket client = run.Open(run.Near, SocketType.Stream);
            client.TryConnect(address);
            RadioResult second = client.TryConnect(address);
            run.FailsWithOneOf([Errno.EALREADY, Errno.EISCONN, Errno.None], second, "the second TryConnect");
            run.Ready(client, Readiness.Writable);
            run.Ok(client.FinishConnect(), "FinishConnect");
        }),
        new("A backlog keeps connections and their data until they are accepted", run =>
        {
            RadioSocket listener = run.Listener(out IPSocketAddress address, 4);
            for (byte i = 0; i < 3; i++)
            {
                RadioSocket client = run.Open(run.Near, SocketType.Stream);
                run.Ok(run.Call("Connect", () => client.Connect(address, ContractRun.At(client, ContractRun.Long))), "Connect");
                run.Counts(1, client.TrySend([i]), "TrySend before Accept");
                client.Close();
            }

            for (byte i = 0; i < 3; i++)
            {
                run.Ready(listener, Readiness.Readable);
                run.Ok(listener.TryAccept(out RadioSocket? server, out _), "TryAccept");
                run.Track(server!);
                run.Ready(server!, Readiness.Readable);
                byte[] buffer = new byte[2];
                run.Counts(1, server!.TryReceive(buffer), "TryReceive");
                run.Same(i, buffer[0], "the byte");
            }
        }),
        new("A backlog of 0 still takes a connection", run =>
        {
            run.Listener(out IPSocketAddress address, 0);
            RadioSocket client = run.Open(run.Near, SocketType.Stream);
            run.Ok(run.Call("Connect", () => client.Connect(address, ContractRun.At(client, ContractRun.Long))), "Connect");
        }),
        new("A socket that does not listen accepts no connection", run =>
        {
            run.Fails(Errno.EINVAL, run.Open(run.Near, SocketType.Stream).TryAccept(out RadioSocket? none, out _), "TryAccept");
            run.IsTrue(none is null, "no socket", "one");
            (RadioSocket client, _) = run.Connection();
            run.Fails(Errno.EINVAL, client.TryAccept(out _, out _), "TryAccept of a connected socket");
        }),
        new("Closing a listener refuses those who come after", run =>
        {
            RadioSocket listener = run.Listener(out IPSocketAddress address);
            listener.Close();
            RadioSocket client = run.Open(run.Near, SocketType.Stream);
            run.Fails(Errno.ECONNREFUSED, run.Call("Connect", () => client.Connect(address, ContractRun.At(client, ContractRun.Long))), "Connect");
        }),
    ];

    private static IEnumerable<ContractCase> StreamAttemptCases =>
    [
        new("A stream without a connection: receives are ENOTCONN, sends are EPIPE", run =>
        {
            RadioSocket socket = run.Open(run.Near, SocketType.Stream);
            run.Fails(Errno.ENOTCONN, socket.TryReceive(new byte[1]), "TryReceive");
            run.Fails(Errno.EPIPE, socket.TrySend([1]), "TrySend");
            run.Fails(Errno.ENOTCONN, socket.Shutdown(SocketShutdown.Both), "Shutdown");
        }),
        new("A listener receives nothing: ENOTCONN", run =>
            run.Fails(Errno.ENOTCONN, run.Listener(out _).TryReceive(new byte[1]), "TryReceive")),
        new("A send into a full window takes a part, then EAGAIN, and goes on when the peer reads", run =>
        {
            (RadioSocket client, RadioSocket server) = run.Connection();
            byte[] pattern = run.Bytes(65_536);
            long sent = FillWindow(run, client, pattern);
            run.Same(Readiness.None, client.Poll(Readiness.Writable), "Poll(Writable) with a full window");
            Task<RadioResult> writable = client.WaitAsync(Readiness.Writable, CancellationToken.None).AsTask();
            byte[] buffer = new byte[50_000];
            for (long at = 0; at < sent;)
            {
                run.Ready(server, Readiness.Readable);
                int count = run.Ok(server.TryReceive(buffer), "TryReceive");
                for (int i = 0; i < count; i++)
                {
                    if (buffer[i] != pattern[(at + i) % pattern.Length])
                    {
                        throw run.Failure($"byte {at + i} as it was sent", "another byte");
                    }
                }

                at += count;
            }

            run.Fails(Errno.EAGAIN, server.TryReceive(buffer), "TryReceive when all was read");
            run.Ok(run.Finish(writable, "WaitAsync(Writable)"), "WaitAsync(Writable)");
        }),
        new("Sending nothing on a stream is 0 and sends nothing", run =>
        {
            (RadioSocket client, RadioSocket server) = run.Connection();
            run.Counts(0, client.TrySend([]), "TrySend of nothing");
            run.Counts(1, client.TrySend([7]), "TrySend");
            run.Ready(server, Readiness.Readable);
            run.Counts(1, server.TryReceive(new byte[4]), "TryReceive");
        }),
        new("Receiving into nothing on a stream is 0 and takes nothing", run =>
        {
            (RadioSocket client, RadioSocket server) = run.Connection();
            run.Counts(1, client.TrySend([7]), "TrySend");
            run.Ready(server, Readiness.Readable);
            run.Counts(0, server.TryReceive([]), "TryReceive into nothing");
            run.Counts(1, server.TryReceive(new byte[4]), "TryReceive");
        }),
        new("A receive on a stream may report the peer", run =>
        {
            (RadioSocket client, RadioSocket server) = run.Connection();
            run.Counts(2, client.TrySend([7, 8]), "TrySend");
            run.Ready(server, Readiness.Readable);
            byte[] buffer = new byte[4];
            run.Counts(2, server.TryReceiveFrom(buffer, out IPSocketAddress remote), "TryReceiveFrom");
            run.Same(run.LocalOf(client), remote, "the peer");
        }),
        new("A receive takes from the buffer's length at most and leaves the rest", run =>
        {
            (RadioSocket client, RadioSocket server) = run.Connection();
            run.Counts(3, client.TrySend([7, 8, 9]), "TrySend");
            byte[] buffer = new byte[2];
            run.Ready(server, Readiness.Readable);
            run.Counts(2, server.TryReceive(buffer), "TryReceive");
            run.Counts(1, server.TryReceive(buffer), "the second TryReceive");
            run.SameBytes([9, 8], buffer, "the buffer");
        }),
        new("After Shutdown(Receive) receives are at the end", run =>
        {
            (RadioSocket client, _) = run.Connection();
            run.Ok(client.Shutdown(SocketShutdown.Receive), "Shutdown(Receive)");
            run.Counts(0, client.TryReceive(new byte[1]), "TryReceive");
            run.Counts(1, client.TrySend([1]), "TrySend");
        }),
        new("A connection still has its peer's address after Shutdown(Send)", run =>
        {
            (RadioSocket client, RadioSocket server) = run.Connection();
            run.Ok(client.Shutdown(SocketShutdown.Send), "Shutdown(Send)");
            run.Same(run.LocalOf(server), run.RemoteOf(client), "the peer");
        }),
    ];

    /// <summary>Sends a repeated pattern until nothing more fits, and returns how many bytes did.</summary>
    private static long FillWindow(ContractRun run, RadioSocket socket, byte[] pattern)
    {
        const long enough = 256L << 20;
        long sent = 0;
        do
        {
            RadioResult result;
            while (!(result = socket.TrySend(pattern.AsSpan((int)(sent % pattern.Length)))).Failed)
            {
                run.IsTrue(result.Count > 0, "a byte to be taken, or EAGAIN", "0");
                sent += result.Count;
                run.IsTrue(sent < enough, "a window that fills up", $"{sent} bytes taken");
            }

            run.Fails(Errno.EAGAIN, result, "TrySend into a full window");
        }
        while (!run.StaysFull(socket)); // what was on the way to the peer makes room once it has arrived
        run.IsTrue(sent > 0, "a part to be taken", "nothing");
        return sent;
    }
}
