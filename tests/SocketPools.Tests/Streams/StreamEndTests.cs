using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Streams;
using SocketPools.Tests.Differential;

namespace SocketPools.Tests.Streams;

/// <summary>Cancelled calls, closed streams and peers that are gone, on ours and on the BCL's.</summary>
public sealed class StreamEndTests
{
    public static TheoryData<StreamKind> PlainKinds => StreamContractTests.PlainKinds;

    [Theory]
    [MemberData(nameof(PlainKinds))]
    public async Task A_cancelled_read_takes_nothing_and_the_next_one_works(StreamKind kind)
    {
        using StreamPair pair = await StreamPair.CreateAsync(kind);
        foreach ((Stream writer, Stream reader) in pair.BothWays)
        {
            foreach (int size in new[] { 1, 0 })
            {
                using CancellationTokenSource cancel = new();
                Task<int> read = reader.ReadAsync(new byte[size], cancel.Token).AsTask();
                await cancel.CancelAsync();
                OperationCanceledException e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
                Assert.Equal(cancel.Token, e.CancellationToken);
            }

            Task<int> next = reader.ReadAsync(new byte[1]).AsTask();
            Assert.False(next.IsCompleted);
            writer.WriteByte(1);
            Assert.Equal(1, await next);
        }
    }

    [Theory]
    [MemberData(nameof(PlainKinds))]
    public async Task A_stream_says_whether_data_is_available_until_it_is_disposed(StreamKind kind)
    {
        using StreamPair pair = await StreamPair.CreateAsync(kind);
        foreach ((Stream writer, Stream reader) in pair.BothWays)
        {
            Assert.False(IsAvailable(reader));
            writer.WriteByte(1);
            await reader.ReadAsync(Memory<byte>.Empty, TestContext.Current.CancellationToken);
            Assert.True(IsAvailable(reader));
            reader.ReadByte();
            Assert.False(IsAvailable(reader));
        }

        Stream disposed = pair.BothWays.First().Reader;
        disposed.Dispose();
        Assert.Throws<ObjectDisposedException>(() => IsAvailable(disposed));

        static bool IsAvailable(Stream stream) => stream is NetworkStream theirs ? theirs.DataAvailable : ((PoolSocketStream)stream).DataAvailable;
    }

    [Theory]
    [MemberData(nameof(PlainKinds))]
    public async Task A_cancelled_write_is_cancelled_with_the_caller_s_token(StreamKind kind)
    {
        using StreamPair pair = await StreamPair.CreateAsync(kind);
        using CancellationTokenSource cancel = new();
        Task write = pair.First.WriteAsync(new byte[64 << 20], cancel.Token).AsTask();
        Assert.False(write.IsCompleted);
        await cancel.CancelAsync();
        OperationCanceledException e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
        Assert.Equal(cancel.Token, e.CancellationToken);
        Assert.True(pair.First.CanWrite);
    }

    [Theory]
    [MemberData(nameof(PlainKinds))]
    public async Task Disposing_a_stream_ends_the_read_and_the_write_that_wait(StreamKind kind)
    {
        using StreamPair pair = await StreamPair.CreateAsync(kind);
        Task<int> read = pair.First.ReadAsync(new byte[1]).AsTask();
        Task write = pair.First.WriteAsync(new byte[64 << 20]).AsTask();
        Assert.False(read.IsCompleted || write.IsCompleted);
        await pair.First.DisposeAsync();
        Exception? e = await Record.ExceptionAsync(() => read);
        if (kind == StreamKind.Pool)
        {
            Assert.Equal(Errno.EBADF, Assert.IsType<PoolSocketException>(Assert.IsType<IOException>(e).InnerException).Errno);
        }
        else
        {
            Assert.True(e is null or IOException); // the BCL's shuts down first: the read may find an end that nobody sent
        }

        await Assert.ThrowsAsync<IOException>(() => write);
    }

