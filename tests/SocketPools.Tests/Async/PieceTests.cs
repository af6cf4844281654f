using System.Buffers;
using System.Net.Sockets;
using System.Security.Cryptography;
using SocketPools.Radios;

namespace SocketPools.Tests.Async;

/// <summary>Bytes in several pieces.</summary>
public sealed class PieceTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(700)]
    public async Task Pieces_arrive_in_order_through_a_small_window(int pieces)
    {
        using TestPool pool = new();
        (PoolSocket client, PoolSocket server) = pool.TcpPair();
        client.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.SendBuffer, 4096);
        client.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, 1);
        byte[] data = new byte[1 << 20];
        new Random(pieces).NextBytes(data);
        Task sending = Send();
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[3001];
        for (int count; (count = await server.ReceiveIntoAsync(buffer)) > 0;)
        {
            hash.AppendData(buffer.AsSpan(0, count));
        }

        await sending;
        Assert.Equal(SHA256.HashData(data), hash.GetHashAndReset());

        async Task Send()
        {
            await client.SendAllAsync(Pieces(data, pieces));
            client.Shutdown(SocketShutdown.Send);
        }
    }

    [Fact]
    public async Task Empty_pieces_are_nothing()
    {
        using TestPool pool = new();
        (PoolSocket client, PoolSocket server) = pool.TcpPair();
        byte[][] pieces = [.. Enumerable.Repeat(Array.Empty<byte>(), 40), [1], .. Enumerable.Repeat(Array.Empty<byte>(), 40), [2]];
        await client.SendAllAsync(Join([.. pieces.Select(p => (ReadOnlyMemory<byte>)p)]));
        byte[] buffer = new byte[4];
        Assert.Equal(2, await server.ReceiveIntoAsync(buffer));
        Assert.Equal([1, 2], buffer[..2]);
        await client.SendAllAsync(Join([default, default]));
        await client.SendAllAsync(ReadOnlySequence<byte>.Empty);
        server.SetTimeout(0);
        await TwinTests.Fails(server.ReceiveIntoAsync(buffer), Errno.EAGAIN);
    }

    [Fact]
    public async Task Only_streams_take_pieces()
    {
        using TestPool pool = new();
        PoolSocket udp = pool.Udp();
        await udp.ConnectAsync(pool.Udp().LocalEndPoint);
        await TwinTests.Fails(udp.SendAllAsync(Pieces(new byte[10], 2)), Errno.EOPNOTSUPP);
        using PoolSocket unconnected = pool.Pool.CreateSocket();
        await TwinTests.Fails(unconnected.SendAllAsync(Pieces(new byte[10], 2)), Errno.EPIPE);
    }

    internal static ReadOnlySequence<byte> Pieces(byte[] data, int count)
    {
        List<ReadOnlyMemory<byte>> pieces = [];
        for (int i = 0; i < count; i++)
        {
            int start = (int)((long)data.Length * i / count);
            int end = (int)((long)data.Length * (i + 1) / count);
            pieces.Add(data.AsMemory(start, end - start));
        }

        return Join(pieces);
    }

    private static ReadOnlySequence<byte> Join(List<ReadOnlyMemory<byte>> pieces)
    {
        Segment first = new(pieces[0], null);
        Segment last = first;
        foreach (ReadOnlyMemory<byte> piece in pieces.Skip(1))
        {
            last = new Segment(piece, last);
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        internal Segment(ReadOnlyMemory<byte> memory, Segment? before)
        {
            Memory = memory;
            RunningIndex = before is null ? 0 : before.RunningIndex + before.Memory.Length;
            before?.Next = this;
        }
    }
}
