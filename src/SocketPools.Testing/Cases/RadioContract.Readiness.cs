using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Testing;

public static partial class RadioContract
{
    private const Readiness Both = Readiness.Readable | Readiness.Writable;

    private static IEnumerable<ContractCase> ReadinessCases =>
    [
        new("A connection is writable, and readable only while there is data", run =>
        {
            (RadioSocket client, RadioSocket server) = run.Connection();
            run.Same(Readiness.Writable, server.Poll(Both), "Poll of a fresh connection");
            client.TrySend([1, 2]);
            run.Ready(server, Readiness.Readable);
            run.Same(Both, server.Poll(Both), "Poll with data");
            run.Same(Readiness.Readable, server.Poll(Readiness.Readable), "Poll for Readable alone");
            server.TryReceive(new byte[1]);
            run.Same(Both, server.Poll(Both), "Poll with the rest of the data");
            server.TryReceive(new byte[1]);
            run.Same(Readiness.Writable, server.Poll(Both), "Poll when all was read");
        }),
        new("The end of the peer's stream is readable, and no hang-up yet", run =>
        {
            (RadioSocket client, RadioSocket server) = run.Connection();
            client.Shutdown(SocketShutdown.Send);
            run.Ready(server, Readiness.Readable);
            run.Same(Both, server.Poll(Both), "Poll at the end");
        }),
        new("Both ends of a stream are a hang-up, asked for or not", run =>
        {
            (RadioSocket client, RadioSocket server) = run.Connection();
            client.Shutdown(SocketShutdown.Send);
            run.Ready(server, Readiness.Readable);
            server.Shutdown(SocketShutdown.Send);
            run.Until("a hang-up at the server", () => (server.Poll(Readiness.None) & Readiness.HangUp) != 0);
            run.Until("a hang-up at the client", () => (client.Poll(Readiness.Writable) & Readiness.HangUp) != 0);
        }),
        new("A reset is an error, and ready for everything", run =>
        {
            (RadioSocket client, RadioSocket server) = run.Connection();
            client.TrySend([1]);
            run.Ready(server, Readiness.Readable);
            server.Close();
            run.Until("an error", () => (client.Poll(Readiness.None) & Readiness.Error) != 0);
            Readiness ready = client.Poll(Both);
            run.IsTrue((ready & Both) == Both, "a socket with an error to be ready for everything", $"{ready}");
            run.Fails(Errno.ECONNRESET, client.TryReceive(new byte[1]), "TryReceive");
        }),
        new("A refused connect is writable and an error", run =>
        {
            run.Bound(run.Far, run.Pair.FarAddress, SocketType.Stream, out IPSocketAddress deaf);
            RadioSocket client = run.Open(run.Near, SocketType.Stream);
            if (client.TryConnect(deaf).Errno != Errno.EINPROGRESS)
            {
                return; // told at once
            }

            run.Ready(client, Readiness.Writable);
            Readiness ready = client.Poll(Readiness.Writable);
            run.IsTrue((ready & Readiness.Writable) != 0 && (ready & Readiness.Error) != 0, "Writable and Error", $"{ready}");
            run.Fails(Errno.ECONNREFUSED, client.FinishConnect(), "FinishConnect");
        }),
        new("A listener is readable while a connection waits to be accepted", run =>
        {
            RadioSocket listener = run.Listener(out IPSocketAddress address);
            run.Same(Readiness.None, listener.Poll(Readiness.Readable), "Poll of a listener without a visitor");
            RadioSocket client = run.Open(run.Near, SocketType.Stream);
            client.TryConnect(address);
            run.Ready(listener, Readiness.Readable);
            run.Same(Readiness.Readable, listener.Poll(Readiness.Readable), "Poll of a listener with a visitor");
            run.Ok(listener.TryAccept(out RadioSocket? server, out _), "TryAccept");
            run.Track(server!);
            run.Same(Readiness.None, listener.Poll(Readiness.Readable), "Poll after Accept");
        }),
        new("A datagram socket is writable, and readable while there is a datagram", run =>
        {
            RadioSocket socket = run.FarDatagram(out IPSocketAddress address);
            run.Same(Readiness.Writable, socket.Poll(Both), "Poll of a fresh socket");
            run.NearDatagram(out _).TrySendTo([], address);
            run.Ready(socket, Readiness.Readable);
            run.Same(Both, socket.Poll(Both), "Poll with an empty datagram");
            socket.TryReceive(new byte[1]);
            run.Same(Readiness.Writable, socket.Poll(Both), "Poll when all was read");
        }),
        new("A wait for either direction ends with the first", run =>
        {
            (RadioSocket client, _) = run.Connection();
            run.Ready(client, Both);
        }),
    ];

