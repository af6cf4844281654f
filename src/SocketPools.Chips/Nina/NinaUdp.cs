using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Chips.Nina;

/// <summary>The firmware's UDP: one datagram at a time is read as a stream, and one is put together from pieces.</summary>
internal sealed class NinaUdp : IDisposable
{
    private const int BufferSize = 1460;

    private readonly byte[] _received = new byte[BufferSize];
    private readonly byte[] _out = new byte[BufferSize];
    private RadioSocket? _socket;
    private IPSocketAddress _destination;
    private IPSocketAddress _sender;
    private int _start;
    private int _end;
    private int _filled;

    /// <summary>Who sent what is being read.</summary>
    internal IPSocketAddress Sender => _sender;

    /// <summary>How much of the datagram is left; with nothing left the next one is taken. One longer than 1460 bytes is cut.</summary>
    internal int Available
    {
        get
        {
            if (_start == _end && _socket is not null)
            {
                RadioResult result = _socket.TryReceiveFrom(_received, out IPSocketAddress sender);
                if (!result.Failed)
                {
                    (_start, _end, _sender) = (0, result.Count, sender);
                }
            }

            return _end - _start;
        }
    }

    /// <summary>Listens on a port; where another program has it, on another one. Null, or why the radio refused.</summary>
    internal string? Begin(Radio radio, int port)
    {
        Dispose();
        RadioResult result = Open(radio, out RadioSocket? socket);
        if (socket is null)
        {
            return $"{radio.Name} did not open a datagram socket: {result.Errno}";
        }

        _socket = socket;
        result = socket.Bind(new IPSocketAddress(IPAddress.Any, port));
        if (!result.Failed)
        {
            return null;
        }

        RadioResult other = socket.Bind(new IPSocketAddress(IPAddress.Any, 0));
        return $"{radio.Name} did not bind to port {port}: {result.Errno}" + (other.Failed ? "" : "; the module uses another one");
    }

    /// <summary>Begins a datagram.</summary>
    internal bool BeginPacket(Radio radio, in IPSocketAddress destination)
    {
        _destination = destination;
        _filled = 0;
        if (_socket is null)
        {
            Open(radio, out _socket);
        }

        return _socket is not null;
    }

    /// <summary>Adds bytes. A full buffer is sent, and the rest begins the next datagram.</summary>
    internal bool Write(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
        {
            return false;
        }

        while (!data.IsEmpty)
        {
            if (_filled == BufferSize)
            {
                EndPacket();
            }

            int count = Math.Min(data.Length, BufferSize - _filled);
            data[..count].CopyTo(_out.AsSpan(_filled));
            _filled += count;
            data = data[count..];
        }

        return true;
    }

    internal bool EndPacket()
    {
        int count = _filled;
        _filled = 0;
        return _socket is not null && _destination.HasValue && !_socket.TrySendTo(_out.AsSpan(0, count), _destination).Failed;
    }

    internal byte[] Read(int count)
    {
        byte[] data = _received.AsSpan(_start, Math.Min(count, Available)).ToArray();
        _start += data.Length;
        return data;
    }

    public void Dispose()
    {
        _socket?.Close();
        _socket = null;
        (_start, _end, _filled) = (0, 0, 0);
    }

    private static RadioResult Open(Radio radio, out RadioSocket? socket)
    {
        RadioResult result = radio.OpenSocket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp, out socket);
        socket?.SetOption(SocketOptionLevel.Socket, SocketOptionName.Broadcast, BitConverter.GetBytes(1));
        return result;
    }
}
