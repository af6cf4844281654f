using System.Text;

namespace SocketPools.Tool.Simulating;

/// <summary>A stream of text that gives its lines away.</summary>
internal sealed class LineStream(Action<string> print) : Stream
{
    private readonly MemoryStream _line = new();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        foreach (byte b in buffer)
        {
            if (b == '\n')
            {
                Print();
            }
            else
            {
                _line.WriteByte(b);
            }
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (_line.Length > 0)
        {
            Print();
        }

        base.Dispose(disposing);
    }

    private void Print()
    {
        print(ToolConsole.OneLine(Encoding.UTF8.GetString(_line.GetBuffer(), 0, (int)_line.Length).TrimEnd('\r')));
        _line.SetLength(0);
    }
}
