using System.Net.Sockets;
using System.Security.Cryptography;
using SocketPools.Radios;

namespace SocketPools.Testing;

public static partial class RadioContract
{
    private static IEnumerable<ContractCase> ThreadCases =>
    [
        .. CallStyle.All.Select(style => new ContractCase($"A connection carries both directions at once ({style.Name})", run =>
        {
            (RadioSocket client, RadioSocket server) = run.Connection();
            byte[] there = run.Bytes(250_000);
            byte[] back = run.Bytes(200_000);
            Task<RadioResult> sendThere = style.SendAll(client, there);
            Task<RadioResult> sendBack = style.SendAll(server, back);
            Task<byte[]> receiveThere = ReceiveExactly(style, server, there.Length, null);
            Task<byte[]> receiveBack = ReceiveExactly(style, client, back.Length, null);
            run.SameBytes(SHA256.HashData(there), SHA256.HashData(run.Finish(receiveThere, "Receive")), "the hash, there");
            run.SameBytes(SHA256.HashData(back), SHA256.HashData(run.Finish(receiveBack, "Receive")), "the hash, back");
            run.Counts(there.Length, run.Finish(sendThere, "SendAll"), "SendAll, there");
            run.Counts(back.Length, run.Finish(sendBack, "SendAll"), "SendAll, back");
        })),
        new("Several connections do not mix their data", run =>
        {
            CallStyle style = CallStyle.All[1];
            (RadioSocket Client, RadioSocket Server)[] connections = [.. Enumerable.Range(0, 3).Select(_ => run.Connection())];
            byte[][] data = [.. connections.Select(_ => run.Bytes(30_000))];
            Task<RadioResult>[] sending = [.. connections.Select((c, i) => style.SendAll(c.Client, data[i]))];
            Task<byte[]>[] receiving = [.. connections.Select((c, i) => ReceiveExactly(style, c.Server, data[i].Length, null))];
            for (int i = 0; i < connections.Length; i++)
            {
                run.SameBytes(data[i], run.Finish(receiving[i], "Receive"), $"the data of connection {i}");
                run.Counts(data[i].Length, run.Finish(sending[i], "SendAll"), "SendAll");
            }
        }),
        new("One datagram is received by one of many receivers, once", run =>
        {
            RadioSocket far = run.FarDatagram(out IPSocketAddress address);
            RadioSocket near = run.NearDatagram(out _);
            const int count = 40;
            int[] seen = new int[count];
            Task<RadioResult>[] receivers = [.. Enumerable.Range(0, 4).Select(_ => ContractRun.Start(() =>
            {
                byte[] buffer = new byte[1];
                RadioResult result;
                while (!(result = far.Receive(buffer, ContractRun.Forever(run.Far))).Failed)
                {
                    Interlocked.Increment(ref seen[buffer[0]]);
                }

                return result;
            }))];
            for (byte i = 0; i < count; i++)
            {
                run.Counts(1, near.TrySendTo([i], address), "TrySendTo");
            }

            run.Until("every datagram once", () => seen.All(times => Volatile.Read(ref times) == 1));
            far.Close();
            foreach (Task<RadioResult> receiver in receivers)
            {
                run.Fails(Errno.EBADF, run.Finish(receiver, "Receive, after Close,"), "Receive");
            }
        }),
        new("Sockets are opened and closed by many threads at once", run =>
        {
            Task<RadioResult>[] workers = [.. Enumerable.Range(0, 4).Select(_ => ContractRun.Start(() =>
            {
                for (int i = 0; i < 100; i++)
                {
                    RadioResult result = run.Near.OpenSocket(run.Family, s_bothTypes[i % 2], ProtocolType.Unspecified, out RadioSocket? socket);
                    if (result.Failed || (result = socket!.Bind(new IPSocketAddress(run.Pair.NearAddress, 0))).Failed)
                    {
                        socket?.Close();
                        return result;
                    }

                    socket.Close();
                }

                return RadioResult.Ok;
            }))];
            foreach (Task<RadioResult> worker in workers)
            {
                run.Ok(run.Finish(worker, "the worker"), "opening and binding");
            }
        }),
        new("Closing under calls in two directions ends both and touches no other socket", run =>
        {
            (RadioSocket client, RadioSocket server) = run.Connection();
            (RadioSocket otherClient, RadioSocket otherServer) = run.Connection();
            Task<byte[]> reading = ReceiveExactly(CallStyle.All[0], client, int.MaxValue / 64, null);
            Task<RadioResult> writing = ContractRun.Start(() => client.SendAll(new byte[64 << 20], ContractRun.Forever(run.Near), out _));
            run.StaysBlocked(Task.WhenAny(reading, writing), "both calls");
            client.Close();
            run.Fails(Errno.EBADF, run.Finish(writing, "SendAll, after Close,"), "SendAll");
            run.Finish(reading, "Receive, after Close,");
            Exchange(run, CallStyle.All[0], otherClient, otherServer, run.Bytes(100));
            server.Close();
        }),
    ];

