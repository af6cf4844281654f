using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Testing;

// Many datagrams in one call, on radios that are made for it and on those that send and receive them one by one.
public static partial class RadioContract
{
    /// <summary>What holds for several datagrams however the calls are made.</summary>
    private static IEnumerable<ContractCase> SegmentCases(CallStyle style) =>
    [
        new($"Segments arrive as datagrams of their size, in order ({style.Name})", run =>
        {
            RadioSocket near = run.NearDatagram(out IPSocketAddress nearAddress);
            RadioSocket far = run.FarDatagram(out IPSocketAddress farAddress);
            byte[] data = run.Bytes(450);
            run.Counts(450, run.Finish(style.SendSegments(near, data, 100, farAddress), "SendSegments"), "SendSegments");
            byte[] buffer = new byte[1000];
            for (int at = 0; at < data.Length; at += 100)
            {
                int size = Math.Min(100, data.Length - at);
                (RadioResult result, IPSocketAddress sender) = run.Finish(style.ReceiveFrom(far, buffer), "ReceiveFrom");
                run.Counts(size, result, $"ReceiveFrom of the datagram at {at}");
                run.SameBytes(data.AsSpan(at, size), buffer.AsSpan(0, size), $"the datagram at {at}");
                run.Same(nearAddress, sender, "the sender");
            }
        }),
        new($"Segments to the peer are received in segments, each of them whole ({style.Name})", run =>
        {
            RadioSocket near = run.NearDatagram(out IPSocketAddress nearAddress);
            RadioSocket far = run.FarDatagram(out IPSocketAddress farAddress);
            run.Ok(near.TryConnect(farAddress), "TryConnect");
            byte[] data = run.Bytes(450);
            run.Counts(450, run.Finish(style.SendSegments(near, data, 100, default), "SendSegments"), "SendSegments");
            ReceivesInSegments(run, style, far, data, 100, nearAddress);
        }),
        new($"A receive of segments takes single datagrams too, also of other sizes ({style.Name})", run =>
        {
            RadioSocket near = run.NearDatagram(out IPSocketAddress nearAddress);
            RadioSocket far = run.FarDatagram(out IPSocketAddress farAddress);
            foreach (int size in (int[])[100, 200, 50, 0, 50])
            {
                byte[] data = run.Bytes(size);
                run.Counts(size, run.Finish(style.SendTo(near, data, farAddress), "SendTo"), "SendTo");
                ReceivesInSegments(run, style, far, data, size, nearAddress);
            }
        }),
        new($"A receive of segments waits for a datagram ({style.Name})", run =>
        {
            RadioSocket near = run.NearDatagram(out _);
            RadioSocket far = run.FarDatagram(out IPSocketAddress farAddress);
            var receiving = style.ReceiveSegments(far, new byte[RadioSocket.SegmentBufferSize]);
            run.StaysBlocked(receiving, "ReceiveSegments");
            run.Counts(4, near.TrySendTo(new byte[4], farAddress), "TrySendTo");
            (RadioResult result, int size, _) = run.Finish(receiving, "ReceiveSegments");
            run.Counts(4, result, "ReceiveSegments");
            run.Same(4, size, "the size of a segment");
        }),
        Wakes("a receive of segments", style, run =>
        {
            RadioSocket socket = run.NearDatagram(out _);
            return (socket, SegmentsResultOf(style.ReceiveSegments(socket, new byte[RadioSocket.SegmentBufferSize])));
        }),
    ];

