using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Testing;

public static partial class RadioContract
{
    /// <summary>What a receive reports besides its bytes. A radio answers, or refuses with EOPNOTSUPP.</summary>
    private static IEnumerable<ContractCase> MessageCases =>
    [
        new("A peek at a stream shows the bytes and leaves them, or is EOPNOTSUPP", run =>
        {
            (RadioSocket client, RadioSocket server) = run.Connection();
            byte[] buffer = new byte[8];
            if (Refuses(run, server.TryPeek(buffer, out _), Errno.EAGAIN, "TryPeek where nothing is"))
            {
                return;
            }

            byte[] data = run.Bytes(5);
            run.Ok(client.TrySend(data), "TrySend");
            for (int i = 0; i < 2; i++)
            {
                run.Counts(5, run.Call("Peek", () => server.Peek(buffer, out _, ContractRun.At(server, ContractRun.Long))), "Peek");
                run.SameBytes(data, buffer.AsSpan(0, 5), "the bytes");
            }

            run.Counts(2, server.TryPeek(buffer.AsSpan(0, 2), out IPSocketAddress peer), "TryPeek of 2 bytes");
            run.Same(run.LocalOf(client), peer, "the peer");
            run.Counts(5, server.TryReceive(buffer), "TryReceive");
            run.SameBytes(data, buffer.AsSpan(0, 5), "the bytes");
            run.Fails(Errno.EAGAIN, server.TryPeek(buffer, out _), "TryPeek when all was read");
            run.Ok(client.Shutdown(SocketShutdown.Send), "Shutdown");
            run.Ready(server, Readiness.Readable);
            run.Counts(0, server.TryPeek(buffer, out _), "TryPeek at the end");
            run.Counts(0, server.TryReceive(buffer), "TryReceive at the end");
        }),
        new("A peek at a datagram shows it and leaves it, or is EOPNOTSUPP", run =>
        {
            RadioSocket near = run.NearDatagram(out IPSocketAddress nearAddress);
            RadioSocket far = run.FarDatagram(out IPSocketAddress farAddress);
            byte[] buffer = new byte[8];
            if (Refuses(run, far.TryPeek(buffer, out _), Errno.EAGAIN, "TryPeek where nothing is"))
            {
                return;
            }

            run.Counts(5, near.TrySendTo([1, 2, 3, 4, 5], farAddress), "TrySendTo");
            run.Counts(1, near.TrySendTo([6], farAddress), "TrySendTo");
            run.Counts(3, run.Call("Peek", () => far.Peek(buffer.AsSpan(0, 3), out _, ContractRun.At(far, ContractRun.Long))), "Peek of 5 bytes into 3");
            run.Counts(5, far.TryPeek(buffer, out IPSocketAddress sender), "TryPeek, again");
            run.Same(nearAddress, sender, "the sender");
            run.Counts(5, far.TryReceiveFrom(buffer, out sender), "TryReceiveFrom");
            run.SameBytes([1, 2, 3, 4, 5], buffer.AsSpan(0, 5), "the datagram");
            run.Ready(far, Readiness.Readable);
            run.Counts(1, far.TryPeek(buffer, out _), "TryPeek of the next");
            run.Counts(1, far.TryReceive(buffer), "TryReceive of the next");
        }),
        new("What is available of a stream is what has come, or EOPNOTSUPP", run =>
        {
            (RadioSocket client, RadioSocket server) = run.Connection();
            RadioResult none = server.GetAvailable();
            if (none.Errno == Errno.EOPNOTSUPP)
            {
                return;
            }

            run.Counts(0, none, "GetAvailable where nothing is");
            run.Ok(client.TrySend(run.Bytes(7)), "TrySend");
            run.Ready(server, Readiness.Readable);
            run.Counts(7, server.GetAvailable(), "GetAvailable");
            run.Counts(3, server.TryReceive(new byte[3]), "TryReceive");
            run.Counts(4, server.GetAvailable(), "GetAvailable of the rest");
            run.Fails(Errno.EINVAL, run.Listener(out _).GetAvailable(), "GetAvailable of a listener");
        }),
        new("What is available of a datagram socket is its next datagram, or EOPNOTSUPP", run =>
        {
            RadioSocket near = run.NearDatagram(out _);
            RadioSocket far = run.FarDatagram(out IPSocketAddress farAddress);
            RadioResult none = far.GetAvailable();
            if (none.Errno == Errno.EOPNOTSUPP)
            {
                return;
            }

            run.Counts(0, none, "GetAvailable where nothing is");
            run.Counts(5, near.TrySendTo(new byte[5], farAddress), "TrySendTo");
            run.Counts(2, near.TrySendTo(new byte[2], farAddress), "TrySendTo");
            run.Ready(far, Readiness.Readable);
            run.Counts(5, far.GetAvailable(), "GetAvailable");
            run.Counts(1, far.TryReceive(new byte[1]), "TryReceive of a part");
            run.Ready(far, Readiness.Readable);
            run.Counts(2, far.GetAvailable(), "GetAvailable of the next");
        }),
        new("Packet information names the address that a datagram was sent to, or is EOPNOTSUPP", run =>
        {
            IPAddress any = run.Family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;
            RadioSocket near = run.NearDatagram(out IPSocketAddress nearAddress);
            RadioSocket far = run.Bound(run.Far, any, SocketType.Dgram, out IPSocketAddress local);
            byte[] buffer = new byte[3];
            if (Refuses(run, far.TryReceiveMessage(buffer, out _, out _), Errno.EAGAIN, "TryReceiveMessage where nothing is"))
            {
                return;
            }

            IPSocketAddress farAddress = new(run.Pair.FarAddress, local.Port);
            run.Counts(3, near.TrySendTo([1, 2, 3], farAddress), "TrySendTo");
            run.Counts(5, near.TrySendTo(new byte[5], farAddress), "TrySendTo");
            (RadioResult result, IPSocketAddress sender, PacketInformation information) = run.Call("ReceiveMessage", () =>
            {
                RadioResult r = far.ReceiveMessage(buffer, out IPSocketAddress s, out PacketInformation i, ContractRun.At(far, ContractRun.Long));
                return (r, s, i);
            });
            run.Counts(3, result, "ReceiveMessage");
            run.SameBytes([1, 2, 3], buffer, "the datagram");
            run.Same(nearAddress, sender, "the sender");
            run.Same(farAddress.WithPort(0).ToIPAddress(), information.Destination.ToIPAddress(), "the destination");
            run.IsTrue(information.InterfaceIndex > 0, "the number of an interface", $"{information.InterfaceIndex}");
            run.Same(false, information.IsTruncated, "IsTruncated");
            run.Ready(far, Readiness.Readable);
            run.Counts(3, far.TryReceiveMessage(buffer, out _, out information), "TryReceiveMessage of 5 bytes into 3");
            run.Same(true, information.IsTruncated, "IsTruncated of a datagram that was cut");
        }),
        new("Streams have no packet information: EOPNOTSUPP", run =>
            run.Fails(Errno.EOPNOTSUPP, run.Connection().Server.TryReceiveMessage(new byte[1], out _, out _), "TryReceiveMessage")),
        new("A closed socket neither peeks nor counts: EBADF", run =>
        {
            foreach (SocketType type in s_bothTypes)
            {
                RadioSocket socket = run.Open(run.Near, type);
                socket.Close();
                run.Fails(Errno.EBADF, socket.TryPeek(new byte[1], out _), "TryPeek");
                run.Fails(Errno.EBADF, socket.GetAvailable(), "GetAvailable");
                run.Fails(Errno.EBADF, socket.TryReceiveMessage(new byte[1], out _, out _), "TryReceiveMessage");
                run.Fails(Errno.EBADF, socket.TryReceive((ArraySegment<byte>[])[new byte[1], new byte[1]]), "TryReceive into two buffers");
            }
        }),
        new("A peek waits no longer than its deadline", run =>
        {
            RadioSocket far = run.FarDatagram(out _);
            Deadline immediate = ContractRun.At(far, TimeSpan.Zero);
            RadioResult result = far.Peek(new byte[1], out _, immediate);
            if (!Refuses(run, result, Errno.EAGAIN, "Peek"))
            {
                run.Fails(
                    Errno.ETIMEDOUT,
                    run.Call("Peek", () => far.Peek(new byte[1], out _, ContractRun.At(far, TimeSpan.FromMilliseconds(20)))),
                    "Peek where nothing comes");
            }
        }),
    ];

    /// <summary>Whether a radio cannot do it at all; else the result has to be what it is where nothing is there.</summary>
    private static bool Refuses(ContractRun run, RadioResult result, Errno otherwise, string what)
    {
        if (result.Errno == Errno.EOPNOTSUPP)
        {
            return true;
        }

        run.Fails(otherwise, result, what);
        return false;
    }
}