    [Theory]
    [MemberData(nameof(PlainKinds))]
    public async Task The_peer_of_a_disposed_stream_reads_the_end_also_if_bytes_were_left_unread(StreamKind kind)
    {
        using StreamPair pair = await StreamPair.CreateAsync(kind);
        await pair.First.WriteAsync("never read"u8.ToArray());
        await pair.Second.ReadAsync(Memory<byte>.Empty);
        await pair.Second.DisposeAsync();
        Assert.Equal(0, await pair.First.ReadAsync(new byte[1]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void Disposing_a_stream_ends_a_blocked_read(int size)
    {
        using TestPool pool = new();
        (PoolSocket client, _) = pool.TcpPair();
        PoolSocketStream stream = new(client);
        using BlockedCall read = new(() =>
        {
            IOException e = Assert.Throws<IOException>(() => stream.Read(new byte[size], 0, size));
            return ((PoolSocketException)e.InnerException!).Errno.ToString();
        });
        Assert.True(read.WaitUntilBlocked());
        stream.Dispose();
        Assert.True(read.Join(5));
        Assert.Equal(nameof(Errno.EBADF), read.Answer);
    }

    [Theory]
    [MemberData(nameof(PlainKinds))]
    public async Task Half_a_close_ends_one_direction_only(StreamKind kind)
    {
        using StreamPair pair = await StreamPair.CreateAsync(kind);
        pair.EndFirst();
        Assert.Equal(0, await pair.Second.ReadAsync(new byte[1]));
        await pair.Second.WriteAsync("still here"u8.ToArray());
        byte[] came = new byte[10];
        await pair.First.ReadExactlyAsync(came);
        Assert.Equal("still here"u8.ToArray(), came);
        IOException e = Assert.Throws<IOException>(() => pair.First.WriteByte(1));
        Assert.Equal(SocketError.Shutdown, Assert.IsAssignableFrom<SocketException>(e.InnerException).SocketErrorCode);
        Task<int> read = pair.First.ReadAsync(new byte[1]).AsTask();
        await pair.Second.DisposeAsync();
        Assert.Equal(0, await read);
    }

    [Theory]
    [MemberData(nameof(PlainKinds))]
    public async Task A_reset_is_an_error_with_the_socket_s_inside(StreamKind kind)
    {
        using StreamPair pair = await StreamPair.CreateAsync(kind);
        Task<int> read = pair.First.ReadAsync(new byte[1]).AsTask();
        pair.ResetSecond();
        IOException e = await Assert.ThrowsAsync<IOException>(() => read);
        Assert.Equal(SocketError.ConnectionReset, Assert.IsAssignableFrom<SocketException>(e.InnerException).SocketErrorCode);
        Assert.Throws<IOException>(() => pair.First.WriteByte(1));
        Assert.Throws<IOException>(() => pair.First.Write(new byte[1], 0, 1));
        await Assert.ThrowsAsync<IOException>(async () => await pair.First.WriteAsync(new byte[1]));
        await Assert.ThrowsAsync<IOException>(() => Task.Factory.FromAsync(pair.First.BeginWrite, pair.First.EndWrite, new byte[1], 0, 1, null));
    }

    [Theory]
    [MemberData(nameof(PlainKinds))]
    public async Task A_socket_that_is_closed_below_is_an_IOException(StreamKind kind)
    {
        using StreamPair pair = await StreamPair.CreateAsync(kind);
        if (pair.First is PoolSocketStream ours)
        {
            ours.Socket.Close();
        }
        else
        {
            ((NetworkStream)pair.First).Socket.Dispose();
        }

        Assert.Throws<IOException>(() => pair.First.Read(new byte[1], 0, 1));
        Assert.Throws<IOException>(() => pair.First.Read([]));
        Assert.Throws<IOException>(() => pair.First.Write(new byte[1], 0, 1));
        await Assert.ThrowsAsync<IOException>(async () => await pair.First.ReadAsync(new byte[1]));
        await Assert.ThrowsAsync<IOException>(async () => await pair.First.ReadAsync(Memory<byte>.Empty));
        await Assert.ThrowsAsync<IOException>(async () => await pair.First.WriteAsync(new byte[1]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_stream_closes_its_socket_only_if_it_owns_it(bool owns)
    {
        using TestPool pool = new();
        (PoolSocket client, PoolSocket server) = pool.TcpPair();
        new PoolSocketStream(client, owns).Dispose();
        Assert.Equal(owns ? 1 : 2, pool.Pool.OpenCount);
        if (!owns)
        {
            client.SendAll([1]);
            Assert.Equal(1, server.ReceiveInto(new byte[1]));
        }
    }

    [Fact]
    public async Task A_disposed_pool_ends_what_waits_and_says_why()
    {
        using StreamPair pair = await StreamPair.CreateAsync(StreamKind.Pool);
        PoolSocketStream stream = (PoolSocketStream)pair.First;
        Task<int> read = stream.ReadAsync(new byte[1]).AsTask();
        stream.Socket.Pool.Dispose();
        IOException e = await Assert.ThrowsAsync<IOException>(() => read);
        Assert.Equal(Errno.EBADF, Assert.IsType<PoolSocketException>(e.InnerException).Errno);
    }
}
