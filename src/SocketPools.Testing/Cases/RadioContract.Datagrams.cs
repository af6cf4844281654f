using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Testing;

public static partial class RadioContract
{
    /// <summary>What holds for datagrams however the calls are made.</summary>
    private static IEnumerable<ContractCase> DatagramCases(CallStyle style) =>
    [
        new($"A datagram arrives whole, with its sender's address ({style.Name})", run =>
        {
            RadioSocket near = run.NearDatagram(out IPSocketAddress nearAddress);
            RadioSocket far = run.FarDatagram(out IPSocketAddress farAddress);
            byte[] data = run.Bytes(700);
            run.Counts(700, run.Finish(style.SendTo(near, data, farAddress), "SendTo"), "SendTo");
            byte[] buffer = new byte[1000];
            (RadioResult result, IPSocketAddress sender) = run.Finish(style.ReceiveFrom(far, buffer), "ReceiveFrom");
            run.Counts(700, result, "ReceiveFrom");
            run.SameBytes(data, buffer.AsSpan(0, 700), "the datagram");
            run.Same(nearAddress, sender, "the sender");
            run.Counts(5, run.Finish(style.SendTo(far, data.AsMemory(0, 5), sender), "SendTo"), "SendTo, the answer");
            run.Counts(5, run.Finish(style.Receive(near, buffer), "Receive"), "Receive, the answer");
        }),
        new($"An empty datagram is a datagram ({style.Name})", run =>
        {
            RadioSocket near = run.NearDatagram(out IPSocketAddress nearAddress);
            RadioSocket far = run.FarDatagram(out IPSocketAddress farAddress);
            run.Counts(0, run.Finish(style.SendTo(near, Array.Empty<byte>(), farAddress), "SendTo"), "SendTo of nothing");
            (RadioResult result, IPSocketAddress sender) = run.Finish(style.ReceiveFrom(far, new byte[10]), "ReceiveFrom");
            run.Counts(0, result, "ReceiveFrom");
            run.Same(nearAddress, sender, "the sender");
        }),
        new($"A datagram too long for the buffer is cut, and the next one is whole ({style.Name})", run =>
        {
            RadioSocket near = run.NearDatagram(out _);
            RadioSocket far = run.FarDatagram(out IPSocketAddress farAddress);
            run.Counts(5, near.TrySendTo([1, 2, 3, 4, 5], farAddress), "TrySendTo");
            run.Counts(2, near.TrySendTo([6, 7], farAddress), "TrySendTo");
            byte[] buffer = new byte[3];
            run.Counts(3, run.Finish(style.ReceiveFrom(far, buffer), "ReceiveFrom").Result, "ReceiveFrom of 5 bytes into 3");
            run.SameBytes([1, 2, 3], buffer, "the first datagram");
            run.Counts(2, run.Finish(style.Receive(far, buffer), "Receive"), "Receive of 2 bytes into 3");
            run.SameBytes([6, 7, 3], buffer, "the second datagram, and the byte after it");
        }),
        new($"A socket can send a datagram to itself ({style.Name})", run =>
        {
            RadioSocket socket = run.FarDatagram(out IPSocketAddress address);
            run.Counts(2, run.Finish(style.SendTo(socket, new byte[] { 3, 4 }, address), "SendTo"), "SendTo");
            byte[] buffer = new byte[2];
            (RadioResult result, IPSocketAddress sender) = run.Finish(style.ReceiveFrom(socket, buffer), "ReceiveFrom");
            run.Counts(2, result, "ReceiveFrom");
            run.Same(address, sender, "the sender");
        }),
        new($"A datagram socket with a peer hears only the peer ({style.Name})", run =>
        {
            RadioSocket other = run.NearDatagram(out _);
            RadioSocket friend = run.NearDatagram(out IPSocketAddress friendAddress);
            RadioSocket far = run.FarDatagram(out IPSocketAddress farAddress);
            run.Ok(run.Finish(style.Connect(far, friendAddress), "Connect"), "Connect");
            run.Same(friendAddress, run.RemoteOf(far), "the peer");
            run.Counts(1, other.TrySendTo([1], farAddress), "TrySendTo, another sender");
            run.Counts(1, friend.TrySendTo([2], farAddress), "TrySendTo, the friend");
            byte[] buffer = new byte[1];
            run.Counts(1, run.Finish(style.Receive(far, buffer), "Receive"), "Receive");
            run.Same(2, buffer[0], "the byte");
            run.Counts(1, run.Finish(style.SendAll(far, new byte[] { 3 }), "Send"), "Send to the peer");
            run.Counts(1, run.Finish(style.Receive(friend, buffer), "Receive"), "Receive, the friend");
            run.Same(3, buffer[0], "the byte");
        }),
        new($"A receive waits for a datagram ({style.Name})", run =>
        {
            RadioSocket near = run.NearDatagram(out _);
            RadioSocket far = run.FarDatagram(out IPSocketAddress farAddress);
            var receiving = style.ReceiveFrom(far, new byte[10]);
            run.StaysBlocked(receiving, "ReceiveFrom");
            run.Counts(4, near.TrySendTo(new byte[4], farAddress), "TrySendTo");
            run.Counts(4, run.Finish(receiving, "ReceiveFrom").Result, "ReceiveFrom");
        }),
    ];

