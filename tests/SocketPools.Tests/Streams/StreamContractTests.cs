using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Streams;

namespace SocketPools.Tests.Streams;

/// <summary>What every stream does with wrong arguments, cancelled tokens and after its end. Each case runs on ours and on the BCL's.</summary>
public sealed class StreamContractTests
{
    public static TheoryData<StreamKind> AllKinds => [.. Enum.GetValues<StreamKind>()];

    public static TheoryData<StreamKind> PlainKinds => [StreamKind.Pool, StreamKind.Network];

    [Theory]
    [MemberData(nameof(AllKinds))]
    public async Task Wrong_arguments_are_refused_before_anything_happens(StreamKind kind)
    {
        using StreamPair pair = await StreamPair.CreateAsync(kind);
        Stream stream = pair.First;
        byte[] one = new byte[1];
        Assert.Throws<ArgumentNullException>("buffer", () => stream.Read(null!, 0, 0));
        Assert.Throws<ArgumentNullException>("buffer", () => { _ = stream.ReadAsync(null!, 0, 0); });
        Assert.Throws<ArgumentNullException>("buffer", () => stream.BeginRead(null!, 0, 0, null, null));
        Assert.Throws<ArgumentNullException>("buffer", () => stream.Write(null!, 0, 0));
        Assert.Throws<ArgumentNullException>("buffer", () => { _ = stream.WriteAsync(null!, 0, 0); });
        Assert.Throws<ArgumentNullException>("buffer", () => stream.BeginWrite(null!, 0, 0, null, null));
        foreach ((int offset, int count) in new[] { (-1, 0), (0, -1), (2, 0), (0, 2), (1, 1), (int.MaxValue, 1) })
        {
            string name = offset == -1 ? "offset" : "count";
            Assert.Throws<ArgumentOutOfRangeException>(name, () => stream.Read(one, offset, count));
            Assert.Throws<ArgumentOutOfRangeException>(name, () => { _ = stream.ReadAsync(one, offset, count); });
            Assert.Throws<ArgumentOutOfRangeException>(name, () => stream.BeginRead(one, offset, count, null, null));
            Assert.Throws<ArgumentOutOfRangeException>(name, () => stream.Write(one, offset, count));
            Assert.Throws<ArgumentOutOfRangeException>(name, () => { _ = stream.WriteAsync(one, offset, count); });
            Assert.Throws<ArgumentOutOfRangeException>(name, () => stream.BeginWrite(one, offset, count, null, null));
        }

        Assert.Throws<ArgumentNullException>("asyncResult", () => stream.EndRead(null!));
        Assert.Throws<ArgumentNullException>("asyncResult", () => stream.EndWrite(null!));
        foreach (Action end in new Action[] { () => stream.EndRead(Task.CompletedTask), () => stream.EndWrite(new StrangerResult()) })
        {
            // The BCL's network stream takes the wrong argument for a failure of the connection.
            Exception e = Assert.ThrowsAny<Exception>(end);
            Assert.IsAssignableFrom<ArgumentException>(kind == StreamKind.Network ? e.InnerException : e);
        }

        Assert.Throws<ArgumentNullException>("destination", () => stream.CopyTo(null!));
        Assert.Throws<ArgumentNullException>("destination", () => { _ = stream.CopyToAsync(null!); });
        using MemoryStream sink = new();
        Assert.Throws<ArgumentOutOfRangeException>("bufferSize", () => stream.CopyTo(sink, 0));
        Assert.Throws<ArgumentOutOfRangeException>("bufferSize", () => { _ = stream.CopyToAsync(sink, -1); });
        using MemoryStream readOnly = new(one, writable: false);
        Assert.Throws<NotSupportedException>(() => stream.CopyTo(readOnly));
        readOnly.Dispose();
        Assert.Throws<ObjectDisposedException>(() => stream.CopyTo(readOnly));
        foreach (int timeout in new[] { 0, -2 })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => stream.ReadTimeout = timeout);
            Assert.Throws<ArgumentOutOfRangeException>(() => stream.WriteTimeout = timeout);
        }
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public async Task A_connection_has_no_position(StreamKind kind)
    {
        using StreamPair pair = await StreamPair.CreateAsync(kind);
        Stream stream = pair.First;
        Assert.True(stream.CanRead && stream.CanWrite && stream.CanTimeout);
        Assert.False(stream.CanSeek);
        Assert.Throws<NotSupportedException>(() => stream.Length);
        Assert.Throws<NotSupportedException>(() => stream.Position);
        Assert.Throws<NotSupportedException>(() => stream.Position = 0);
        Assert.Throws<NotSupportedException>(() => stream.Seek(0, SeekOrigin.Begin));
        Assert.Throws<NotSupportedException>(() => stream.SetLength(1));
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public async Task Cancelled_tokens_are_told_with_the_caller_s_token_and_nothing_is_sent_or_taken(StreamKind kind)
    {
        using StreamPair pair = await StreamPair.CreateAsync(kind);
        CancellationToken token = new(canceled: true);
        foreach (Stream stream in new[] { pair.First, pair.Second })
        {
            await CancelledAsync(() => stream.ReadAsync(new byte[1], 0, 1, token), token);
            await CancelledAsync(() => stream.ReadAsync(new byte[1], token).AsTask(), token);
            await CancelledAsync(() => stream.WriteAsync(new byte[1], 0, 1, token), token);
            await CancelledAsync(() => stream.WriteAsync(new byte[1], token).AsTask(), token);
            await CancelledAsync(() => stream.CopyToAsync(Stream.Null, token), token);
            Exception? flush = await Record.ExceptionAsync(() => stream.FlushAsync(token));
            Assert.Equal(kind is StreamKind.Pool or StreamKind.PoolTls, flush is OperationCanceledException);
        }

        // TLS counts records, also one that was cancelled: SslStream is of no use then, over any stream.
        if (!pair.IsTls)
        {
            await pair.First.WriteAsync(new byte[] { 7 });
            Assert.Equal(7, pair.Second.ReadByte());
        }
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public async Task A_disposed_stream_says_so_in_every_call(StreamKind kind)
    {
        using StreamPair pair = await StreamPair.CreateAsync(kind);
        Stream stream = pair.First;
        stream.Dispose();
        await stream.DisposeAsync();
        stream.Close();
        Assert.False(stream.CanRead || stream.CanWrite || stream.CanSeek);
        byte[] one = new byte[1];
        Assert.Throws<ObjectDisposedException>(() => stream.ReadByte());
        Assert.Throws<ObjectDisposedException>(() => stream.Read(one.AsSpan()));
        Assert.Throws<ObjectDisposedException>(() => stream.Read(one, 0, 1));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => stream.ReadAsync(one, 0, 1));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await stream.ReadAsync(one));
        Assert.Throws<ObjectDisposedException>(() => stream.EndRead(stream.BeginRead(one, 0, 1, null, null)));
        Assert.Throws<ObjectDisposedException>(() => stream.WriteByte(1));
        Assert.Throws<ObjectDisposedException>(() => stream.Write(one.AsSpan()));
        Assert.Throws<ObjectDisposedException>(() => stream.Write(one, 0, 1));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => stream.WriteAsync(one, 0, 1));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await stream.WriteAsync(one));
        Assert.Throws<ObjectDisposedException>(() => stream.EndWrite(stream.BeginWrite(one, 0, 1, null, null)));
        Assert.ThrowsAny<Exception>(() => stream.CopyTo(Stream.Null));
        await Assert.ThrowsAnyAsync<Exception>(() => stream.CopyToAsync(Stream.Null));
        Exception? flush = Record.Exception(stream.Flush);
        Assert.True(flush is null or ObjectDisposedException);
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public async Task Timeouts_are_kept_and_a_read_that_takes_longer_fails_with_the_socket_s_error_inside(StreamKind kind)
    {
        using StreamPair pair = await StreamPair.CreateAsync(kind);
        Stream stream = pair.First;
        Assert.Equal(Timeout.Infinite, stream.ReadTimeout);
        Assert.Equal(Timeout.Infinite, stream.WriteTimeout);
        stream.WriteTimeout = 100;
        Assert.Equal(100, stream.WriteTimeout);
        stream.WriteTimeout = Timeout.Infinite;
        Assert.Equal(Timeout.Infinite, stream.WriteTimeout);
        stream.ReadTimeout = 1;
        IOException e = Assert.ThrowsAny<IOException>(() => stream.Read(new byte[1], 0, 1));
        Exception inner = e;
        while (inner is IOException { InnerException: { } next })
        {
            inner = next;
        }

        Assert.Equal(SocketError.TimedOut, Assert.IsAssignableFrom<SocketException>(inner).SocketErrorCode);
    }

    [Fact]
    public async Task Timeouts_hold_for_asynchronous_calls_too()
    {
        using StreamPair pair = await StreamPair.CreateAsync(StreamKind.Pool);
        pair.First.ReadTimeout = 20;
        await TimesOutAsync(async () => await pair.First.ReadAsync(new byte[1]));
        await TimesOutAsync(async () => await pair.First.ReadAsync(Memory<byte>.Empty));
        Assert.Equal(Errno.ETIMEDOUT, Inner(Assert.Throws<IOException>(() => pair.First.Read([]))).Errno);
        pair.First.WriteTimeout = 20;
        await TimesOutAsync(async () => await pair.First.WriteAsync(new byte[64 << 20]));

        // The read of a peer that answers is not disturbed by what happened.
        await pair.Second.WriteAsync(new byte[] { 9 });
        Assert.Equal(9, pair.First.ReadByte());
    }

    [Fact]
    public async Task The_socket_s_timeout_holds_until_the_stream_has_its_own()
    {
        using TestPool pool = new();
        (PoolSocket client, PoolSocket server) = pool.TcpPair();
        using PoolSocketStream stream = new(client);
        client.SetTimeout(0.0101);
        Assert.Equal(11, stream.ReadTimeout);
        await TimesOutAsync(async () => await stream.ReadAsync(new byte[1]));

        // Timeout 0 does not wait, and the stream's own timeout does.
        client.SetTimeout(0);
        Assert.Equal(Errno.EAGAIN, Inner(Assert.Throws<IOException>(() => stream.ReadByte())).Errno);
        Assert.Equal(Errno.EAGAIN, Inner(Assert.Throws<IOException>(() => stream.Read([]))).Errno);
        Assert.Equal(Errno.EAGAIN, Inner(await Assert.ThrowsAsync<IOException>(async () => await stream.ReadAsync(new byte[1]))).Errno);
        stream.ReadTimeout = 10_000;
        Task<int> read = Task.Run(stream.ReadByte);
        server.SendAll([5]);
        Assert.Equal(5, await read);
    }

    [Theory]
    [MemberData(nameof(PlainKinds))]
    public void A_stream_needs_a_connection(StreamKind kind)
    {
        using TestPool pool = new();
        if (kind == StreamKind.Network)
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            Assert.Throws<IOException>(() => new NetworkStream(socket));
            socket.Dispose();
            Assert.Throws<IOException>(() => new NetworkStream(socket));
            Assert.Throws<ArgumentNullException>("socket", () => new NetworkStream(null!));
            return;
        }

        PoolSocket ours = pool.Pool.CreateSocket();
        Assert.Equal(Errno.ENOTCONN, Inner(Assert.Throws<IOException>(() => new PoolSocketStream(ours))).Errno);
        ours.Close();
        Assert.Equal(Errno.EBADF, Inner(Assert.Throws<IOException>(() => new PoolSocketStream(ours))).Errno);
        Assert.Throws<ArgumentException>("socket", () => new PoolSocketStream(pool.Udp()));
        Assert.Throws<ArgumentNullException>("socket", () => new PoolSocketStream(null!));
    }

    private sealed class StrangerResult : IAsyncResult
    {
        public object? AsyncState => null;

        public WaitHandle AsyncWaitHandle => throw new NotSupportedException();

        public bool CompletedSynchronously => true;

        public bool IsCompleted => true;
    }

    private static async Task CancelledAsync(Func<Task> call, CancellationToken token)
    {
        OperationCanceledException e = await Assert.ThrowsAnyAsync<OperationCanceledException>(call);
        Assert.Equal(token, e.CancellationToken);
    }

    private static async Task TimesOutAsync(Func<Task> call) =>
        Assert.Equal(Errno.ETIMEDOUT, Inner(await Assert.ThrowsAsync<IOException>(call)).Errno);

    private static PoolSocketException Inner(IOException e) => Assert.IsType<PoolSocketException>(e.InnerException);
}
