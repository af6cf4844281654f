using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Testing;

public static partial class RadioContract
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(40);

    // More than any window holds.
    private static readonly byte[] s_large = new byte[32 << 20];

    private static IEnumerable<ContractCase> DeadlineCases =>
    [
        Expires("Receive on a stream", run =>
        {
            (RadioSocket client, _) = run.Connection();
            return (client, t => client.Receive(new byte[1], ContractRun.At(client, t)));
        }),
        Expires("Receive of a datagram", run =>
        {
            RadioSocket socket = run.NearDatagram(out _);
            return (socket, t => socket.Receive(new byte[1], ContractRun.At(socket, t)));
        }),
        Expires("ReceiveFrom", run =>
        {
            RadioSocket socket = run.NearDatagram(out _);
            return (socket, t => socket.ReceiveFrom(new byte[1], out _, ContractRun.At(socket, t)));
        }),
        Expires("Accept", run =>
        {
            RadioSocket socket = run.Listener(out _);
            return (socket, t => socket.Accept(out _, out _, ContractRun.At(socket, t)));
        }),
        Expires("Send into a full window", run =>
        {
            (RadioSocket client, _) = run.Connection();
            FillWindow(run, client, new byte[65_536]);
            return (client, t => client.Send(s_large, ContractRun.At(client, t)));
        }),
        Expires("SendAll into a full window", run =>
        {
            (RadioSocket client, _) = run.Connection();
            FillWindow(run, client, new byte[65_536]);
            return (client, t => client.SendAll(s_large, ContractRun.At(client, t), out _));
        }),
        Expires("Wait", run =>
        {
            RadioSocket socket = run.NearDatagram(out _);
            return (socket, t => socket.Wait(Readiness.Readable, ContractRun.At(socket, t)));
        }),
        new("Connect to a full listener lasts until its deadline", run =>
        {
            RadioSocket client = FullListener(run, out RadioSocket listener, out IPSocketAddress address);
            if (client.TryConnect(address).Errno == Errno.ECONNREFUSED)
            {
                return; // a radio may also refuse when the backlog is full
            }

            RadioSocket second = run.Open(run.Near, SocketType.Stream);
            RadioResult result = run.LastsUntil(s_short, run.Near, "Connect", () => second.Connect(address, ContractRun.At(second, s_short)));
            run.Fails(Errno.ETIMEDOUT, result, "Connect");
            listener.Close();
        }),
        new("Connect with an immediate deadline is EINPROGRESS at most", run =>
        {
            run.Listener(out IPSocketAddress address);
            RadioSocket client = run.Open(run.Near, SocketType.Stream);
            RadioResult result = client.Connect(address, ContractRun.At(client, TimeSpan.Zero));
            run.IsTrue(!result.Failed || result.Errno == Errno.EINPROGRESS, "EINPROGRESS", $"{result}");
            run.Ready(client, Readiness.Writable);
            run.Ok(client.FinishConnect(), "FinishConnect");
        }),
        new("SendAll that runs out of time reports how many bytes were taken", run =>
        {
            (RadioSocket client, RadioSocket server) = run.Connection();
            byte[] data = s_large;
            int sent = 0;
            RadioResult result = run.LastsUntil(s_short, run.Near, "SendAll", () => client.SendAll(data, ContractRun.At(client, s_short), out sent));
            run.Fails(Errno.ETIMEDOUT, result, "SendAll");
            run.IsTrue(sent > 0 && sent < data.Length, "a part to be taken", $"{sent}");
            client.Close();
            byte[] received = run.Finish(ReceiveExactly(CallStyle.All[0], server, data.Length, null), "Receive");
            run.Same(sent, received.Length, "what arrives");
        }),
        new("Send with a deadline takes a part and does not wait for the rest", run =>
        {
            (RadioSocket client, _) = run.Connection();
            int count = run.Ok(run.Call("Send", () => client.Send(new byte[64 << 20], ContractRun.At(client, ContractRun.Long))), "Send");
            run.IsTrue(count is > 0 and < 64 << 20, "a part", $"{count}");
        }),
        new("A wait on many sockets lasts until its deadline and answers 0", run =>
        {
            ReadinessEntry[] entries = Entries(Readiness.Readable, run.NearDatagram(out _), run.NearDatagram(out _));
            RadioResult result = run.LastsUntil(s_short, run.Near, "Radio.Wait", () => run.Near.Wait(entries, new Deadline(run.Near.TimeProvider, s_short)));
            run.Counts(0, result, "Radio.Wait");
        }),
        new("An immediate deadline asks once and does not wait: EAGAIN", run =>
        {
            (RadioSocket client, _) = run.Connection();
            RadioSocket datagram = run.NearDatagram(out _);
            RadioSocket listener = run.Listener(out _);
            run.AtOnce(Errno.EAGAIN, run.Near, "Receive", () => client.Receive(new byte[1], ContractRun.At(client, TimeSpan.Zero)));
            run.AtOnce(Errno.EAGAIN, run.Near, "ReceiveFrom", () => datagram.ReceiveFrom(new byte[1], out _, ContractRun.At(datagram, TimeSpan.Zero)));
            RadioSocket? none = null;
            run.AtOnce(Errno.EAGAIN, run.Far, "Accept", () => listener.Accept(out none, out _, ContractRun.At(listener, TimeSpan.Zero)));
            run.IsTrue(none is null, "no socket", "one");
            run.AtOnce(Errno.EAGAIN, run.Near, "Wait", () => datagram.Wait(Readiness.Readable, ContractRun.At(datagram, TimeSpan.Zero)));
            FillWindow(run, client, new byte[65_536]);
            run.AtOnce(Errno.EAGAIN, run.Near, "SendAll", () => client.SendAll(s_large, ContractRun.At(client, TimeSpan.Zero), out _));
            run.AtOnce(Errno.EAGAIN, run.Near, "Send", () => UntilFull(() => client.Send(s_large, ContractRun.At(client, TimeSpan.Zero))));
        }),
        new("The shortest deadline there is ends with ETIMEDOUT and not with EAGAIN", run =>
        {
            RadioSocket socket = run.NearDatagram(out _);
            run.Fails(Errno.ETIMEDOUT, run.Call("Receive", () => socket.Receive(new byte[1], ContractRun.At(socket, TimeSpan.FromTicks(1)))), "Receive");
            run.Fails(Errno.ETIMEDOUT, run.Call("Wait", () => socket.Wait(Readiness.Readable, ContractRun.At(socket, TimeSpan.FromTicks(1)))), "Wait");
        }),
        new("A call that can go on at once does not wait for its deadline", run =>
        {
            (RadioSocket client, RadioSocket server) = run.Connection();
            run.Counts(1, run.Call("Send", () => client.Send([1], ContractRun.At(client, ContractRun.Long))), "Send");
            run.Counts(1, run.Call("Receive", () => server.Receive(new byte[10], ContractRun.At(server, ContractRun.Long))), "Receive");
        }),
    ];

    /// <summary>A call that lasts until its deadline, then is ETIMEDOUT, and leaves the socket usable for the same again.</summary>
    private static ContractCase Expires(
        string what, Func<ContractRun, (RadioSocket Socket, Func<TimeSpan, RadioResult> Call)> prepare) =>
        new($"{what} lasts until its deadline, and can be called again", run =>
        {
            (RadioSocket socket, Func<TimeSpan, RadioResult> call) = prepare(run);
            for (int i = 0; i < 2; i++)
            {
                RadioResult result = run.LastsUntil(s_short, socket.Radio, what, () => UntilFull(() => call(s_short)));
                run.Fails(Errno.ETIMEDOUT, result, what);
            }
        });

    /// <summary>
    /// A call on a window that may open a little by itself, when the system puts together what is on the way: what is taken
    /// so does not count.
    /// </summary>
    private static RadioResult UntilFull(Func<RadioResult> call)
    {
        RadioResult result;
        int left = 1000;
        do
        {
            result = call();
        }
        while (result.Count > 0 && --left > 0);
        return result;
    }

    /// <summary>A listener that takes no more connections, and a socket that is to try.</summary>
    private static RadioSocket FullListener(ContractRun run, out RadioSocket listener, out IPSocketAddress address)
    {
        listener = run.Listener(out address, 0);
        IPSocketAddress peer = address;
        for (int i = 0; i < 8; i++)
        {
            RadioSocket client = run.Open(run.Near, SocketType.Stream);
            if (run.Call("Connect", () => client.Connect(peer, ContractRun.At(client, s_short))).Failed)
            {
                break;
            }
        }

        return run.Open(run.Near, SocketType.Stream);
    }
}
