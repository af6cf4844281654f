using System.Security.Cryptography;
using System.Text;

namespace SocketPools.Tests.Streams;

/// <summary>
/// Bytes from one stream to the other, in every form. Each case runs on ours, on the BCL's and on TLS over each. A stream that is closed lingers
/// until its peer is closed, so a case closes both before it waits for either.
/// </summary>
public sealed class StreamTransferTests
{
    private static readonly CallForm[] s_forms = Enum.GetValues<CallForm>();

    public static MatrixTheoryData<StreamKind, CallForm> AllForms => new(Enum.GetValues<StreamKind>(), s_forms);

    public static MatrixTheoryData<StreamKind, CallForm> AllFormsButByte =>
        new(Enum.GetValues<StreamKind>(), s_forms.Where(form => form != CallForm.Byte));

    public static TheoryData<StreamKind> AllKinds => StreamContractTests.AllKinds;

    public static TheoryData<StreamKind> PlainKinds => StreamContractTests.PlainKinds;

    [Theory]
    [MemberData(nameof(AllForms))]
    public async Task What_is_written_is_read_in_both_directions(StreamKind kind, CallForm form)
    {
        using StreamPair pair = await StreamPair.CreateAsync(kind);
        foreach ((Stream writer, Stream reader) in pair.BothWays)
        {
            foreach (int size in new[] { 1, 42, form == CallForm.Byte ? 500 : 300_000 })
            {
                byte[] sent = StreamCalls.RandomBytes(size, size);
                byte[] came = new byte[size];
                Task write = writer.WriteAsync(form, sent, 0, size);
                for (int count = 0; count < size;)
                {
                    int got = await reader.ReadAsync(form, came, count, size - count);
                    Assert.InRange(got, 1, size - count);
                    count += got;
                }

                await write;
                Assert.Equal(sent, came);
            }
        }
    }

    [Theory]
    [MemberData(nameof(AllForms))]
    public async Task Offsets_are_kept_and_bytes_beside_them_left_alone(StreamKind kind, CallForm form)
    {
        using StreamPair pair = await StreamPair.CreateAsync(kind);
        await pair.First.WriteAsync(form, "..x.."u8.ToArray(), 2, 1);
        byte[] buffer = new byte[5];
        Assert.Equal(1, await pair.Second.ReadAsync(form, buffer, 3, 2));
        Assert.Equal(new byte[] { 0, 0, 0, (byte)'x', 0 }, buffer);
    }

    [Theory]
    [MemberData(nameof(AllForms))]
    public async Task The_end_is_read_after_the_bytes_and_as_often_as_asked(StreamKind kind, CallForm form)
    {
        using StreamPair pair = await StreamPair.CreateAsync(kind);
        await pair.First.WriteAsync("hi"u8.ToArray());
        Task closing = pair.First.DisposeAsync().AsTask();
        byte[] buffer = new byte[2];
        await pair.Second.ReadExactlyAsync(buffer);
        Assert.Equal("hi"u8.ToArray(), buffer);
        Assert.Equal(0, await pair.Second.ReadAsync(form, buffer, 0, 2));
        Assert.Equal(0, await pair.Second.ReadAsync(form, buffer, 0, 2));
        Assert.Equal(-1, pair.Second.ReadByte());
        await Assert.ThrowsAsync<EndOfStreamException>(async () => await pair.Second.ReadExactlyAsync(buffer));
        await pair.Second.DisposeAsync();
        await closing;
    }

    [Theory]
    [MemberData(nameof(AllFormsButByte))]
    public async Task A_read_of_nothing_waits_for_data_and_takes_none(StreamKind kind, CallForm form)
    {
        using StreamPair pair = await StreamPair.CreateAsync(kind);
        foreach ((Stream writer, Stream reader) in pair.BothWays)
        {
            Task<int> empty = reader.ReadAsync(form, [], 0, 0);
            Assert.False(empty.IsCompleted);
            await writer.WriteAsync("hello"u8.ToArray());
            Assert.Equal(0, await empty);

            // Data is there: at once.
            Assert.Equal(0, await reader.ReadAsync(form, [], 0, 0));
            byte[] came = new byte[5];
            await reader.ReadExactlyAsync(came);
            Assert.Equal("hello", Encoding.ASCII.GetString(came));
        }

        Task<int> last = pair.Second.ReadAsync(form, [], 0, 0);
        Task closing = pair.First.DisposeAsync().AsTask();
        Assert.Equal(0, await last);
        Assert.Equal(0, pair.Second.Read(new byte[1], 0, 1));
        await pair.Second.DisposeAsync();
        await closing;
    }

