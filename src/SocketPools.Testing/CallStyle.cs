using SocketPools.Radios;

namespace SocketPools.Testing;

/// <summary>
/// How a call is made: blocking with a deadline, or by attempts and asynchronous waits. The same bodies run in both ways.
/// None of the tasks ends before the socket does something or is closed.
/// </summary>
internal abstract class CallStyle
{
    internal static readonly IReadOnlyList<CallStyle> All = [new BlockingStyle(), new AsyncStyle()];

    internal abstract string Name { get; }

    internal abstract Task<RadioResult> Connect(RadioSocket socket, IPSocketAddress remote);

    internal abstract Task<(RadioResult Result, RadioSocket? Socket, IPSocketAddress Remote)> Accept(RadioSocket socket);

    internal abstract Task<RadioResult> SendAll(RadioSocket socket, ReadOnlyMemory<byte> data);

    internal abstract Task<RadioResult> SendTo(RadioSocket socket, ReadOnlyMemory<byte> data, IPSocketAddress remote);

    internal abstract Task<RadioResult> Receive(RadioSocket socket, Memory<byte> buffer);

    internal abstract Task<(RadioResult Result, IPSocketAddress Remote)> ReceiveFrom(RadioSocket socket, Memory<byte> buffer);

    internal abstract Task<RadioResult> SendSegments(RadioSocket socket, ReadOnlyMemory<byte> data, int segmentSize, IPSocketAddress remote);

    internal abstract Task<(RadioResult Result, int SegmentSize, IPSocketAddress Remote)> ReceiveSegments(RadioSocket socket, Memory<byte> buffer);

    internal abstract Task<RadioResult> Wait(RadioSocket socket, Readiness interest);
}

/// <summary>The blocking twins, without a limit.</summary>
internal sealed class BlockingStyle : CallStyle
{
    internal override string Name => "blocking";

    internal override Task<RadioResult> Connect(RadioSocket socket, IPSocketAddress remote) =>
        ContractRun.Start(() => socket.Connect(remote, Infinite(socket)));

    internal override Task<(RadioResult Result, RadioSocket? Socket, IPSocketAddress Remote)> Accept(RadioSocket socket) =>
        ContractRun.Start(() =>
        {
            RadioResult result = socket.Accept(out RadioSocket? accepted, out IPSocketAddress remote, Infinite(socket));
            return (result, accepted, remote);
        });

    internal override Task<RadioResult> SendAll(RadioSocket socket, ReadOnlyMemory<byte> data) =>
        ContractRun.Start(() => socket.SendAll(data.Span, Infinite(socket), out _));

    internal override Task<RadioResult> SendTo(RadioSocket socket, ReadOnlyMemory<byte> data, IPSocketAddress remote) =>
        ContractRun.Start(() => socket.SendTo(data.Span, remote, Infinite(socket)));

    internal override Task<RadioResult> Receive(RadioSocket socket, Memory<byte> buffer) =>
        ContractRun.Start(() => socket.Receive(buffer.Span, Infinite(socket)));

    internal override Task<(RadioResult Result, IPSocketAddress Remote)> ReceiveFrom(RadioSocket socket, Memory<byte> buffer) =>
        ContractRun.Start(() =>
        {
            RadioResult result = socket.ReceiveFrom(buffer.Span, out IPSocketAddress remote, Infinite(socket));
            return (result, remote);
        });

    internal override Task<RadioResult> SendSegments(RadioSocket socket, ReadOnlyMemory<byte> data, int segmentSize, IPSocketAddress remote) =>
        ContractRun.Start(() => socket.SendSegments(data.Span, segmentSize, remote, Infinite(socket)));

    internal override Task<(RadioResult Result, int SegmentSize, IPSocketAddress Remote)> ReceiveSegments(RadioSocket socket, Memory<byte> buffer) =>
        ContractRun.Start(() =>
        {
            RadioResult result = socket.ReceiveSegments(buffer.Span, out int segmentSize, out IPSocketAddress remote, Infinite(socket));
            return (result, segmentSize, remote);
        });

    internal override Task<RadioResult> Wait(RadioSocket socket, Readiness interest) =>
        ContractRun.Start(() => socket.Wait(interest, Infinite(socket)));

