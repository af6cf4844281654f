using System.Net;
using SocketPools.Stack.Drill.Tests.Parsing;
using SocketPools.Stack.Drill.Tests.Wire;

namespace SocketPools.Stack.Drill.Tests.Playing;

/// <summary>Packets that the peer sends.</summary>
internal sealed partial class ScriptPlayer
{
    private const ushort DefaultPort = 8080;

    private ushort _nextRemotePort = 50_001;
    private bool _isListenNew;

    private void Inject(ScriptPacket packet)
    {
        ScriptConnection connection = ConnectionFor(packet);
        if (packet.IsIcmp)
        {
            _link.Inject(IcmpBytes.Write(packet, new IPEndPoint(Local, connection.LocalPort), new IPEndPoint(Remote, connection.RemotePort), connection.LocalOffset(isSyn: false)));
            Note($"< icmp {packet.IcmpType} {packet.IcmpCode}");
            Skim();
            return;
        }

        bool isSyn = packet.Has('S');
        connection.WasReset |= packet.Has('R');
        if (isSyn && !connection.HasRemoteSyn && (!packet.Has('.') || connection.IsActive))
        {
            connection.TakeRemoteSyn(packet.Sequence);
        }

        uint acknowledgment = packet.Acknowledgment is { } scripted ? scripted + connection.LocalOffset(isSyn) : packet.Has('.') ? connection.LocalOffset(isSyn) : 0;
        byte[] payload = new byte[packet.Length];
        Pattern.Fill(payload, connection.PayloadStart(packet.Sequence, isSyn));
        int trafficClass = packet.Ecn switch { "ect0" => 2, "ect1" => 1, "ce" => 3, _ => 0 };
        Note($"< {_event!.Text}");
        _link.Inject(PacketBytes.Segment(
            new IPEndPoint(Remote, connection.RemotePort), new IPEndPoint(Local, connection.LocalPort), packet.Sequence + connection.RemoteOffset(isSyn),
            acknowledgment, packet.Flags, packet.Window ?? 0, packet.Urgent, OptionBytes.Write(OnWire(packet, connection)), payload, trafficClass));
        Skim();
    }

    private static IEnumerable<ScriptOption> OnWire(ScriptPacket packet, ScriptConnection connection)
    {
        uint offset = connection.LocalOffset(isSyn: false);
        return packet.Options.Select(option => option.Name switch
        {
            "TS" => option with { Second = connection.Echo(option.Second, packet.Has('.')) },
            "sack" => option with { Blocks = [.. option.Blocks.Select(block => (block.Left + offset, block.Right + offset))] },
            _ => option,
        });
    }

    // A SYN to a listener is of a new connection, when the one before has been taken and the script goes on to another.
    private ScriptConnection ConnectionFor(ScriptPacket packet)
    {
        ScriptSocket? listener = _sockets.Values.FirstOrDefault(socket => socket.IsListening);
        bool isSyn = packet.Has('S') && !packet.Has('.') && !packet.Has('R');
        bool isAnother = isSyn && listener is not null && _connection is not null
            && (_isListenNew || (!IsForBsd && (_connection.IsClosed || _connection.IsAccepted) && packet.Sequence == 0));
        if (_connection is { } known && !isAnother)
        {
            return known;
        }

        _isListenNew = false;
        _connection = new ScriptConnection((ushort)(listener?.LocalPort ?? DefaultPort), _nextRemotePort++, isActive: false);
        _connections.Add(_connection);
        return _connection;
    }
}
