using System.Net.Sockets;
using SocketPools.Chips.Wiznet;
using SocketPools.Radios;

namespace SocketPools.Chips;

/// <summary>TCP on one hardware socket, or a listener on several.</summary>
internal sealed partial class WiznetStreamSocket : WiznetSocket
{
    private HardwareSocket? _hardware;
    private WiznetListener? _listener;
    private IPSocketAddress _peer;
    private Phase _phase;
    private Errno _error;
    private long _connectStarted;
    private bool _endSeen;
    private bool _sendShut;
    private bool _receiveShut;

    internal WiznetStreamSocket(WiznetRadio radio)
        : base(radio)
    {
    }

    private enum Phase
    {
        Fresh,
        Listening,
        Connecting,

        /// <summary>The connect has ended, and its result was not read yet.</summary>
        ConnectEnded,
        Connected,

        /// <summary>Nothing can be sent any more; the hardware may still hold data to read.</summary>
        Ended,
    }

    public override SocketType Type => SocketType.Stream;

    public override ProtocolType Protocol => ProtocolType.Tcp;

    internal override Readiness ReadinessUnsynchronized => _phase switch
    {
        Phase.Fresh => Readiness.Writable | Readiness.HangUp,
        Phase.Listening => _listener!.HasConnection ? Readiness.Readable : Readiness.None,
        Phase.Connecting => Readiness.None,
        Phase.ConnectEnded => _error == Errno.None ? ReadinessOfConnection : Everything,
        Phase.Ended => Readiness.Readable | Readiness.Writable | Readiness.HangUp | (_error == Errno.None ? Readiness.None : Readiness.Error),
        _ => ReadinessOfConnection,
    };

    private bool IsConnection => _phase is Phase.Connected or Phase.Ended || (_phase == Phase.ConnectEnded && _error == Errno.None);

    private Readiness ReadinessOfConnection =>
        (_hardware!.Received > 0 || _endSeen || _receiveShut ? Readiness.Readable : Readiness.None)
        | (_hardware.Free > 0 || _sendShut ? Readiness.Writable : Readiness.None)
        | (_endSeen && _sendShut ? Readiness.HangUp : Readiness.None);

    public override RadioResult GetRemoteAddress(out IPSocketAddress remote)
    {
        lock (Gate)
        {
            remote = IsConnection ? _peer : default;
            return IsClosed ? Errno.EBADF : IsConnection ? RadioResult.Ok : Errno.ENOTCONN;
        }
    }

    public override RadioResult Shutdown(SocketShutdown how)
    {
        lock (Gate)
        {
            if (IsClosed || !IsConnection)
            {
                return IsClosed ? Errno.EBADF : Errno.ENOTCONN;
            }

            _receiveShut |= how != SocketShutdown.Send;
            if (how != SocketShutdown.Receive && !_sendShut)
            {
                _sendShut = true;
                RefreshUnsynchronized();
                SendEnd();
            }

            return RadioResult.Ok;
        }
    }

    /// <summary>Reads the registers and follows what has happened on the chip.</summary>
    internal override void RefreshUnsynchronized()
    {
        if (_phase == Phase.Listening)
        {
            _listener!.Refresh();
            _listener.Arm();
            return;
        }

        if (_hardware is null || _phase == Phase.Ended || (_phase == Phase.ConnectEnded && _error != Errno.None))
        {
            return;
        }

        _hardware.Refresh();
        switch (_hardware.Status)
        {
            case SocketStatus.Closed when _phase == Phase.Connecting:
                _phase = Phase.ConnectEnded;
                _error = !_hardware.TimedOut ? Errno.ECONNREFUSED : HasOnlyAskedArp() ? Errno.EHOSTUNREACH : Errno.ETIMEDOUT;
                break;
            case SocketStatus.Closed:
                // From ESTABLISHED straight to CLOSED: the peer's reset, or the chip's own time-out. After both ends it is the orderly one.
                _error = _hardware.TimedOut ? Errno.ETIMEDOUT : _endSeen || _sendShut ? _error : Errno.ECONNRESET;
                _endSeen = true;
                _sendShut = true;
                _phase = Phase.Ended;
                break;
            case SocketStatus.Established or SocketStatus.CloseWait when _phase == Phase.Connecting:
                _phase = Phase.ConnectEnded;
                _endSeen = _hardware.Status == SocketStatus.CloseWait;
                break;
            case SocketStatus.CloseWait or SocketStatus.LastAck:
                _endSeen = true;
                break;
        }

        SendEnd();
    }

    private protected override void ReleaseUnsynchronized()
    {
        _listener?.Close();
        _listener = null;
        if (_hardware is null)
        {
            return;
        }

        // With unread data the connection is dropped, as by other radios: the peer's next segment is answered with a reset.
        if ((_phase == Phase.Connected || (_phase == Phase.ConnectEnded && _error == Errno.None)) && !HasUnreadData())
        {
            Chip.Hardware.CloseInOrder(_hardware);
        }
        else
        {
            Chip.Hardware.Free(_hardware);
        }

        _hardware = null;
    }

    private protected override Errno TakeErrorUnsynchronized()
    {
        Errno error = _error;
        _error = Errno.None;
        if (_phase == Phase.ConnectEnded && error != Errno.None)
        {
            Fail();
        }

        return error;
    }

    private bool HasUnreadData()
    {
        _hardware!.Refresh();
        return _hardware.Received > 0;
    }

    /// <summary>DISCON, once everything before it is sent.</summary>
    private void SendEnd()
    {
        if (_sendShut && _hardware is { IsSending: false, Status: SocketStatus.Established or SocketStatus.CloseWait })
        {
            _hardware.Command(SocketCommand.Disconnect);
        }
    }

    /// <summary>A failed connect leaves the socket as it was before, as on Linux.</summary>
    private void Fail()
    {
        if (_hardware is not null)
        {
            Chip.Hardware.Free(_hardware);
            _hardware = null;
        }

        _phase = Phase.Fresh;
        _peer = default;
    }
}