    private static IEnumerable<ContractCase> SegmentAttemptCases =>
    [
        new("No bytes in segments are an empty datagram", run =>
        {
            RadioSocket near = run.NearDatagram(out IPSocketAddress nearAddress);
            RadioSocket far = run.FarDatagram(out IPSocketAddress farAddress);
            run.Counts(0, near.TrySendSegments([], 100, farAddress), "TrySendSegments of nothing");
            ReceivesInSegments(run, CallStyle.All[0], far, [], 0, nearAddress);
            run.Fails(Errno.EAGAIN, far.TryReceiveSegments(new byte[RadioSocket.SegmentBufferSize], out _, out _), "TryReceiveSegments when all was read");
        }),
        new("Datagrams of two senders and of several sizes are never taken for each other's", DatagramsOfTwoSenders),
        new("A receive of one datagram takes one, also after a receive of segments, and leaves the others", LeavesTheOthers),
        new("A peek and what is available are about one datagram, also after a receive of segments", PeeksAtOne),
        new("A short buffer takes one datagram of several and cuts it", run =>
        {
            RadioSocket near = run.NearDatagram(out IPSocketAddress nearAddress);
            RadioSocket far = run.FarDatagram(out IPSocketAddress farAddress);
            byte[] data = run.Bytes(300);
            near.TrySendSegments(data.AsSpan(0, 200), 100, farAddress);
            ReceivesInSegments(run, CallStyle.All[0], far, data.AsSpan(0, 200), 100, nearAddress);
            run.Counts(300, near.TrySendSegments(data, 100, farAddress), "TrySendSegments");
            byte[] buffer = new byte[40];
            run.Ready(far, Readiness.Readable);
            run.Counts(40, far.TryReceiveSegments(buffer, out int size, out _), "TryReceiveSegments into 40 bytes");
            run.Same(40, size, "the size of a segment");
            run.SameBytes(data.AsSpan(0, 40), buffer, "the first datagram, cut");
            ReceivesInSegments(run, CallStyle.All[0], far, data.AsSpan(100), 100, nearAddress);
        }),
        new("Segments that cannot be sent: EDESTADDRREQ, EINVAL, EMSGSIZE, EOPNOTSUPP", run =>
        {
            run.FarDatagram(out IPSocketAddress farAddress);
            RadioSocket near = run.NearDatagram(out _);
            byte[] data = new byte[140_000];
            run.Fails(Errno.EDESTADDRREQ, near.TrySendSegments(data.AsSpan(0, 300), 100, default), "TrySendSegments without a peer");
            run.Fails(Errno.EINVAL, near.TrySendSegments(data.AsSpan(0, 300), 0, farAddress), "TrySendSegments of 0 bytes each");
            run.Fails(Errno.EINVAL, near.TrySendSegments(data.AsSpan(0, 300), -1, farAddress), "TrySendSegments of -1 bytes each");
            run.Fails(Errno.EINVAL, near.TrySendSegments(data, RadioSocket.MaxSegmentSize + 1, farAddress), "TrySendSegments of 65536 bytes each");
            run.Fails(Errno.EMSGSIZE, near.TrySendSegments(data, RadioSocket.MaxSegmentSize, farAddress), "TrySendSegments of 65535 bytes each");
            RadioSocket stream = run.Open(run.Near, SocketType.Stream);
            run.Fails(Errno.EOPNOTSUPP, stream.TrySendSegments(data.AsSpan(0, 300), 100, default), "TrySendSegments on a stream");
            run.Fails(Errno.EOPNOTSUPP, stream.TryReceiveSegments(data, out _, out _), "TryReceiveSegments on a stream");
        }),
        new("A receive of segments lasts until its deadline, and an immediate one does not wait", run =>
        {
            RadioSocket socket = run.NearDatagram(out _);
            byte[] buffer = new byte[RadioSocket.SegmentBufferSize];
            run.Fails(Errno.ETIMEDOUT, run.LastsUntil(s_short, run.Near, "ReceiveSegments", () => socket.ReceiveSegments(buffer, out _, out _, ContractRun.At(socket, s_short))), "ReceiveSegments");
            run.AtOnce(Errno.EAGAIN, run.Near, "ReceiveSegments", () => socket.ReceiveSegments(buffer, out _, out _, ContractRun.At(socket, TimeSpan.Zero)));
        }),
        new("Attempts on segments allocate nothing", run =>
        {
            RadioSocket near = run.NearDatagram(out _);
            RadioSocket far = run.FarDatagram(out IPSocketAddress address);
            byte[] data = new byte[500];
            byte[] buffer = new byte[RadioSocket.SegmentBufferSize];
            void Drain()
            {
                for (int count = 0; count < data.Length; count += far.TryReceiveSegments(buffer, out _, out _).Count)
                {
                    run.Ready(far, Readiness.Readable);
                }
            }

            AllocatesNothing(run, "TrySendSegments", () => near.TrySendSegments(data, 100, address), Drain);
            AllocatesNothing(run, "TryReceiveSegments", () => far.TryReceiveSegments(buffer, out _, out _), () =>
            {
                while (!far.TryReceiveSegments(buffer, out _, out _).Failed)
                {
                }

                near.TrySendSegments(data, 100, address);
                run.Ready(far, Readiness.Readable);
            });
        }, pair => pair.ChecksAllocations),
    ];

