using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Testing;

public static partial class RadioContract
{
    /// <summary>Closing wakes every call, however it waits.</summary>
    private static IEnumerable<ContractCase> ClosingCases(CallStyle style) =>
    [
        Wakes("a receive on a stream", style, run =>
        {
            (RadioSocket client, _) = run.Connection();
            return (client, style.Receive(client, new byte[1]));
        }),
        Wakes("a receive of a datagram", style, run =>
        {
            RadioSocket socket = run.NearDatagram(out _);
            return (socket, style.Receive(socket, new byte[1]));
        }),
        Wakes("a receive with the sender's address", style, run =>
        {
            RadioSocket socket = run.NearDatagram(out _);
            return (socket, ResultOf(style.ReceiveFrom(socket, new byte[1])));
        }),
        Wakes("an accept", style, run =>
        {
            RadioSocket socket = run.Listener(out _);
            return (socket, ResultOf(style.Accept(socket)));
        }),
        Wakes("a connect", style, run =>
        {
            RadioSocket client = FullListener(run, out _, out IPSocketAddress address);
            return (client, style.Connect(client, address));
        }, orFailsWith: Errno.ECONNREFUSED),
        Wakes("a send into a full window", style, run =>
        {
            (RadioSocket client, _) = run.Connection();
            FillWindow(run, client, new byte[65_536]);
            return (client, style.SendAll(client, s_large));
        }),
        Wakes("a wait", style, run =>
        {
            RadioSocket socket = run.NearDatagram(out _);
            return (socket, style.Wait(socket, Readiness.Readable));
        }),
        new($"Closing wakes several calls at once ({style.Name})", run =>
        {
            (RadioSocket client, _) = run.Connection();
            Task<RadioResult>[] receiving = [.. Enumerable.Range(0, 4).Select(_ => style.Receive(client, new byte[1]))];
            FillWindow(run, client, new byte[65_536]);
            Task<RadioResult> sending = style.SendAll(client, s_large);
            Task<RadioResult> waiting = style.Wait(client, Readiness.Readable);
            run.StaysBlocked(Task.WhenAny([.. receiving, sending, waiting]), "six calls");
            client.Close();
            foreach (Task<RadioResult> call in (Task<RadioResult>[])[.. receiving, sending, waiting])
            {
                run.Fails(Errno.EBADF, run.Finish(call, "a call on a socket that was closed"), "the call");
            }
        }),
    ];

    private static IEnumerable<ContractCase> ClosedCases =>
    [
        .. s_bothTypes.Select(type => new ContractCase($"After Close every call on a {type} socket is EBADF", run =>
        {
            RadioSocket socket = run.Bound(run.Near, run.Pair.NearAddress, type, out IPSocketAddress local);
            socket.Close();
            foreach ((string what, Func<RadioResult> call) in EveryCall(socket, local))
            {
                run.Fails(Errno.EBADF, run.Call(what, call), what);
            }

            run.Fails(Errno.EBADF, run.Finish(socket.WaitAsync(Readiness.Readable, CancellationToken.None).AsTask(), "WaitAsync"), "WaitAsync");
            Readiness ready = socket.Poll(Readiness.Readable | Readiness.Writable);
            run.IsTrue((ready & (Readiness.Readable | Readiness.Writable)) == (Readiness.Readable | Readiness.Writable), "a closed socket to be ready for everything", $"{ready}");
            run.Same(-1, socket.Descriptor, "Descriptor");
            run.Same(type, socket.Type, "the type, still");
        })),
        new("Closing twice, and from many threads at once, does nothing more", run =>
        {
            (RadioSocket client, RadioSocket server) = run.Connection();
            Task<bool>[] closing = [.. Enumerable.Range(0, 4).Select(_ => ContractRun.Start(() =>
            {
                client.Close();
                return true;
            }))];
            foreach (Task<bool> one in closing)
            {
                run.Finish(one, "Close");
            }

            client.Close();
            run.Ready(server, Readiness.Readable);
            run.Counts(0, server.TryReceive(new byte[1]), "TryReceive at the end");
        }),
        new("Closing a listener leaves the accepted connections", run =>
        {
            (RadioSocket client, RadioSocket server) = run.Connection(); // closes its listener
            Exchange(run, CallStyle.All[0], client, server, run.Bytes(10));
        }),
        new("A socket that was never used can be closed", run =>
        {
            foreach (SocketType type in s_bothTypes)
            {
                run.Open(run.Near, type).Close();
            }
        }),
        new("Closing while a connect is under way ends it", run =>
        {
            run.Listener(out IPSocketAddress address);
            RadioSocket client = run.Open(run.Near, SocketType.Stream);
            client.TryConnect(address);
            client.Close();
            run.Fails(Errno.EBADF, client.FinishConnect(), "FinishConnect");
        }),
    ];

