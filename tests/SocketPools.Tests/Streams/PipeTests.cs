using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using SocketPools.Radios;
using SocketPools.Streams;

namespace SocketPools.Tests.Streams;

/// <summary>The pair of pipes, beside the BCL's pipes over its own network stream.</summary>
public sealed class PipeTests
{
    public static TheoryData<StreamKind> BothKinds => StreamContractTests.PlainKinds;

    [Theory]
    [MemberData(nameof(BothKinds))]
    public async Task What_is_written_arrives_when_it_is_flushed_and_in_order(StreamKind kind)
    {
        const int Size = 3 << 20;
        using PipePair pair = new(kind);
        byte[] sent = StreamCalls.RandomBytes(Size, seed: 4);
        Task write = Task.Run(async () =>
        {
            Random sizes = new(5);
            for (int at = 0; at < Size;)
            {
                for (int part = sizes.Next(1, 8); part > 0 && at < Size; part--)
                {
                    int count = Math.Min(sizes.Next(1, 20_000), Size - at);
                    sent.AsSpan(at, count).CopyTo(pair.Output.GetSpan(count));
                    pair.Output.Advance(count);
                    at += count;
                }

                Assert.False((await pair.Output.FlushAsync()).IsCanceled);
                Assert.Equal(0, pair.Output.UnflushedBytes);
            }

            await pair.Output.CompleteAsync();
            pair.EndSending();
        });
        using MemoryStream came = new();
        ReadResult result;
        do
        {
            result = await pair.PeerInput.ReadAsync();
            foreach (ReadOnlyMemory<byte> piece in result.Buffer)
            {
                came.Write(piece.Span);
            }

            pair.PeerInput.AdvanceTo(result.Buffer.End);
        }
        while (!result.IsCompleted);
        await write;
        Assert.True(sent.AsSpan().SequenceEqual(came.ToArray()), "seeds 4 and 5");
    }

    [Theory]
    [MemberData(nameof(BothKinds))]
    public async Task Memory_is_as_large_as_asked_and_only_what_was_asked_for_can_be_advanced(StreamKind kind)
    {
        using PipePair pair = new(kind);
        PipeWriter output = pair.Output;
        Assert.True(output.CanGetUnflushedBytes);
        Assert.Throws<ArgumentOutOfRangeException>(() => output.GetMemory(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => output.Advance(1));
        Assert.NotEqual(0, output.GetMemory().Length);
        foreach (int size in new[] { 1, 5000, 100_000 })
        {
            Memory<byte> memory = output.GetMemory(size);
            Assert.InRange(memory.Length, size, int.MaxValue);
            Assert.Throws<ArgumentOutOfRangeException>(() => output.Advance(-1));
            Assert.Throws<ArgumentOutOfRangeException>(() => output.Advance(memory.Length + 1));
            memory.Span[..size].Fill((byte)size);
            output.Advance(size);
        }

        Assert.Equal(105_001, output.UnflushedBytes);
        await output.FlushAsync();
        Assert.Throws<ArgumentOutOfRangeException>(() => output.Advance(1));
        output.Advance(0);
        await pair.DrainAsync(105_001);
    }

    [Theory]
    [MemberData(nameof(BothKinds))]
    public async Task A_cancelled_flush_says_so_and_the_next_one_sends(StreamKind kind)
    {
        using PipePair pair = new(kind);
        pair.Fill();
        Task<FlushResult> flush = pair.Output.FlushAsync().AsTask();
        Assert.False(flush.IsCompleted);
        pair.Output.CancelPendingFlush();
        Assert.True((await flush).IsCanceled);

        // Cancelled before there is one: the next flush is, and the one after is not.
        pair.Output.CancelPendingFlush();
        Assert.True((await pair.Output.FlushAsync()).IsCanceled);
        Task drain = pair.DrainAsync(PipePair.FillSize);
        Assert.False((await pair.Output.FlushAsync()).IsCanceled);
        if (kind == StreamKind.Pool)
        {
            await drain; // nothing is lost and nothing sent twice; the BCL's may have sent a part of a page already
        }
    }

    [Theory]
    [MemberData(nameof(BothKinds))]
    public async Task A_cancelled_token_throws_and_leaves_the_writer_usable(StreamKind kind)
    {
        using PipePair pair = new(kind);
        CancellationToken cancelled = new(canceled: true);
        Assert.False((await pair.Output.FlushAsync(cancelled)).IsCanceled); // there is nothing to send
        pair.Output.Write("hello"u8);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await pair.Output.FlushAsync(cancelled));
        Assert.Equal(5, pair.Output.UnflushedBytes);
        Assert.False((await pair.Output.FlushAsync()).IsCanceled);
        await pair.DrainAsync(5);
    }