    private static IEnumerable<ContractCase> ManyWaitCases =>
    [
        new("A wait on many sockets reports which are ready", run =>
        {
            (RadioSocket idle, RadioSocket ready, RadioSocket writable) = (run.FarDatagram(out _), run.FarDatagram(out IPSocketAddress address), run.FarDatagram(out _));
            run.NearDatagram(out _).TrySendTo([1], address);
            run.Ready(ready, Readiness.Readable);
            ReadinessEntry[] entries = Entries(Readiness.Readable, idle, ready, writable);
            entries[2].Interest = Readiness.Writable;
            entries[0].Ready = Both; // has to be overwritten
            run.Counts(2, run.Call("Radio.Wait", () => run.Far.Wait(entries, ContractRun.Forever(run.Far))), "Radio.Wait");
            run.Same((Readiness.None, Readiness.Readable, Readiness.Writable), (entries[0].Ready, entries[1].Ready, entries[2].Ready), "what is ready");
        }),
        new("An immediate wait on many sockets only asks", run =>
        {
            ReadinessEntry[] entries = Entries(Readiness.Readable, run.NearDatagram(out _), run.Listener(out _));
            run.Counts(0, run.Near.Wait(entries.AsSpan(0, 1), new Deadline(run.Near.TimeProvider, TimeSpan.Zero)), "Radio.Wait");
            run.Counts(0, run.Far.Wait(entries.AsSpan(1, 1), new Deadline(run.Far.TimeProvider, TimeSpan.Zero)), "Radio.Wait");
        }),
        new("Data wakes a wait on many sockets", run =>
        {
            RadioSocket[] sockets = [run.FarDatagram(out _), run.FarDatagram(out _), run.FarDatagram(out IPSocketAddress address)];
            ReadinessEntry[] entries = Entries(Readiness.Readable, sockets);
            Task<RadioResult> waiting = ContractRun.Start(() => run.Far.Wait(entries, ContractRun.Forever(run.Far)));
            run.StaysBlocked(waiting, "Radio.Wait");
            run.NearDatagram(out _).TrySendTo([1], address);
            run.Counts(1, run.Finish(waiting, "Radio.Wait"), "Radio.Wait");
            run.Same(Readiness.Readable, entries[2].Ready, "the third socket");
        }),
        new("Closing one of many sockets wakes the wait, and the closed one is ready for everything", run =>
        {
            RadioSocket[] sockets = [run.FarDatagram(out _), run.FarDatagram(out _)];
            ReadinessEntry[] entries = Entries(Readiness.Readable, sockets);
            Task<RadioResult> waiting = ContractRun.Start(() => run.Far.Wait(entries, ContractRun.Forever(run.Far)));
            run.StaysBlocked(waiting, "Radio.Wait");
            sockets[1].Close();
            run.Counts(1, run.Finish(waiting, "Radio.Wait, after Close,"), "Radio.Wait");
            run.Same(Readiness.None, entries[0].Ready, "the open socket");
            run.IsTrue((entries[1].Ready & Readiness.Readable) != 0, "the closed socket to be readable", $"{entries[1].Ready}");
        }),
        new("A wait on a socket that is closed already does not wait", run =>
        {
            RadioSocket[] sockets = [run.FarDatagram(out _), run.FarDatagram(out _)];
            sockets[0].Close();
            ReadinessEntry[] entries = Entries(Readiness.Readable, sockets);
            run.Counts(1, run.Call("Radio.Wait", () => run.Far.Wait(entries, ContractRun.Forever(run.Far))), "Radio.Wait");
            run.IsTrue((entries[0].Ready & Readiness.Readable) != 0, "the closed socket to be readable", $"{entries[0].Ready}");
        }),
        new("One socket may be in a wait on many twice", run =>
        {
            RadioSocket socket = run.FarDatagram(out _);
            ReadinessEntry[] entries = Entries(Readiness.Readable, socket, socket);
            entries[1].Interest = Readiness.Writable;
            run.Counts(1, run.Call("Radio.Wait", () => run.Far.Wait(entries, ContractRun.Forever(run.Far))), "Radio.Wait");
            run.Same((Readiness.None, Readiness.Writable), (entries[0].Ready, entries[1].Ready), "what is ready");
        }),
        new("Thirty sockets can be waited for, and the last one counts as the first does", run =>
        {
            RadioSocket[] sockets = new RadioSocket[30];
            IPSocketAddress address = default;
            for (int i = 0; i < sockets.Length; i++)
            {
                sockets[i] = run.FarDatagram(out address);
            }

            run.NearDatagram(out _).TrySendTo([1], address);
            ReadinessEntry[] entries = Entries(Readiness.Readable, sockets);
            run.Counts(1, run.Call("Radio.Wait", () => run.Far.Wait(entries, ContractRun.Forever(run.Far))), "Radio.Wait");
            run.Same(Readiness.Readable, entries[^1].Ready, "the last socket");
        }, pair => pair.Far.MaxSocketsLimit >= 32),
    ];

    private static ReadinessEntry[] Entries(Readiness interest, params RadioSocket[] sockets) =>
        [.. sockets.Select(s => new ReadinessEntry { Socket = s, Interest = interest })];
}
