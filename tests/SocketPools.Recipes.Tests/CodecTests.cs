using System.Buffers.Binary;
using System.IO.Pipelines;
using BinarySerialization;
using DotNetty.Buffers;
using DotNetty.Codecs;
using DotNetty.Transport.Channels.Embedded;
using Pipelines.Sockets.Unofficial;
using SocketPools.Streams;

namespace SocketPools.Recipes.Tests;

/// <summary>Frames and pipes over a stream: docs/recipes/codecs.md.</summary>
public sealed class CodecTests
{
    [Fact]
    public async Task BinarySerializer_reads_and_writes_frames_over_the_pool()
    {
        await using Far far = new(async stream =>
        {
            byte[] frame = new byte[6];
            await stream.ReadExactlyAsync(frame);
            await stream.WriteAsync(frame);
        });
        (SocketPool pool, string host, int port) = (far.Pool, Far.Host, far.Port);

        // {
        await using PoolSocketStream stream = await pool.ConnectStreamAsync(host, port, TimeSpan.FromSeconds(5));
        BinarySerializer serializer = new() { Endianness = Endianness.Big };
        await serializer.SerializeAsync(stream, new Frame { Kind = 7, Reading = 2150 });
        Frame answer = await serializer.DeserializeAsync<Frame>(stream);
        // }
        Assert.Equal((7, 2150), (answer.Kind, answer.Reading));
    }

    [Fact]
    public async Task DotNettys_decoders_take_what_a_stream_gives()
    {
        byte[] sent = new byte[70_000];
        new Random(17).NextBytes(sent);
        await using Far far = new(async stream =>
        {
            for (int at = 0; at < sent.Length; at += 700)
            {
                byte[] frame = new byte[702];
                BinaryPrimitives.WriteUInt16BigEndian(frame, 700);
                sent.AsSpan(at, 700).CopyTo(frame.AsSpan(2));
                await stream.WriteAsync(frame);
            }
        });
        (SocketPool pool, string host, int port) = (far.Pool, Far.Host, far.Port);
        List<byte> received = [];
        void Use(byte[] frame) => received.AddRange(frame);

        // {
        await using PoolSocketStream stream = await pool.ConnectStreamAsync(host, port, TimeSpan.FromSeconds(5));
        EmbeddedChannel channel = new(new LengthFieldBasedFrameDecoder(1000, 0, 2, 0, 2));
        byte[] buffer = new byte[4096];
        while (await stream.ReadAsync(buffer) is var count and > 0)
        {
            channel.WriteInbound(Unpooled.CopiedBuffer(buffer, 0, count));
            while (channel.ReadInbound<IByteBuffer>() is { } frame)
            {
                byte[] bytes = new byte[frame.ReadableBytes];
                frame.ReadBytes(bytes);
                frame.Release();
                Use(bytes);
            }
        }
        // }
        Assert.Equal(sent, received.ToArray());
    }

    [Fact]
    public async Task Pipelines_Sockets_Unofficial_makes_a_pipe_of_a_stream()
    {
        PageCode.AssertRunsHere("docs/recipes/codecs.md");
        await using Far far = new(async stream =>
        {
            byte[] frame = new byte[5];
            await stream.ReadExactlyAsync(frame);
            await stream.WriteAsync(frame);
        });
        (SocketPool pool, string host, int port) = (far.Pool, Far.Host, far.Port);

        // {
        await using PoolSocketStream stream = await pool.ConnectStreamAsync(host, port, TimeSpan.FromSeconds(5));
        IDuplexPipe pipe = StreamConnection.GetDuplex(stream);
        await pipe.Output.WriteAsync("hello"u8.ToArray());
        ReadResult answer = await pipe.Input.ReadAtLeastAsync(5);
        // }
        Assert.Equal(5, answer.Buffer.Length);
        pipe.Input.AdvanceTo(answer.Buffer.End);
        await pipe.Output.CompleteAsync();
        await pipe.Input.CompleteAsync();
    }

    // {
    public sealed class Frame
    {
        [FieldOrder(0)]
        public ushort Kind { get; set; }

        [FieldOrder(1)]
        public int Reading { get; set; }
    }
    // }
}
