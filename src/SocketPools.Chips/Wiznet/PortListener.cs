using System.Net.Sockets;
using SocketPools.Chips.Carrying;
using SocketPools.Radios;

namespace SocketPools.Chips.Wiznet;

/// <summary>
/// A listener of the radio for all hardware sockets that listen on one port. Each of them takes one connection and listens no more; after the
/// last one the port is closed, and who comes then is refused, as by the chip.
/// </summary>
internal sealed class PortListener : IWatcher
{
    private readonly WiznetChip _chip;
    private readonly SocketWatch _watch;
    private readonly List<ChipSocket> _waiting = [];

    private PortListener(WiznetChip chip, int port, RadioSocket socket)
    {
        _chip = chip;
        Port = port;
        _watch = new SocketWatch(socket, this);
    }

    internal int Port { get; }

    internal static PortListener? Open(WiznetChip chip, int port)
    {
        RadioSocket? socket = chip.OpenBound(SocketType.Stream, port, anyPort: false, receiveBuffer: 2048);
        if (socket is null)
        {
            return null;
        }

        RadioResult result = socket.Listen(8);
        if (!result.Failed)
        {
            return new PortListener(chip, port, socket);
        }

        chip.Refused($"listen on port {port}", result);
        socket.Close();
        return null;
    }

    internal void Add(ChipSocket socket)
    {
        _waiting.Add(socket);
        _watch.Want(Readiness.Readable);
    }

    internal void Remove(ChipSocket socket)
    {
        if (_waiting.Remove(socket) && _waiting.Count == 0)
        {
            Close();
        }
    }

    void IWatcher.SocketChanged(SocketWatch watch, Readiness readiness) => _chip.Enter(() =>
    {
        _watch.Arrived(readiness);
        Accept();
    });

    private void Accept()
    {
        while (_waiting.Count > 0)
        {
            RadioResult result = _watch.Socket.TryAccept(out RadioSocket? accepted, out IPSocketAddress remote);
            if (accepted is null)
            {
                if (result.Errno is not (Errno.EBADF or Errno.EINVAL))
                {
                    _watch.Want(Readiness.Readable);
                }

                return;
            }

            ChipSocket socket = _waiting[0];
            _waiting.RemoveAt(0);
            if (_waiting.Count == 0)
            {
                Close();
            }

            socket.Accepted(accepted, remote);
        }
    }

    private void Close()
    {
        _chip.Forget(this);
        _watch.Socket.Close();
    }
}
