using System.Buffers;
using SocketPools.Radios;

namespace SocketPools.Testing;

public static partial class RadioContract
{
    /// <summary>Several buffers in one call.</summary>
    private static IEnumerable<ContractCase> BufferCases =>
    [
        new("A stream fills several buffers one after the other", run =>
        {
            (RadioSocket client, RadioSocket server) = run.Connection();
            byte[] data = run.Bytes(9);
            byte[] buffer = new byte[20];
            ArraySegment<byte>[] buffers = [new(buffer, 1, 3), new(buffer, 5, 0), new(buffer, 10, 10)];
            run.Fails(Errno.EAGAIN, server.TryReceive(buffers), "TryReceive where nothing is");
            run.Ok(client.TrySend(data), "TrySend");
            int count = 0;
            while (count < 9)
            {
                run.Ready(server, Readiness.Readable);
                byte[] part = new byte[9 - count];
                int split = part.Length / 2;
                int came = run.Ok(server.TryReceive((ArraySegment<byte>[])[new(part, 0, split), new(part, split, part.Length - split)]), "TryReceive into two");
                run.IsTrue(came > 0, "bytes", "the end");
                run.SameBytes(data.AsSpan(count, came), part.AsSpan(0, came), "the bytes");
                count += came;
            }

            run.Ok(client.TrySend(data.AsSpan(0, 3)), "TrySend");
            run.Counts(3, run.Call("Receive", () => server.Receive(buffers, ContractRun.At(server, ContractRun.Long))), "Receive into three");
            run.SameBytes(data.AsSpan(0, 3), buffer.AsSpan(1, 3), "the bytes");
            run.SameBytes(new byte[16], buffer.AsSpan(4), "what was not filled");
            ArraySegment<byte>[] mostlyEmpty = [.. Enumerable.Repeat(new ArraySegment<byte>(buffer, 0, 0), 40), new(buffer, 10, 3)];
            run.Ok(client.TrySend(data.AsSpan(3, 3)), "TrySend");
            run.Counts(3, run.Call("Receive", () => server.Receive(mostlyEmpty, ContractRun.At(server, ContractRun.Long))), "Receive into one of 41");
            run.SameBytes(data.AsSpan(3, 3), buffer.AsSpan(10, 3), "the bytes");
        }),
        new("A datagram goes on from one buffer to the next, and is cut after the last", run =>
        {
            RadioSocket near = run.NearDatagram(out _);
            RadioSocket far = run.FarDatagram(out IPSocketAddress farAddress);
            byte[] data = run.Bytes(50);
            foreach (int pieces in (ReadOnlySpan<int>)[2, 20])
            {
                run.Counts(50, near.TrySendTo(data, farAddress), "TrySendTo");
                run.Counts(1, near.TrySendTo([7], farAddress), "TrySendTo");
                byte[] buffer = new byte[pieces * 2];
                ArraySegment<byte>[] buffers = [.. Enumerable.Range(0, pieces).Select(i => new ArraySegment<byte>(buffer, i * 2, 2))];
                run.Counts(buffer.Length, run.Call("Receive", () => far.Receive(buffers, ContractRun.At(far, ContractRun.Long))), $"Receive into {pieces}");
                run.SameBytes(data.AsSpan(0, buffer.Length), buffer, "the bytes");
                run.Ready(far, Readiness.Readable);
                run.Counts(1, far.TryReceive(buffers), "TryReceive of the next");
                run.Same(7, buffer[0], "the byte");
            }
        }),
        new("Pieces are sent whole within a deadline, on a stream only", run =>
        {
            (RadioSocket client, RadioSocket server) = run.Connection();
            byte[] data = run.Bytes(300_000);
            ReadOnlySequence<byte> pieces = Pieces(data, 4_000);
            Task<RadioResult> sending = ContractRun.Start(() => client.SendAll(pieces, ContractRun.At(client, ContractRun.Long), out _));
            byte[] received = new byte[data.Length];
            int count = 0;
            while (count < received.Length)
            {
                RadioResult result = run.Call("Receive", () => server.Receive(received.AsSpan(count), ContractRun.At(server, ContractRun.Long)));
                count += run.Ok(result, "Receive");
            }

            run.Ok(run.Finish(sending, "SendAll"), "SendAll");
            run.SameBytes(data, received, "the pieces");
            RadioSocket datagrams = run.NearDatagram(out _);
            run.Fails(Errno.EOPNOTSUPP, datagrams.SendAll(pieces, ContractRun.At(datagrams, ContractRun.Long), out long sent), "SendAll of a datagram socket");
            run.Same(0, sent, "the bytes taken");
        }),
    ];
}
