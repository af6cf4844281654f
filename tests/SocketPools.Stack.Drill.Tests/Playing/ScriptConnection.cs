using SocketPools.Stack.Drill.Tests.Parsing;
using SocketPools.Stack.Drill.Tests.Wire;

namespace SocketPools.Stack.Drill.Tests.Playing;

/// <summary>A connection as the script sees it: how its numbers lie to those on the wire.</summary>
internal sealed class ScriptConnection(ushort localPort, ushort remotePort, bool isActive)
{
    private uint? _localIsn;
    private uint _localSyn;
    private uint _remoteSyn;
    private uint? _timestampOffset;
    private readonly Dictionary<uint, uint> _timestamps = [];

    internal ushort LocalPort => localPort;

    internal ushort RemotePort => remotePort;

    /// <summary>Whether the stack opened it.</summary>
    internal bool IsActive => isActive;

    internal bool IsAccepted { get; set; }

    internal bool IsClosed { get; set; }

    internal bool WasReset { get; set; }

    /// <summary>Bytes that the program has written and read.</summary>
    internal long Written { get; set; }

    internal long Read { get; set; }

    /// <summary>Whether the peer's SYN is known.</summary>
    internal bool HasRemoteSyn { get; private set; }

    internal bool HasLocalIsn => _localIsn is not null;

    private uint RemoteIsn { get; set; }

    /// <summary>The peer's SYN says where its numbers begin; in scripts everything but the SYN counts from it.</summary>
    internal void TakeRemoteSyn(uint sequence)
    {
        HasRemoteSyn = true;
        _remoteSyn = RemoteIsn = sequence;
    }

    internal uint RemoteOffset(bool isSyn) => isSyn ? RemoteIsn - _remoteSyn : RemoteIsn;

    internal uint LocalOffset(bool isSyn) => isSyn ? _localIsn.GetValueOrDefault() - _localSyn : _localIsn.GetValueOrDefault();

    internal uint PayloadStart(uint sequence, bool isSyn) => isSyn ? sequence - _remoteSyn : sequence - 1;

    /// <summary>The stack's SYN says where its numbers begin.</summary>
    internal void LearnSyn(ScriptPacket expected, DrillSegment sent)
    {
        if (_localIsn is null || expected.IsAnySequence || (WasReset && _localIsn != sent.Sequence))
        {
            (WasReset, _localIsn, _localSyn) = (false, sent.Sequence, expected.Sequence);
        }
    }

    /// <summary>The stack's timestamps begin anywhere; later echoes in the script stand for the real ones.</summary>
    internal void LearnTimestamp(uint scripted, uint sent)
    {
        _timestampOffset ??= sent - scripted;
        _timestamps[scripted] = sent;
    }

    internal int TimestampDifference(uint scripted, uint sent) => (int)(sent - (_timestampOffset ?? sent - scripted) - scripted);

    internal uint Echo(uint scripted, bool isAcknowledging) =>
        _timestamps.TryGetValue(scripted, out uint sent) ? sent
        : scripted == 0 && !isAcknowledging ? 0
        : scripted + _timestampOffset.GetValueOrDefault();
}

/// <summary>A socket of the script's program.</summary>
internal sealed class ScriptSocket(Radios.RadioSocket socket)
{
    internal Radios.RadioSocket Socket => socket;

    internal bool IsNonBlocking { get; set; }

    internal bool IsListening { get; set; }

    internal ScriptConnection? Connection { get; set; }

    internal int LocalPort
    {
        get
        {
            socket.GetLocalAddress(out Radios.IPSocketAddress address);
            return address.Port;
        }
    }
}

/// <summary>The bytes of streams, in both directions: each tells its place.</summary>
internal static class Pattern
{
    internal static byte At(long place) => unchecked((byte)((place * 31) + ((place >> 8) * 17) + 5));

    internal static void Fill(Span<byte> bytes, long start)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = At((uint)(start + i));
        }
    }

    /// <summary>The first byte that is not as it was sent, or -1.</summary>
    internal static int FindWrong(ReadOnlySpan<byte> bytes, long start)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != At((uint)(start + i)))
            {
                return i;
            }
        }

        return -1;
    }
}
