using System.Net.Sockets;
using SocketPools.Chips.Carrying;
using SocketPools.Radios;

namespace SocketPools.Chips.Wiznet;

/// <summary>What a hardware socket has below it: a socket of the radio, watched while it can bring news.</summary>
internal sealed partial class ChipSocket : IWatcher
{
    private SocketWatch? _watch;
    private PortListener? _listener;

    // Bytes of a SEND that the radio has not taken yet.
    private int _sending;

    /// <summary>Does what can be done now, and watches for what cannot.</summary>
    internal void Service()
    {
        if (_watch is null || !_chip.IsLinkUpUnsynchronized)
        {
            return;
        }

        switch (_status)
        {
            case SocketStatus.SynSent:
                CheckConnect();
                break;
            case SocketStatus.Established or SocketStatus.CloseWait or SocketStatus.FinWait:
                ServiceStream();
                break;
            case SocketStatus.Udp:
                ServiceDatagrams();
                break;
        }
    }

    void IWatcher.SocketChanged(SocketWatch watch, Readiness readiness) => _chip.Enter(() =>
    {
        watch.Arrived(readiness);
        if (watch == _watch)
        {
            Service();
        }
    });

    private void Carry(RadioSocket socket)
    {
        if (socket.Type == SocketType.Stream)
        {
            // SEND transmits what is in the buffer: the chip has no algorithm of Nagle's.
            ReadOnlySpan<byte> on = [1, 0, 0, 0];
            socket.SetOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, on);
        }

        _watch = new SocketWatch(socket, this);
    }

    /// <summary>
    /// CLOSE: the chip forgets a connection without a word, and answers its next segment with a reset. The radio's reset comes at once. After DISCON
    /// the end is on its way already.
    /// </summary>
    private void Abort()
    {
        if (_status is SocketStatus.Established or SocketStatus.CloseWait && !_endWanted)
        {
            ReadOnlySpan<byte> onWithoutTime = [1, 0, 0, 0, 0, 0, 0, 0];
            _watch?.Socket.SetOption(SocketOptionLevel.Socket, SocketOptionName.Linger, onWithoutTime);
        }

        Release();
    }

    /// <summary>Gives back whatever the radio has for this socket.</summary>
    private void Release()
    {
        StopTimer();
        _listener?.Remove(this);
        _listener = null;
        _watch?.Socket.Close();
        _watch = null;
        _sending = 0;
        _endSent = false;
        _endWanted = false;
        _endSeen = false;
        _establishedReads = 0;
        _endHeld = false;
        _virtualPort = false;
    }
}
