using System.Net.Sockets;
using System.Security.Cryptography;
using SocketPools.Radios;

namespace SocketPools.Testing;

public static partial class RadioContract
{
    /// <summary>What holds for streams however the calls are made.</summary>
    private static IEnumerable<ContractCase> StreamCases(CallStyle style) =>
    [
        new($"A stream carries bytes both ways ({style.Name})", run =>
        {
            RadioSocket listener = run.Listener(out IPSocketAddress address);
            RadioSocket client = run.Open(run.Near, SocketType.Stream);
            var accepting = style.Accept(listener);
            run.Ok(run.Finish(style.Connect(client, address), "Connect"), "Connect");
            (RadioResult result, RadioSocket? socket, IPSocketAddress remote) = run.Finish(accepting, "Accept");
            run.Ok(result, "Accept");
            RadioSocket server = run.Track(socket!);
            run.Same(run.LocalOf(client), remote, "the accepted peer");
            Exchange(run, style, client, server, run.Bytes(100));
            Exchange(run, style, server, client, run.Bytes(1));
        }),
        new($"A long stream arrives whole and in order against a slow reader ({style.Name})", run =>
        {
            (RadioSocket client, RadioSocket server) = run.Connection();
            byte[] data = run.Bytes(300_000);
            Task<RadioResult> sending = style.SendAll(client, data);
            byte[] received = run.Finish(ReceiveExactly(style, server, data.Length, run.Random.Next), "the transfer");
            run.Counts(data.Length, run.Finish(sending, "SendAll"), "SendAll");
            run.SameBytes(SHA256.HashData(data), SHA256.HashData(received), "the hash");
        }),
        new($"What was sent before the end arrives before the end ({style.Name})", run =>
        {
            (RadioSocket client, RadioSocket server) = run.Connection();
            byte[] data = run.Bytes(1000);
            run.Counts(1000, run.Finish(style.SendAll(client, data), "SendAll"), "SendAll");
            client.Close();
            run.SameBytes(data, run.Finish(ReceiveExactly(style, server, 1000, null), "Receive"), "the data");
            run.Counts(0, run.Finish(style.Receive(server, new byte[10]), "Receive"), "Receive at the end");
        }),
        new($"The end of a stream is reported as often as it is read ({style.Name})", run =>
        {
            (RadioSocket client, RadioSocket server) = run.Connection();
            client.Close();
            for (int i = 0; i < 3; i++)
            {
                run.Counts(0, run.Finish(style.Receive(server, new byte[10]), "Receive"), "Receive at the end");
            }
        }),
        new($"After half a close the other half goes on ({style.Name})", run =>
        {
            (RadioSocket client, RadioSocket server) = run.Connection();
            run.Ok(client.Shutdown(SocketShutdown.Send), "Shutdown(Send)");
            run.Counts(0, run.Finish(style.Receive(server, new byte[10]), "Receive"), "Receive at the end");
            Exchange(run, style, server, client, run.Bytes(50));
            run.Fails(Errno.EPIPE, client.TrySend([1]), "TrySend after Shutdown(Send)");
            server.Close();
            run.Counts(0, run.Finish(style.Receive(client, new byte[10]), "Receive"), "Receive at the other end");
        }),
        new($"A close over unread data resets the connection ({style.Name})", run =>
        {
            (RadioSocket client, RadioSocket server) = run.Connection();
            run.Ok(run.Finish(style.SendAll(client, new byte[10]), "SendAll"), "SendAll");
            run.Ready(server, Readiness.Readable);
            server.Close();
            run.Fails(Errno.ECONNRESET, run.Finish(style.Receive(client, new byte[10]), "Receive"), "Receive after a reset");
            run.Fails(Errno.EPIPE, client.TrySend([1]), "TrySend after a reset was reported");
        }),
        new($"Sending to a peer that is gone fails in the end ({style.Name})", run =>
        {
            (RadioSocket client, RadioSocket server) = run.Connection();
            server.Close();
            RadioResult result = RadioResult.Ok;
            run.Until("a send that fails", () => (result = client.TrySend([1])).Failed && result.Errno != Errno.EAGAIN);
            run.FailsWithOneOf([Errno.EPIPE, Errno.ECONNRESET], result, "TrySend");
            run.Fails(Errno.EPIPE, run.Finish(style.SendAll(client, new byte[10]), "SendAll"), "SendAll, the next time");
        }),
        new($"Without a listener a connect is refused ({style.Name})", run =>
        {
            run.Bound(run.Far, run.Pair.FarAddress, SocketType.Stream, out IPSocketAddress deaf);
            RadioSocket client = run.Open(run.Near, SocketType.Stream);
            run.Fails(Errno.ECONNREFUSED, run.Finish(style.Connect(client, deaf), "Connect"), "Connect");
        }),
        new($"A connected socket does not connect again ({style.Name})", run =>
        {
            (RadioSocket client, RadioSocket server) = run.Connection();
            run.Fails(Errno.EISCONN, run.Finish(style.Connect(client, run.LocalOf(server)), "Connect"), "the second Connect");
        }),
        new($"Connections are accepted in the order in which they came ({style.Name})", run =>
        {
            RadioSocket listener = run.Listener(out IPSocketAddress address);
            RadioSocket[] clients = [.. Enumerable.Range(0, 3).Select(_ => run.Open(run.Near, SocketType.Stream))];
            foreach (RadioSocket client in clients)
            {
                run.Ok(run.Finish(style.Connect(client, address), "Connect"), "Connect before Accept");
            }

            foreach (RadioSocket client in clients)
            {
                (RadioResult result, RadioSocket? server, IPSocketAddress remote) = run.Finish(style.Accept(listener), "Accept");
                run.Ok(result, "Accept");
                run.Track(server!);
                run.Same(run.LocalOf(client), remote, "the next peer");
            }
        }),
        new($"A receive waits for data and takes what is there ({style.Name})", run =>
        {
            (RadioSocket client, RadioSocket server) = run.Connection();
            byte[] buffer = new byte[100];
            Task<RadioResult> receiving = style.Receive(server, buffer);
            run.StaysBlocked(receiving, "Receive");
            run.Counts(3, client.TrySend([1, 2, 3]), "TrySend");
            run.Counts(3, run.Finish(receiving, "Receive"), "Receive");
            run.SameBytes([1, 2, 3, 0], buffer.AsSpan(0, 4), "the data and the byte after it");
        }),
    ];

    /// <summary>Sends data one way and compares.</summary>
    private static void Exchange(ContractRun run, CallStyle style, RadioSocket from, RadioSocket to, byte[] data)
    {
        run.Counts(data.Length, run.Finish(style.SendAll(from, data), "SendAll"), "SendAll");
        run.SameBytes(data, run.Finish(ReceiveExactly(style, to, data.Length, null), "Receive"), "the data");
    }

    /// <summary>Receives until so many bytes are there, in pieces of random size, or the stream ends or fails.</summary>
    private static async Task<byte[]> ReceiveExactly(CallStyle style, RadioSocket socket, int count, Func<int, int, int>? sizes)
    {
        byte[] data = new byte[count];
        int have = 0;
        while (have < count)
        {
            int size = Math.Min(count - have, sizes?.Invoke(1, 20_000) ?? count);
            RadioResult result = await style.Receive(socket, data.AsMemory(have, size)).ConfigureAwait(false);
            if (result.Failed || result.Count == 0)
            {
                break;
            }

            have += result.Count;
        }

        return data[..have];
    }
}