    [Theory]
    [MemberData(nameof(BothKinds))]
    public async Task A_cancel_is_for_the_next_flush_also_if_that_has_nothing_to_send(StreamKind kind)
    {
        using PipePair pair = new(kind);
        pair.Output.CancelPendingFlush();
        Assert.Equal(kind == StreamKind.Pool, (await pair.Output.FlushAsync()).IsCanceled);
        pair.Output.Write("x"u8);
        Assert.Equal(kind != StreamKind.Pool, (await pair.Output.FlushAsync()).IsCanceled);
    }

    [Fact]
    public async Task The_token_of_a_cancelled_flush_is_the_caller_s()
    {
        using PipePair pair = new(StreamKind.Pool);
        pair.Fill();
        using CancellationTokenSource cancel = new();
        Task<FlushResult> flush = pair.Output.FlushAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        OperationCanceledException e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flush);
        Assert.Equal(cancel.Token, e.CancellationToken);
        Task drain = pair.DrainAsync(PipePair.FillSize);
        await pair.Output.FlushAsync();
        await drain;
    }

    [Theory]
    [MemberData(nameof(BothKinds))]
    public async Task Completing_sends_what_is_left_and_ends_writing(StreamKind kind)
    {
        foreach (bool isAsync in new[] { false, true })
        {
            using PipePair pair = new(kind);
            pair.Output.Write("bye"u8);
            if (isAsync)
            {
                await pair.Output.CompleteAsync();
                await pair.Output.CompleteAsync();
            }
            else
            {
                pair.Output.Complete();
                pair.Output.Complete();
            }

            pair.EndSending();
            Assert.Equal(0, pair.Output.UnflushedBytes);
            Assert.Throws<InvalidOperationException>(() => pair.Output.GetMemory());
            Assert.Throws<InvalidOperationException>(() => pair.Output.GetSpan());
            Assert.False((await pair.Output.FlushAsync()).IsCompleted);
            ReadResult result = await pair.PeerInput.ReadAtLeastAsync(4);
            Assert.True(result.IsCompleted);
            Assert.Equal("bye", Encoding.ASCII.GetString(result.Buffer));
        }
    }

    [Theory]
    [MemberData(nameof(BothKinds))]
    public async Task Completing_with_an_error_sends_nothing(StreamKind kind)
    {
        foreach (bool isAsync in new[] { false, true })
        {
            using PipePair pair = new(kind);
            pair.Output.Write("lost"u8);
            InvalidOperationException reason = new("changed my mind");
            if (isAsync)
            {
                await pair.Output.CompleteAsync(reason);
            }
            else
            {
                pair.Output.Complete(reason);
            }

            pair.Dispose();
            ReadResult result = await pair.PeerInput.ReadAtLeastAsync(1);
            Assert.True(result.IsCompleted && result.Buffer.IsEmpty);
        }
    }

    [Fact]
    public async Task A_cancel_that_nobody_waited_for_does_not_cut_what_is_completed()
    {
        using PipePair pair = new(StreamKind.Pool);
        pair.Output.Write("all of it"u8);
        pair.Output.CancelPendingFlush();
        await pair.Output.CompleteAsync();
        await pair.DrainAsync(9);
    }

    [Theory]
    [MemberData(nameof(BothKinds))]
    public async Task A_lost_connection_is_an_IOException_of_the_flush_and_of_completing(StreamKind kind)
    {
        using PipePair pair = new(kind);
        pair.ResetPeer();
        Task<ReadResult> read = pair.Input.ReadAsync().AsTask();
        await Assert.ThrowsAsync<IOException>(() => read);
        pair.Output.Write("x"u8);
        await Assert.ThrowsAsync<IOException>(async () => await pair.Output.FlushAsync());
        await Assert.ThrowsAsync<IOException>(async () => await pair.Output.CompleteAsync());
        Assert.Throws<InvalidOperationException>(() => pair.Output.GetMemory());
    }

    [Fact]
    public async Task The_socket_s_timeout_is_for_the_whole_flush()
    {
        using PipePair pair = new(StreamKind.Pool);
        pair.Socket!.SetTimeout(0.05);
        pair.Fill();
        IOException e = await Assert.ThrowsAsync<IOException>(async () => await pair.Output.FlushAsync());
        Assert.Equal(Errno.ETIMEDOUT, Assert.IsType<PoolSocketException>(e.InnerException).Errno);
    }

    [Theory]
    [MemberData(nameof(BothKinds))]
    public async Task A_cancelled_read_says_so_and_the_next_one_reads(StreamKind kind)
    {
        using PipePair pair = new(kind);
        Task<ReadResult> read = pair.PeerInput.ReadAsync().AsTask();
        Assert.False(read.IsCompleted);
        pair.PeerInput.CancelPendingRead();
        Assert.True((await read).IsCanceled);
        await pair.Output.WriteAsync("hello"u8.ToArray());
        Assert.Equal(5, (await pair.PeerInput.ReadAtLeastAsync(5)).Buffer.Length);
    }

    [Fact]
    public async Task Disposing_the_pair_closes_the_socket_and_ends_what_waits()
    {
        using TestPool pool = new();
        (PoolSocket client, PoolSocket server) = pool.TcpPair();
        PoolSocketPipe pipe = new(client);
        Assert.Same(client, pipe.Socket);
        Task<ReadResult> read = pipe.Input.ReadAsync().AsTask();
        pipe.Output.Write(new byte[64 << 20]);
        Task<FlushResult> flush = pipe.Output.FlushAsync().AsTask();
        Assert.False(read.IsCompleted || flush.IsCompleted);
        await pipe.DisposeAsync();
        pipe.Dispose();
        await Assert.ThrowsAsync<IOException>(() => read);
        await Assert.ThrowsAsync<IOException>(() => flush);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await pipe.Output.FlushAsync());
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await pipe.Input.ReadAsync());
        await pipe.Output.CompleteAsync();
        await pipe.Input.CompleteAsync();
        Assert.Equal(1, pool.Pool.OpenCount);
        server.Close();
        Assert.Throws<ArgumentException>(() => new PoolSocketPipe(pool.Udp()));
    }

    /// <summary>A writer and a reader on one side, a reader on the other.</summary>
    private sealed class PipePair : IDisposable
    {
        internal const int FillSize = 32 << 20;
        private readonly TestPool? _pool;
        private readonly PoolSocketPipe? _ours;
        private readonly PoolSocket? _peer;

        internal PipePair(StreamKind kind)
        {
            if (kind == StreamKind.Pool)
            {
                _pool = new TestPool();
                (PoolSocket client, _peer) = _pool.TcpPair();
                _ours = new PoolSocketPipe(client);
                (Input, Output) = (_ours.Input, _ours.Output);
                PeerInput = new PoolSocketPipe(_peer).Input;
                return;
            }

            (Socket first, Socket second) = StreamPair.ConnectSockets();
            Theirs = (new NetworkStream(first, true), new NetworkStream(second, true));
            Input = PipeReader.Create(Theirs.First, new StreamPipeReaderOptions(leaveOpen: true));
            Output = PipeWriter.Create(Theirs.First, new StreamPipeWriterOptions(leaveOpen: true));
            PeerInput = PipeReader.Create(Theirs.Second);
        }

        internal PoolSocket? Socket => _ours?.Socket;

        internal PipeReader Input { get; }

        internal PipeWriter Output { get; }

        internal PipeReader PeerInput { get; }

        private (NetworkStream First, NetworkStream Second) Theirs { get; }

        /// <summary>Writes more than the kernel takes.</summary>
        internal void Fill()
        {
            for (int left = FillSize; left > 0; left -= 1 << 20)
            {
                Output.GetSpan(1 << 20)[..(1 << 20)].Clear();
                Output.Advance(1 << 20);
            }
        }

        /// <summary>Reads so many bytes at the peer, and no more are there.</summary>
        internal async Task DrainAsync(long expected)
        {
            while (expected > 0)
            {
                ReadResult result = await PeerInput.ReadAsync();
                Assert.InRange(result.Buffer.Length, 1, expected);
                expected -= result.Buffer.Length;
                PeerInput.AdvanceTo(result.Buffer.End);
            }

            Assert.False(PeerInput.TryRead(out _));
        }

        /// <summary>Ours ends sending by itself; the BCL's leaves that to the stream's owner.</summary>
        internal void EndSending() => Theirs.First?.Socket.Shutdown(SocketShutdown.Send);

        internal void ResetPeer()
        {
            if (_peer is not null)
            {
                _peer.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Linger, [1, 0, 0, 0, 0, 0, 0, 0]);
                _peer.Close();
            }
            else
            {
                Theirs.Second.Socket.LingerState = new LingerOption(true, 0);
                Theirs.Second.Socket.Dispose();
            }
        }

        public void Dispose()
        {
            _ours?.Dispose();
            Theirs.First?.Dispose();
        }
    }
}
