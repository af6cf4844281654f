using System.Buffers.Binary;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Chips.Wiznet;

/// <summary>TCP as the chip shows it: opening, sending, receiving and the two ways to end.</summary>
internal sealed partial class ChipSocket
{
    private bool _endWanted;
    private bool _endSent;
    private bool _endSeen;

    // Drivers poll for ESTABLISHED, some with several reads a turn, and never see it when the end came between. On a wire an end takes longer than between
    // two sockets of one machine: it is shown after so many reads, or after this time.
    private const int ReadsBeforeEnd = 3;
    private static readonly TimeSpan s_endDelay = TimeSpan.FromMilliseconds(50);

    private int _establishedReads;
    private bool _endHeld;

    /// <summary>A connection for a socket that listened.</summary>
    internal void Accepted(RadioSocket socket, in IPSocketAddress remote)
    {
        _listener = null;
        Carry(socket);
        remote.WriteAddress(_registers.AsSpan(SocketRegister.DestinationAddress, 4));
        BinaryPrimitives.WriteUInt16BigEndian(_registers.AsSpan(SocketRegister.DestinationPort, 2), (ushort)remote.Port);
        Establish();
    }

    private void Listen()
    {
        _listener = _chip.ListenOn(Port, this);
        _status = _listener is null ? SocketStatus.Closed : SocketStatus.Listen;
    }

    private void Connect()
    {
        _status = SocketStatus.SynSent;
        bool hasNoPeer = Destination.IndexOfAnyExcept((byte)0) < 0 || Destination.IndexOfAnyExcept((byte)0xFF) < 0 || DestinationPort == 0;
        RadioSocket? socket = hasNoPeer || !_chip.IsLinkUpUnsynchronized ? null : _chip.OpenBound(SocketType.Stream, Port, anyPort: true, ReceiveSize);
        if (socket is null)
        {
            StartTimer(Pending.Connection, _chip.Retry.ArpTimeout);
            return;
        }

        Carry(socket);
        StartTimer(Pending.Connection, _chip.Retry.TcpTimeout);
        Connected(socket.TryConnect(new IPSocketAddress(Destination, DestinationPort)));
    }

    private void CheckConnect() => Connected(_watch!.Socket.FinishConnect());

    private void Connected(RadioResult result)
    {
        switch (result.Errno)
        {
            case Errno.None:
                StopTimer();
                Establish();
                break;
            case Errno.EINPROGRESS or Errno.EAGAIN or Errno.EALREADY:
                _watch!.Want(Readiness.Writable);
                break;
            case Errno.ECONNREFUSED or Errno.ECONNRESET or Errno.ECONNABORTED:
                EndWith(SocketInterrupt.Disconnected);
                break;
            case Errno.ETIMEDOUT:
                LeaveToTimer(); // the radio gave up before the chip does
                break;
            default:
                LeaveToTimer();
                StartTimer(Pending.Connection, _chip.Retry.ArpTimeout, fromNow: false);
                break;
        }
    }

    /// <summary>The radio has no use for the socket any more; the chip has not noticed yet.</summary>
    private void LeaveToTimer()
    {
        _watch!.Socket.Close();
        _watch = null;
    }

    private void Establish()
    {
        _status = SocketStatus.Established;
        Raise(SocketInterrupt.Connected);
        Service();
    }

    private void SendStream()
    {
        int count = Math.Min((ushort)(TransmitWrite - _transmitRead), TransmitSize);
        if (count == 0 || _endWanted)
        {
            return; // SEND without data: the chip sends nothing and says nothing
        }

        _sending = count;
        if (!_chip.IsLinkUpUnsynchronized)
        {
            StartTimer(Pending.Connection, _chip.Retry.TcpTimeout);
        }

        Service();
    }

    private void ServiceStream()
    {
        if (_pending == Pending.Connection)
        {
            StopTimer(); // the link is back
        }

        if (!Flush() || !Fill())
        {
            return;
        }

        if (_endSent && _endSeen)
        {
            EndWith(SocketInterrupt.Disconnected);
        }
        else if (!_endSeen && ReceiveRoom > 0)
        {
            _watch!.Want(Readiness.Readable);
        }
    }

    /// <summary>Gives what was to be sent to the radio, and the end after it. False when the connection is over.</summary>
    private bool Flush()
    {
        while (_sending > 0)
        {
            ReadOnlySpan<byte> data = TransmitSpan(_sending);
            if (data.IsEmpty)
            {
                _sending = 0; // the driver took the buffer away
                break;
            }

            RadioResult result = _watch!.Socket.TrySend(data);
            if (result.Errno == Errno.EAGAIN)
            {
                _watch.Want(Readiness.Writable);
                return true;
            }

            if (result.Failed)
            {
                Lost(result.Errno);
                return false;
            }

            _sending -= result.Count;
            _transmitRead += (ushort)result.Count;
            if (_sending == 0)
            {
                Raise(SocketInterrupt.SendOk);
            }
        }

        if (_endWanted && !_endSent)
        {
            _endSent = true;
            _watch!.Socket.Shutdown(SocketShutdown.Send);
        }

        return true;
    }

    /// <summary>Takes what has arrived as far as there is room. False when the connection is over.</summary>
    private bool Fill()
    {
        while (!_endSeen && ReceiveRoom > 0)
        {
            RadioResult result = _watch!.Socket.TryReceive(ReceiveSpan(ReceiveRoom));
            if (result.Errno == Errno.EAGAIN)
            {
                return true;
            }

            if (result.Failed)
            {
                Lost(result.Errno);
                return false;
            }

            if (result.Count == 0)
            {
                EndArrived();
                return true;
            }

            _receiveWrite += (ushort)result.Count;
            Raise(SocketInterrupt.Received);
        }

        return true;
    }

    private void EndArrived()
    {
        _endSeen = true;
        _endHeld = _status == SocketStatus.Established && _establishedReads < ReadsBeforeEnd;
        if (_endHeld)
        {
            StartTimer(Pending.End, s_endDelay);
        }
        else
        {
            ShowEnd();
        }
    }

    /// <summary>The driver reads that the connection is there.</summary>
    private void NoteEstablishedRead()
    {
        if (_status == SocketStatus.Established && _establishedReads < ReadsBeforeEnd && ++_establishedReads == ReadsBeforeEnd && _endHeld)
        {
            StopTimer();
            ShowEnd();
        }
    }

    private void ShowEnd()
    {
        _endHeld = false;
        Raise(SocketInterrupt.Disconnected);
        if (_status == SocketStatus.Established)
        {
            _status = SocketStatus.CloseWait;
        }
    }

    private void Lost(Errno errno) => EndWith(errno == Errno.ETIMEDOUT ? SocketInterrupt.Timeout : SocketInterrupt.Disconnected);

    private void Disconnect()
    {
        switch (_status)
        {
            case SocketStatus.Established or SocketStatus.CloseWait:
                _status = _endSeen ? SocketStatus.LastAck : SocketStatus.FinWait;
                _endWanted = true;
                if (!_chip.IsLinkUpUnsynchronized)
                {
                    StartTimer(Pending.Connection, _chip.Retry.TcpTimeout);
                    break;
                }

                ServiceStream();
                break;
            case SocketStatus.Listen:
                EndWith(SocketInterrupt.Disconnected);
                break;
        }
    }
}