    private static ContractCase Wakes(
        string what,
        CallStyle style,
        Func<ContractRun, (RadioSocket Socket, Task<RadioResult> Call)> start,
        Errno orFailsWith = Errno.EBADF) =>
        new($"Closing wakes {what}, which is EBADF ({style.Name})", run =>
        {
            (RadioSocket socket, Task<RadioResult> call) = start(run);
            if (orFailsWith == Errno.EBADF)
            {
                run.StaysBlocked(call, what);
            }

            socket.Close();
            run.FailsWithOneOf([Errno.EBADF, orFailsWith], run.Finish(call, $"{what}, after Close,"), what);
        });

    private static async Task<RadioResult> ResultOf(Task<(RadioResult Result, IPSocketAddress Remote)> call) => (await call.ConfigureAwait(false)).Result;

    private static async Task<RadioResult> ResultOf(Task<(RadioResult Result, RadioSocket? Socket, IPSocketAddress Remote)> call) =>
        (await call.ConfigureAwait(false)).Result;

    private static IEnumerable<(string What, Func<RadioResult> Call)> EveryCall(RadioSocket socket, IPSocketAddress address)
    {
        byte[] buffer = new byte[8];
        Deadline Soon() => ContractRun.At(socket, ContractRun.Long);
        return
        [
            ("Bind", () => socket.Bind(address)),
            ("Listen", () => socket.Listen(1)),
            ("Shutdown", () => socket.Shutdown(SocketShutdown.Both)),
            ("GetLocalAddress", () => socket.GetLocalAddress(out _)),
            ("GetRemoteAddress", () => socket.GetRemoteAddress(out _)),
            ("SetOption", () => Set(socket, SocketOptionLevel.Socket, SocketOptionName.KeepAlive, 1)),
            ("GetOption", () => Get(socket, SocketOptionLevel.Socket, SocketOptionName.Type, out _)),
            ("TryConnect", () => socket.TryConnect(address)),
            ("Connect", () => socket.Connect(address, Soon())),
            ("FinishConnect", socket.FinishConnect),
            ("TryAccept", () => socket.TryAccept(out _, out _)),
            ("Accept", () => socket.Accept(out _, out _, Soon())),
            ("TrySend", () => socket.TrySend(buffer)),
            ("Send", () => socket.Send(buffer, Soon())),
            ("SendAll", () => socket.SendAll(buffer, Soon(), out _)),
            ("TrySendTo", () => socket.TrySendTo(buffer, address)),
            ("SendTo", () => socket.SendTo(buffer, address, Soon())),
            ("TryReceive", () => socket.TryReceive(buffer)),
            ("Receive", () => socket.Receive(buffer, Soon())),
            ("TryReceiveFrom", () => socket.TryReceiveFrom(buffer, out _)),
            ("ReceiveFrom", () => socket.ReceiveFrom(buffer, out _, Soon())),
            ("TrySendSegments", () => socket.TrySendSegments(buffer, 4, address)),
            ("SendSegments", () => socket.SendSegments(buffer, 4, address, Soon())),
            ("TryReceiveSegments", () => socket.TryReceiveSegments(new byte[RadioSocket.SegmentBufferSize], out _, out _)),
            ("ReceiveSegments", () => socket.ReceiveSegments(buffer, out _, out _, Soon())),
            ("Wait", () => socket.Wait(Readiness.Readable, Soon())),
            ("SetNonBlocking", () => socket.SetNonBlocking(true)),
        ];
    }
}