    private static void DatagramsOfTwoSenders(ContractRun run)
    {
        RadioSocket[] near = [run.NearDatagram(out IPSocketAddress first), run.NearDatagram(out IPSocketAddress second)];
        IPSocketAddress[] addresses = [first, second];
        RadioSocket far = run.FarDatagram(out IPSocketAddress farAddress);
        byte[] buffer = new byte[RadioSocket.SegmentBufferSize];
        far.TryReceiveSegments(buffer, out _, out _);
        (int Sender, int Size)[] sent = [(0, 20), (0, 20), (1, 20), (0, 20), (1, 10), (1, 30), (1, 30), (1, 0), (1, 30)];
        foreach ((int sender, int size) in sent)
        {
            run.Counts(size, near[sender].TrySendTo(Enumerable.Repeat((byte)size, size).ToArray(), farAddress), "TrySendTo");
        }

        List<(int Sender, int Size)> received = [];
        while (received.Count < sent.Length)
        {
            run.Ready(far, Readiness.Readable);
            int count = run.Ok(far.TryReceiveSegments(buffer, out int segment, out IPSocketAddress from), "TryReceiveSegments");
            for (int at = 0; at < count || at == 0; at += Math.Max(segment, 1))
            {
                int size = Math.Min(segment, count - at);
                run.IsTrue(!buffer.AsSpan(at, size).ContainsAnyExcept((byte)size), $"a datagram of {size} bytes of the value {size}", "other bytes");
                received.Add((Array.IndexOf(addresses, from), size));
            }
        }

        // Between senders no order is promised.
        for (int sender = 0; sender < 2; sender++)
        {
            string expected = string.Join(", ", sent.Where(d => d.Sender == sender).Select(d => d.Size));
            run.Same(expected, string.Join(", ", received.Where(d => d.Sender == sender).Select(d => d.Size)), $"the sizes from sender {sender}");
        }
    }

    private static void LeavesTheOthers(ContractRun run)
    {
        RadioSocket near = run.NearDatagram(out IPSocketAddress nearAddress);
        RadioSocket far = run.FarDatagram(out IPSocketAddress farAddress);
        byte[] data = run.Bytes(450);
        byte[] buffer = new byte[100];
        run.Counts(450, near.TrySendSegments(data, 100, farAddress), "TrySendSegments");
        ReceivesInSegments(run, CallStyle.All[0], far, data, 100, nearAddress);
        run.Counts(450, near.TrySendSegments(data, 100, farAddress), "TrySendSegments");
        for (int at = 0; at < 300; at += 100)
        {
            run.Ready(far, Readiness.Readable);
            run.Counts(100, far.TryReceiveFrom(buffer, out IPSocketAddress sender), $"TryReceiveFrom of the datagram at {at}");
            run.SameBytes(data.AsSpan(at, 100), buffer, $"the datagram at {at}");
            run.Same(nearAddress, sender, "the sender");
        }

        // Whoever asks or waits, in each way, learns of what is left.
        run.IsTrue(far.Poll(Readiness.Readable) == Readiness.Readable, "the socket to be readable", "Poll says no");
        run.Ok(run.Finish(far.WaitAsync(Readiness.Readable, CancellationToken.None).AsTask(), "WaitAsync"), "WaitAsync");
        ReadinessEntry[] entries = Entries(Readiness.Readable, far);
        run.Counts(1, run.Call("Radio.Wait", () => run.Far.Wait(entries, ContractRun.At(far, ContractRun.Long))), "Radio.Wait");
        ReceivesInSegments(run, CallStyle.All[0], far, data.AsSpan(300), 100, nearAddress);
        run.Fails(Errno.EAGAIN, far.TryReceiveFrom(buffer, out _), "TryReceiveFrom when all was read");
        run.IsTrue(far.Poll(Readiness.Readable) == Readiness.None, "the socket not to be readable", "Poll says it is");
    }