    [Theory]
    [MemberData(nameof(AllForms))]
    public async Task Writes_of_nothing_disturb_nothing(StreamKind kind, CallForm form)
    {
        using StreamPair pair = await StreamPair.CreateAsync(kind);
        foreach (string part in new[] { "", "hello", "", "world", "" })
        {
            await pair.First.WriteAsync(form, Encoding.ASCII.GetBytes(part), 0, part.Length);
        }

        await pair.First.FlushAsync();
        byte[] came = new byte[10];
        await pair.Second.ReadExactlyAsync(came);
        Assert.Equal("helloworld", Encoding.ASCII.GetString(came));
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public async Task One_reader_and_one_writer_work_at_once_on_each_side(StreamKind kind)
    {
        const int Size = 2 << 20;
        using StreamPair pair = await StreamPair.CreateAsync(kind);
        await Task.WhenAll(pair.BothWays.SelectMany((way, seed) => new[] { Write(way.Writer, seed), Read(way.Reader, seed) }));

        static Task Write(Stream stream, int seed) => Task.Run(async () =>
        {
            byte[] all = StreamCalls.RandomBytes(Size, seed);
            Random sizes = new(seed);
            for (int sent = 0; sent < Size;)
            {
                int count = Math.Min(sizes.Next(1, 60_000), Size - sent);
                await stream.WriteAsync((CallForm)sizes.Next(1, s_forms.Length), all, sent, count);
                sent += count;
            }
        });

        static Task Read(Stream stream, int seed) => Task.Run(async () =>
        {
            byte[] all = new byte[Size];
            Random sizes = new(seed + 100);
            for (int came = 0; came < Size;)
            {
                int count = await stream.ReadAsync(
                    (CallForm)sizes.Next(1, s_forms.Length), all, came, Math.Min(sizes.Next(1, 60_000), Size - came));
                Assert.NotEqual(0, count);
                came += count;
            }

            Assert.True(all.AsSpan().SequenceEqual(StreamCalls.RandomBytes(Size, seed)), $"seed {seed}");
        });
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public async Task Copies_take_everything_up_to_the_end(StreamKind kind)
    {
        foreach (int size in new[] { 0, 1, 4096, 1 << 20 })
        {
            foreach (bool isAsync in new[] { false, true })
            {
                using StreamPair pair = await StreamPair.CreateAsync(kind);
                using MemoryStream sink = new();
                Task copy = isAsync ? pair.Second.CopyToAsync(sink) : Task.Run(() => pair.Second.CopyTo(sink));
                byte[] sent = StreamCalls.RandomBytes(size, size);
                await pair.First.WriteAsync(sent);
                Task closing = pair.First.DisposeAsync().AsTask();
                await copy;
                Assert.Equal(SHA256.HashData(sent), SHA256.HashData(sink.ToArray()));
                await pair.Second.DisposeAsync();
                await closing;
            }
        }
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public async Task Exact_reads_wait_for_all_their_bytes(StreamKind kind)
    {
        using StreamPair pair = await StreamPair.CreateAsync(kind);
        byte[] came = new byte[6];
        Task read = pair.Second.ReadExactlyAsync(came, 0, 6).AsTask();
        foreach (byte one in "abcdef"u8.ToArray())
        {
            Assert.False(read.IsCompleted);
            pair.First.WriteByte(one);
            await pair.First.FlushAsync();
        }

        await read;
        Assert.Equal("abcdef"u8.ToArray(), came);
        Task<int> atLeast = pair.Second.ReadAtLeastAsync(came, 2, throwOnEndOfStream: false).AsTask();
        await pair.First.WriteAsync("x"u8.ToArray());
        Task closing = pair.First.DisposeAsync().AsTask();
        Assert.Equal(1, await atLeast);
        await pair.Second.DisposeAsync();
        await closing;
    }

    [Theory]
    [MemberData(nameof(PlainKinds))]
    public Task A_continuation_runs_where_it_was_asked_to_and_with_its_own_context(StreamKind kind) => Task.Run(async () =>
    {
        using StreamPair pair = await StreamPair.CreateAsync(kind);
        AsyncLocal<int> local = new();
        Task<(bool InContext, int Local)> reader;
        SynchronizationContext.SetSynchronizationContext(new PoolContext());
        try
        {
            local.Value = 42;
            reader = ReadAsync();
            local.Value = 0;
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(null);
        }

        await pair.First.WriteAsync(new byte[1]);
        Assert.Equal((true, 42), await reader);

        async Task<(bool, int)> ReadAsync()
        {
            await pair.Second.ReadAsync(new byte[1]);
            return (SynchronizationContext.Current is PoolContext, local.Value);
        }
    });

    [Theory]
    [MemberData(nameof(PlainKinds))]
    public async Task A_value_task_that_waited_is_consumed_once(StreamKind kind)
    {
        using StreamPair pair = await StreamPair.CreateAsync(kind);
        ValueTask<int> read = pair.Second.ReadAsync(new byte[1]);
        await pair.First.WriteAsync(new byte[1]);
        Assert.Equal(1, await read);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await read);
    }

    private sealed class PoolContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => ThreadPool.QueueUserWorkItem(_ =>
        {
            SetSynchronizationContext(this);
            d(state);
            SetSynchronizationContext(null);
        });
    }
}
