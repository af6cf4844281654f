using System.Diagnostics;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Links;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tcp;

/// <summary>
/// Full segments that go out together, behind a first one that was sent as every segment is. What differs between them is the sequence number alone,
/// so their header is made once, and they are noted once. The frames are the ones that <see cref="SendNext"/> would have sent.
/// </summary>
internal sealed partial class TcpConnection
{
    /// <summary>Sends the next full segments, which the windows allow and the text lasts for; FIN and the end of the text are left to <see cref="SendNext"/>.</summary>
    /// <param name="count">How many.</param>
    /// <returns>How many bytes were sent: less than asked for where a frame cannot take the text of a segment.</returns>
    private int SendFull(int count)
    {
        Debug.Assert(Flight > 0);
        int headerLength = TcpHeader.MinLength + (_usesTimestamps ? TimestampsLength : 0);
        if (_ecn.IsAgreed || (Path.Offloads & LinkOffloads.NoChecksums) == 0 || _segmentSize + headerLength + Path.HeaderLength > Path.Mtu)
        {
            return 0;
        }

        Span<byte> header = stackalloc byte[TcpHeader.MinLength + TimestampsLength];
        header = header[..headerLength];
        TcpHeader.WritePlain(header, LocalPort, RemotePort, (uint)_sndNxt, (uint)_rcvNxt, TcpFlags.Ack, AdvertiseWindow());
        if (_usesTimestamps)
        {
            TcpHeaderOptions.WriteTimestamps(header[TcpHeader.MinLength..], TimestampNow, _timestampRecent);
        }

        SendQueue sending = Parts.Sending;
        ThreadBuffers own = ThreadBuffers.Own;
        FrameQueue texts = default;
        int sent = 0;
        for (int i = 0; i < count; i++)
        {
            Frame frame = Frame.Rent(own);
            if (sending.AppendTo(frame, Flight + sent, _segmentSize) < _segmentSize)
            {
                frame.Release();
                break;
            }

            texts.Enqueue(frame);
            sent += _segmentSize;
        }

        if (sent > 0)
        {
            _shard.SendSeries(Path, ref texts, header);
            NoteSentTogether(sent);
        }

        return sent;
    }

    private void NoteSentTogether(int sent)
    {
        long now = Now;
        Scoreboard.Sent(new SequenceRange(_sndNxt, _sndNxt + sent), now);
        _sndNxt += sent;
        NoteSent(sent);
        _sentAt = now;
        ScheduleLossProbe();
        NoteAnswer();
    }
}
