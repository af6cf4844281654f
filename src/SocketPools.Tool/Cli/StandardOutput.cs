using System.Runtime.InteropServices;

namespace SocketPools.Tool;

/// <summary>
/// The standard output on Unix. .NET's own stream discards everything once the pipe has no reader any more; this one says
/// so, and <c>get URL | head</c> ends.
/// </summary>
internal sealed partial class StandardOutput(Stream fallback) : Stream
{
    private const int Descriptor = 1;
    private const int EINTR = 4;
    private const int EPIPE = 32;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException("The standard output has no length.");

    public override long Position
    {
        get => throw new NotSupportedException("The standard output has no position.");
        set => throw new NotSupportedException("The standard output has no position.");
    }

    internal static Stream Open() => OperatingSystem.IsWindows()
        ? Console.OpenStandardOutput()
        : new StandardOutput(Console.OpenStandardOutput());

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            nint count = Write(Descriptor, buffer, (nuint)buffer.Length);
            if (count >= 0)
            {
                buffer = buffer[(int)count..];
                continue;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case EINTR:
                    break;
                case EPIPE:
                    throw new IOException("the standard output has no reader any more");
                default:
                    fallback.Write(buffer); // knows how to wait for an output that is full, and how to say the rest
                    return;
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("The standard output is not read.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("The standard output has no position.");

    public override void SetLength(long value) => throw new NotSupportedException("The standard output has no length.");

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int descriptor, ReadOnlySpan<byte> bytes, nuint count);
}