    private static Deadline Infinite(RadioSocket socket) => ContractRun.At(socket, Timeout.InfiniteTimeSpan);
}

/// <summary>Attempts, and <see cref="RadioSocket.WaitAsync"/> while they would block.</summary>
internal sealed class AsyncStyle : CallStyle
{
    internal override string Name => "asynchronous";

    internal override async Task<RadioResult> Connect(RadioSocket socket, IPSocketAddress remote)
    {
        RadioResult result = socket.TryConnect(remote);
        while (result.Errno == Errno.EINPROGRESS)
        {
            RadioResult wait = await Wait(socket, Readiness.Writable).ConfigureAwait(false);
            if (wait.Failed)
            {
                return wait;
            }

            result = socket.FinishConnect();
        }

        return result;
    }

    internal override async Task<(RadioResult Result, RadioSocket? Socket, IPSocketAddress Remote)> Accept(RadioSocket socket)
    {
        RadioSocket? accepted = null;
        IPSocketAddress remote = default;
        RadioResult result = await Retry(socket, Readiness.Readable, () => socket.TryAccept(out accepted, out remote)).ConfigureAwait(false);
        return (result, accepted, remote);
    }

    internal override async Task<RadioResult> SendAll(RadioSocket socket, ReadOnlyMemory<byte> data)
    {
        int sent = 0;
        while (sent < data.Length)
        {
            RadioResult result = await Retry(socket, Readiness.Writable, () => socket.TrySend(data.Span[sent..])).ConfigureAwait(false);
            if (result.Failed)
            {
                return result;
            }

            sent += result.Count;
        }

        return RadioResult.FromCount(sent);
    }

    internal override Task<RadioResult> SendTo(RadioSocket socket, ReadOnlyMemory<byte> data, IPSocketAddress remote) =>
        Retry(socket, Readiness.Writable, () => socket.TrySendTo(data.Span, remote));

    internal override Task<RadioResult> Receive(RadioSocket socket, Memory<byte> buffer) =>
        Retry(socket, Readiness.Readable, () => socket.TryReceive(buffer.Span));

    internal override async Task<(RadioResult Result, IPSocketAddress Remote)> ReceiveFrom(RadioSocket socket, Memory<byte> buffer)
    {
        IPSocketAddress remote = default;
        RadioResult result = await Retry(socket, Readiness.Readable, () => socket.TryReceiveFrom(buffer.Span, out remote)).ConfigureAwait(false);
        return (result, remote);
    }

    internal override async Task<RadioResult> SendSegments(RadioSocket socket, ReadOnlyMemory<byte> data, int segmentSize, IPSocketAddress remote)
    {
        int sent = 0;
        do
        {
            RadioResult result = await Retry(socket, Readiness.Writable, () => socket.TrySendSegments(data.Span[sent..], segmentSize, remote)).ConfigureAwait(false);
            if (result.Failed)
            {
                return result;
            }

            sent += result.Count;
        }
        while (sent < data.Length);
        return RadioResult.FromCount(sent);
    }

    internal override async Task<(RadioResult Result, int SegmentSize, IPSocketAddress Remote)> ReceiveSegments(RadioSocket socket, Memory<byte> buffer)
    {
        int segmentSize = 0;
        IPSocketAddress remote = default;
        RadioResult result = await Retry(
            socket, Readiness.Readable, () => socket.TryReceiveSegments(buffer.Span, out segmentSize, out remote)).ConfigureAwait(false);
        return (result, segmentSize, remote);
    }

    internal override Task<RadioResult> Wait(RadioSocket socket, Readiness interest) =>
        socket.WaitAsync(interest, CancellationToken.None).AsTask();

    private async Task<RadioResult> Retry(RadioSocket socket, Readiness interest, Func<RadioResult> attempt)
    {
        RadioResult result;
        while ((result = attempt()).Errno == Errno.EAGAIN)
        {
            RadioResult wait = await Wait(socket, interest).ConfigureAwait(false);
            if (wait.Failed)
            {
                return wait;
            }
        }

        return result;
    }
}