    private static void PeeksAtOne(ContractRun run)
    {
        RadioSocket near = run.NearDatagram(out _);
        RadioSocket far = run.FarDatagram(out IPSocketAddress farAddress);
        byte[] buffer = new byte[RadioSocket.SegmentBufferSize];
        run.Fails(Errno.EAGAIN, far.TryReceiveSegments(buffer, out _, out _), "TryReceiveSegments where nothing is");
        bool peeks = far.TryPeek(buffer, out _).Errno != Errno.EOPNOTSUPP;
        bool counts = far.GetAvailable().Errno != Errno.EOPNOTSUPP;
        foreach (int length in (int[])[450, 0, 100])
        {
            byte[] data = run.Bytes(length);
            run.Counts(length, near.TrySendSegments(data, 100, farAddress), "TrySendSegments");
            int at = 0;
            do
            {
                int size = Math.Min(100, length - at);
                run.Ready(far, Readiness.Readable);
                for (int i = 0; i < 2; i++)
                {
                    RadioResult available = counts ? far.GetAvailable() : RadioResult.FromCount(size);
                    run.Counts(size, available, $"GetAvailable at {at} of {length}");
                    RadioResult peeked = peeks ? far.TryPeek(buffer, out _) : RadioResult.FromCount(size);
                    run.Counts(size, peeked, $"TryPeek at {at} of {length}");
                }

                run.Counts(size, far.TryReceiveFrom(buffer, out _), $"TryReceiveFrom at {at} of {length}");
                run.SameBytes(data.AsSpan(at, size), buffer.AsSpan(0, size), $"the datagram at {at}");
                at += size;
            }
            while (at < length);
        }

        run.Fails(Errno.EAGAIN, far.TryReceiveFrom(buffer, out _), "TryReceiveFrom when all was read");
    }

    /// <summary>Receives, in as many calls as the radio needs, datagrams of one size of which the last may be shorter.</summary>
    private static void ReceivesInSegments(
        ContractRun run, CallStyle style, RadioSocket socket, ReadOnlySpan<byte> data, int segmentSize, IPSocketAddress sender)
    {
        byte[] buffer = new byte[RadioSocket.SegmentBufferSize];
        int at = 0;
        do
        {
            (RadioResult result, int size, IPSocketAddress remote) = run.Finish(style.ReceiveSegments(socket, buffer), "ReceiveSegments");
            int count = run.Ok(result, "ReceiveSegments");
            int expected = Math.Min(segmentSize, data.Length - at);
            run.IsTrue(size == expected, $"segments of {expected} bytes at {at} of {data.Length}", $"{size} bytes, {count} in all");
            bool isWhole = count == data.Length - at || (count > 0 && count % segmentSize == 0 && count < data.Length - at);
            run.IsTrue(isWhole, "whole segments", $"{count} bytes in segments of {size}");
            run.SameBytes(data.Slice(at, count), buffer.AsSpan(0, count), $"the segments at {at}");
            run.Same(sender, remote, "the sender");
            at += count;
        }
        while (at < data.Length);
    }

    private static async Task<RadioResult> SegmentsResultOf(Task<(RadioResult Result, int SegmentSize, IPSocketAddress Remote)> call) =>
        (await call.ConfigureAwait(false)).Result;
}