    private static IEnumerable<ContractCase> AllocationCases =>
    [
        new("Attempts on a stream allocate nothing", run =>
        {
            (RadioSocket client, RadioSocket server) = run.Connection();
            byte[] buffer = new byte[64];
            AllocatesNothing(run, "TrySend", () => client.TrySend(buffer), () =>
            {
                run.Ready(server, Readiness.Readable);
                server.TryReceive(buffer);
            });
            AllocatesNothing(run, "TryReceive", () => server.TryReceive(buffer), () =>
            {
                client.TrySend(buffer);
                run.Ready(server, Readiness.Readable);
            });
            AllocatesNothing(run, "TryReceive, with nothing there,", () => client.TryReceive(buffer), () => { }, Errno.EAGAIN);
            ArraySegment<byte>[] two = [new(buffer, 0, 32), new(buffer, 32, 32)];
            AllocatesNothing(run, "TryReceive into two buffers", () => server.TryReceive(two), () =>
            {
                client.TrySend(buffer);
                run.Ready(server, Readiness.Readable);
            });
            client.TrySend(buffer);
            run.Ready(server, Readiness.Readable);
            AllocatesNothing(run, "TryPeek", () => OrNothing(server.TryPeek(buffer, out _)), () => { });
            AllocatesNothing(run, "Poll", () => (int)client.Poll(Both) < 0 ? Errno.EIO : RadioResult.Ok, () => { });
        }, pair => pair.ChecksAllocations),
        new("Attempts on datagrams allocate nothing", run =>
        {
            RadioSocket near = run.NearDatagram(out _);
            RadioSocket far = run.FarDatagram(out IPSocketAddress address);
            byte[] buffer = new byte[64];
            AllocatesNothing(run, "TrySendTo", () => near.TrySendTo(buffer, address), () =>
            {
                run.Ready(far, Readiness.Readable);
                far.TryReceive(buffer);
            });
            AllocatesNothing(run, "TryReceiveFrom", () => far.TryReceiveFrom(buffer, out _), () =>
            {
                near.TrySendTo(buffer, address);
                run.Ready(far, Readiness.Readable);
            });
            near.TrySendTo(buffer, address);
            run.Ready(far, Readiness.Readable);
            AllocatesNothing(run, "TryPeek", () => OrNothing(far.TryPeek(buffer, out _)), () => { });
        }, pair => pair.ChecksAllocations),
    ];

    /// <summary>A radio may refuse.</summary>
    private static RadioResult OrNothing(RadioResult result) => result.Errno == Errno.EOPNOTSUPP ? RadioResult.Ok : result;

    private static void AllocatesNothing(
        ContractRun run, string what, Func<RadioResult> attempt, Action around, Errno expected = Errno.None)
    {
        bool sends = what.StartsWith("TrySend", StringComparison.Ordinal);
        long allocated = 0;
        RadioResult result = RadioResult.Ok;
        // The runtime allocates a little when it compiles a method again; an attempt that allocates does so in every round.
        for (int round = 0; round < 40 && (round == 0 || allocated > 0); round++)
        {
            allocated = 0;
            for (int i = 0; i < 40; i++)
            {
                if (!sends)
                {
                    around();
                }

                long before = GC.GetAllocatedBytesForCurrentThread();
                result = attempt();
                allocated += GC.GetAllocatedBytesForCurrentThread() - before;
                if (sends)
                {
                    around();
                }
            }
        }

        run.Same(0, allocated, $"bytes that {what} allocates");
        run.Same(expected, result.Errno, $"the answer of {what}");
    }
}
