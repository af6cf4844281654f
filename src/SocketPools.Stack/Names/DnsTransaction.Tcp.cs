using System.Buffers.Binary;
using SocketPools.Radios;
using SocketPools.Stack.Tcp;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Names;

// The question over TCP (RFC 7766): two bytes of length in front of each message.
internal sealed partial class DnsTransaction
{
    private const int LengthBytes = 2;

    private TcpConnection? _tcp;
    private bool _isSent;
    private byte[] _message = [];
    private int _received;

    private void AskByTcp()
    {
        CloseSockets();
        _resolver.Counters.TcpQueriesSent++;
        (_isSent, _message, _received) = (false, new byte[LengthBytes], 0);
        Errno errno = _resolver.Tcp.Connect(
            null, IPAddressValue.Any(_server.Address.Family), _server.Address, _server.Port, false, default, this, out _tcp);
        if (errno != Errno.None || !TryMakeQuery(_isPlain ? (ushort)0 : UdpPayload))
        {
            GiveServerUp(errno);
            AskNext();
            return;
        }

        _resolver.Timers.Set(_timeout, _resolver.Timers.Now + _resolver.Timers.Ticks(_resolver.Settings.Timeout * 2));
    }

    private void GoOnByTcp()
    {
        if (!_isSent)
        {
            Span<byte> bytes = stackalloc byte[LengthBytes + DnsQuery.MaxLength];
            BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)_query.Length);
            _query.Write(bytes[LengthBytes..]);
            RadioResult sent = _tcp!.Send(bytes[..(LengthBytes + _query.Length)]);
            if (sent.Errno == Errno.EAGAIN)
            {
                return;
            }

            if (sent.Count != LengthBytes + _query.Length)
            {
                GiveUpTcp();
                return;
            }

            _isSent = true;
        }

        while (true)
        {
            RadioResult result = _tcp!.Receive(_message.AsSpan(_received));
            if (result.Errno == Errno.EAGAIN)
            {
                return;
            }

            if (result.Count == 0)
            {
                GiveUpTcp();
                return;
            }

            _received += result.Count;
            if (_received < _message.Length)
            {
                continue;
            }

            if (_message.Length == LengthBytes)
            {
                Array.Resize(ref _message, LengthBytes + Math.Max(1, (int)BinaryPrimitives.ReadUInt16BigEndian(_message)));
                continue;
            }

            if (!TryTake(_message.AsSpan(LengthBytes)))
            {
                GiveUpTcp(); // a server that answers something else on a connection of ours is broken
            }

            return;
        }
    }

    private void GiveUpTcp()
    {
        _failure.Broken(_server);
        _resolver.Servers.Failed(_server);
        AskNext();
    }
}
