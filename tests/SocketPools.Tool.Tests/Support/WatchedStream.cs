using System.Text;

namespace SocketPools.Tool.Tests;

/// <summary>Collects what is written, and tells when a line has come.</summary>
internal sealed class WatchedStream : Stream
{
    private readonly Lock _gate = new();
    private readonly MemoryStream _bytes = new();
    private TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    internal byte[] ToArray()
    {
        lock (_gate)
        {
            return _bytes.ToArray();
        }
    }

    /// <summary>Waits for a line that begins so, behind the first one that contains a text.</summary>
    internal async Task<string> LineAsync(string beginning, Task writer, string? after = null)
    {
        while (true)
        {
            Task grown;
            string text;
            bool isOver = writer.IsCompleted;
            lock (_gate)
            {
                grown = _grown.Task;
                text = Encoding.UTF8.GetString(_bytes.ToArray());
            }

            IEnumerable<string> lines = text.Split('\n')[..^1];
            string? line = (after is null ? lines : lines.SkipWhile(l => !l.Contains(after, StringComparison.Ordinal)).Skip(1)).FirstOrDefault(l => l.StartsWith(beginning, StringComparison.Ordinal));
            if (line is not null)
            {
                return line[beginning.Length..];
            }

            Assert.False(isOver, $"no line begins with \"{beginning}\" in: {text}");
            await Task.WhenAny(grown, writer);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (_gate)
        {
            _bytes.Write(buffer);
            _grown.TrySetResult();
            _grown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
