using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using SocketPools.Radios;
using SocketPools.Stack.Buffers;

namespace SocketPools.Stack.Links;

// One read a frame, by whoever receives: the thread of the device only waits. A frame that may be long is read into two pieces,
// a small block for its beginning and a large one for the rest. The large one is kept for the next where it was not needed, so
// short frames do not hold 64 KiB each, and nothing is copied. A packet of many datagrams is cut: each is copied into a frame of its own, so that
// one that is read late does not hold the others' memory. That is done when it is received: a packet of 64 KiB may stand for
// very many.
public sealed unsafe partial class TapLink
{
    private Frame? _emptyFrame;
    private Block? _emptyBlock;
    private Frame? _datagrams;
    private TransportOffsets _datagramsPlace;
    private int _datagramsTaken;
    private long _receivedFrames;
    private long _receivedBytes;
    private long _droppedMalformed;

    /// <inheritdoc/>
    public bool TryReceive([NotNullWhen(true)] out Frame? frame)
    {
        frame = null;
        if (!_gate.TryEnter())
        {
            return false;
        }

        bool isReceived = TryTakeDatagram(out frame) || Read(out frame);
        if (isReceived)
        {
            _receivedFrames++;
            _receivedBytes += frame!.Length;
        }

        _gate.Leave();
        return isReceived;
    }

    [SkipLocalsInit]
    private bool Read([NotNullWhen(true)] out Frame? frame)
    {
        TunLibc.IOVector* pieces = stackalloc TunLibc.IOVector[3];
        VirtioHeader header = default;
        while (true)
        {
            frame = _emptyFrame ??= Frame.Rent();
            int room = frame.Room.Length;
            int count = 0;
            if (_device.HasHeaders)
            {
                pieces[count++] = new TunLibc.IOVector { Base = &header, Length = VirtioHeader.Length };
            }

            pieces[count++] = Piece(frame.Room);
            if (_mayBeLarge)
            {
                _emptyBlock ??= BlockPool.Large.Rent();
                pieces[count++] = Piece(_emptyBlock.Bytes);
            }

            nint read = count == 1
                ? TunLibc.read(_device.Fd, pieces[0].Base, pieces[0].Length)
                : TunLibc.readv(_device.Fd, pieces, count);
            if (read < 0)
            {
                Errno errno = TunLibc.LastError;
                if (errno == Errno.EINTR)
                {
                    continue;
                }

                OnNothing(errno);
                frame = null;
                return false;
            }

            _emptyFrame = null;
            Fill(frame, (int)read - (_device.HasHeaders ? VirtioHeader.Length : 0), room);
            if (Understand(frame, in header, out bool isDatagrams) && (!isDatagrams || TryBeginDatagrams(ref frame)))
            {
                return true;
            }

            _droppedMalformed++;
            frame.Release();
        }
    }

    // The first datagram takes the place of the packet, which is kept for the others.
    private bool TryBeginDatagrams(ref Frame frame)
    {
        if (!SegmentCutter.TryFindDatagrams(frame, Medium, out _datagramsPlace))
        {
            return false;
        }

        (_datagrams, _datagramsTaken) = (frame, 0);
        return TryTakeDatagram(out frame!);
    }

    private bool TryTakeDatagram([NotNullWhen(true)] out Frame? frame)
    {
        frame = null;
        if (_datagrams is not { } whole)
        {
            return false;
        }

        frame = SegmentCutter.CutDatagram(whole, _datagramsPlace, _datagramsTaken++);
        if (_datagramsTaken == SegmentCutter.CountDatagrams(whole, _datagramsPlace))
        {
            whole.Release();
            _datagrams = null;
        }

        return true;
    }

    // A device that is gone (EBADFD) has nothing to wait for.
    private void OnNothing(Errno errno)
    {
        if (errno == Errno.EAGAIN)
        {
            _waiter.Arm(_device.Fd);
        }
        else
        {
            Note(errno);
        }
    }

    private void Fill(Frame frame, int length, int room)
    {
        frame.Append(Math.Clamp(length, 0, room));
        int rest = length - room;
        if (rest > 0 && _emptyBlock is { } block)
        {
            frame.AppendOwned(new Slice(block, 0, Math.Min(rest, block.Bytes.Length)));
            _emptyBlock = null;
        }
    }

    // What the header tells is the kernel's word, and is looked at nevertheless.
    private static bool Understand(Frame frame, in VirtioHeader header, out bool isDatagrams)
    {
        isDatagrams = false;
        if ((header.Flags & VirtioHeader.NeedsChecksum) != 0)
        {
            if (header.ChecksumStart + header.ChecksumOffset + 2 > frame.Head.Length)
            {
                return false;
            }

            frame.Checksums = ChecksumState.Partial;
            frame.ChecksumStart = header.ChecksumStart;
            frame.ChecksumOffset = header.ChecksumOffset;
        }
        else if ((header.Flags & VirtioHeader.ChecksumValid) != 0)
        {
            frame.Checksums = ChecksumState.NotNeeded;
        }

        int kind = header.SegmentType & ~VirtioHeader.SegmentWithCongestion;
        if (kind != 0)
        {
            frame.SegmentSize = header.SegmentSize;
        }

        isDatagrams = kind == VirtioHeader.SegmentUdp;
        return kind is 0 or VirtioHeader.SegmentTcp4 or VirtioHeader.SegmentTcp6 or VirtioHeader.SegmentUdp;
    }
}