    private static IEnumerable<ContractCase> DatagramAttemptCases =>
    [
        new("A datagram socket without a peer cannot send: EDESTADDRREQ", run =>
            run.Fails(Errno.EDESTADDRREQ, run.Open(run.Near, SocketType.Dgram).TrySend([1]), "TrySend")),
        new("A datagram too long for the protocol is EMSGSIZE", run =>
        {
            run.FarDatagram(out IPSocketAddress farAddress);
            run.Fails(Errno.EMSGSIZE, run.NearDatagram(out _).TrySendTo(new byte[70_000], farAddress), "TrySendTo of 70000 bytes");
        }),
        new("A datagram socket neither listens nor accepts: EOPNOTSUPP", run =>
        {
            RadioSocket socket = run.NearDatagram(out _);
            run.Fails(Errno.EOPNOTSUPP, socket.Listen(1), "Listen");
            run.Fails(Errno.EOPNOTSUPP, socket.TryAccept(out _, out _), "TryAccept");
        }),
        new("An empty buffer takes a datagram and cuts it to nothing", run =>
        {
            RadioSocket near = run.NearDatagram(out IPSocketAddress nearAddress);
            RadioSocket far = run.FarDatagram(out IPSocketAddress farAddress);
            for (byte i = 1; i <= 3; i++)
            {
                run.Counts(i, near.TrySendTo(new byte[i], farAddress), "TrySendTo");
            }

            run.Ready(far, Readiness.Readable);
            run.Counts(0, far.TryReceive([]), "TryReceive into nothing");
            run.Ready(far, Readiness.Readable);
            run.Counts(0, far.TryReceiveFrom([], out IPSocketAddress sender), "TryReceiveFrom into nothing");
            run.Same(nearAddress, sender, "the sender");
            run.Ready(far, Readiness.Readable);
            run.Counts(3, far.TryReceive(new byte[10]), "TryReceive of the third");
        }),
        new("An empty datagram is sent to the peer too", run =>
        {
            RadioSocket near = run.NearDatagram(out _);
            RadioSocket far = run.FarDatagram(out IPSocketAddress farAddress);
            run.Ok(near.TryConnect(farAddress), "TryConnect");
            run.Counts(0, near.TrySend([]), "TrySend of nothing");
            run.Ready(far, Readiness.Readable);
            run.Counts(0, far.TryReceive(new byte[10]), "TryReceive");
            run.Fails(Errno.EAGAIN, far.TryReceive(new byte[10]), "TryReceive when all was read");
        }),
        new("A datagram socket bound to any address hears its radio's address", run =>
        {
            var any = run.Family == AddressFamily.InterNetwork ? System.Net.IPAddress.Any : System.Net.IPAddress.IPv6Any;
            RadioSocket far = run.Bound(run.Far, any, SocketType.Dgram, out IPSocketAddress local);
            RadioSocket near = run.NearDatagram(out IPSocketAddress nearAddress);
            run.Counts(1, near.TrySendTo([1], new IPSocketAddress(run.Pair.FarAddress, local.Port)), "TrySendTo");
            run.Ready(far, Readiness.Readable);
            run.Counts(1, far.TryReceiveFrom(new byte[4], out IPSocketAddress sender), "TryReceiveFrom");
            run.Same(nearAddress, sender, "the sender");
        }),
        new("The peer of a datagram socket can be changed", run =>
        {
            RadioSocket near = run.NearDatagram(out _);
            RadioSocket first = run.FarDatagram(out IPSocketAddress firstAddress);
            RadioSocket second = run.FarDatagram(out IPSocketAddress secondAddress);
            run.Ok(near.TryConnect(firstAddress), "TryConnect");
            run.Ok(near.TryConnect(secondAddress), "TryConnect to another peer");
            run.Same(secondAddress, run.RemoteOf(near), "the peer");
            run.Counts(1, near.TrySend([1]), "TrySend");
            run.Ready(second, Readiness.Readable);
            run.Fails(Errno.EAGAIN, first.TryReceive(new byte[1]), "TryReceive of the first peer");
        }),
    ];
}
