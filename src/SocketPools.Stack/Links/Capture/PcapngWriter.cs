using SocketPools.Stack.Buffers;

namespace SocketPools.Stack.Links;

/// <summary>
/// Writes frames of one or more links to a capture file that Wireshark and tcpdump(8) read: pcapng (draft-ietf-opsawg-pcapng), with times
/// in nanoseconds, directions and comments. Any thread may call any member.
/// </summary>
/// <remarks>
/// <para>
/// A file has one link type, because libpcap reads no other. It is Ethernet if a link of that medium was added before the first frame, or
/// if that frame is a loopback's, and raw IP otherwise. In a file of Ethernet the frames of an IP link have a header whose addresses are
/// zero, as those of Linux's loopback have. Ethernet frames that come when the file is of raw IP already are a <see cref="Failure"/>.
/// A link is described with its first frame, so one that carries nothing is not in the file.
/// </para>
/// <para>
/// Checksums that were left out are completed in the file. A packet that stands for several, and one whose checksum was left to the
/// link, has a comment that says so. When the stream fails, by whatever exception, nothing more is written, the links go on, and
/// <see cref="Failure"/> and <see cref="Failed"/> say why.
/// </para>
/// </remarks>
public sealed partial class PcapngWriter : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Stream _stream;
    private readonly TimeProvider _clock;
    private readonly bool _leavesOpen;
    private readonly bool _isShared;
    private readonly List<CapturedLink> _links = [];
    private readonly PcapngBlock _block = new();
    private bool _isClosed;
    private bool _isEthernet;
    private int _described;

    /// <summary>Creates a writer, and writes the header of the file.</summary>
    /// <param name="stream">Where it is written to. It should be buffered: a frame waits until it is written.</param>
    /// <param name="clock">The clock of the times; null for the system's.</param>
    /// <param name="leaveOpen">Whether the stream stays open at the end.</param>
    public PcapngWriter(Stream stream, TimeProvider? clock = null, bool leaveOpen = false)
        : this(stream, clock, leaveOpen, isShared: true)
    {
    }

    /// <summary>Begins a file; one that is not shared has the link type of its only link.</summary>
    internal PcapngWriter(Stream stream, TimeProvider? clock, bool leaveOpen, bool isShared)
    {
        _isShared = isShared;
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
        _clock = clock ?? TimeProvider.System;
        _leavesOpen = leaveOpen;
        PutSection();
        WriteUnsynchronized();
    }

    /// <summary>
    /// Raised once, when <see cref="Failure"/> is set: on the thread whose frame could not be written, without a lock. Its exceptions
    /// are reported (<see cref="SocketPools.Diagnostics.CallbackExceptions"/>).
    /// </summary>
    public event Action<IOException>? Failed;

    /// <summary>Why nothing is written any more; null while all is well. What the stream threw is the inner exception, if it was no IOException.</summary>
    public IOException? Failure { get; private set; }

    /// <summary>How many frames are in the file.</summary>
    public long Frames { get; private set; }

    /// <summary>Adds a link. Add all links before the first frame, so that the file gets a link type that has room for all of them.</summary>
    /// <param name="link">The link.</param>
    /// <param name="snapLength">The most bytes of a frame that are kept, 1 or more.</param>
    /// <returns>Its number at this writer.</returns>
    public int AddInterface(ILink link, int snapLength = CapturingLink.DefaultSnapLength)
    {
        ArgumentNullException.ThrowIfNull(link);
        LinkLimits.CheckLimit(snapLength);
        lock (_gate)
        {
            _links.Add(new CapturedLink(link, Math.Min(snapLength, CapturingLink.DefaultSnapLength)));
            return _links.Count - 1;
        }
    }

    /// <summary>Writes a frame, which stays the caller's.</summary>
    /// <param name="link">The link's number.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="isOutbound">Whether it is sent; else it was received.</param>
    public void Write(int link, Frame frame, bool isOutbound) => Write(link, frame, isOutbound, default);

    /// <summary>Writes a frame with a comment; both stay the caller's.</summary>
    /// <param name="link">The link's number.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="isOutbound">Whether it is sent; else it was received.</param>
    /// <param name="comment">The comment in UTF-8, at most 65535 bytes; empty for none.</param>
    public void Write(int link, Frame frame, bool isOutbound, ReadOnlySpan<byte> comment)
    {
        ArgumentNullException.ThrowIfNull(frame);
        IOException? before;
        lock (_gate)
        {
            CapturedLink captured = _links[link];
            before = Failure;
            if (!_isClosed && before is null && TryDescribe(captured))
            {
                PutFrame(captured, frame, isOutbound, comment);
                if (WriteUnsynchronized())
                {
                    Frames++;
                }
            }
        }

        TellFailure(before);
    }

    /// <summary>Writes what the stream holds back.</summary>
    public void Flush() => Do(static writer => writer.Try(static stream => stream.Flush()));

    /// <summary>Writes what is buffered and ends the file.</summary>
    public void Dispose() => Do(static writer =>
    {
        if (writer._isClosed)
        {
            return;
        }

        if (writer._described == 0 && writer._links.Count > 0)
        {
            writer.TryDescribe(writer._links[0]); // libpcap reads no file without a link
        }

        writer.Try(static stream => stream.Flush());
        writer._isClosed = true;
        if (!writer._leavesOpen)
        {
            writer.Try(static stream => stream.Dispose());
        }
    });

    private void Do(Action<PcapngWriter> action)
    {
        IOException? before;
        lock (_gate)
        {
            before = Failure;
            action(this);
        }

        TellFailure(before);
    }

    private bool WriteUnsynchronized()
    {
        if (Failure is null && !_isClosed)
        {
            try
            {
                _stream.Write(_block.Written);
                return true;
            }
            catch (Exception e)
            {
                Failure = AsFailure(e);
            }
        }

        return false;
    }

    private void Try(Action<Stream> action)
    {
        try
        {
            action(_stream);
        }
        catch (Exception e)
        {
            Failure ??= AsFailure(e);
        }
    }

    // The stream is the program's own, and may throw any exception: ObjectDisposedException where it was closed before the radio.
    private static IOException AsFailure(Exception e) => e as IOException ?? new IOException(e.Message, e);

    private void TellFailure(IOException? before)
    {
        if (before is null && Failure is { } failure)
        {
            try
            {
                Failed?.Invoke(failure);
            }
            catch (Exception e)
            {
                SocketPools.Diagnostics.CallbackExceptions.Report($"{nameof(PcapngWriter)}.{nameof(Failed)}", e, this);
            }
        }
    }
}
