using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketPools.Radios;
using SocketPools.Stack.Core;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.Raw;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Sockets;

/// <summary>A RAW socket of a stack: raw(7), RFC 3542. Ports play no part in it.</summary>
internal sealed class StackRawSocket : StackPacketSocket
{
    // IPV6_CHECKSUM, at IPPROTO_IPV6 and SOL_RAW.
    private const int ChecksumOption = 7;
    private const int IPv6Level = 41;

    private readonly RawEndpoint _end;
    private bool _sendEnded;
    private bool _receiveEnded;

    internal StackRawSocket(StackRadio radio, AddressFamily family, byte protocol)
        : base(radio, family)
    {
        lock (radio.Network.Gate)
        {
            _end = new RawEndpoint(radio.Raw, family, protocol, ChangedUnsynchronized);
        }
    }

    public override SocketType Type => SocketType.Raw;

    public override ProtocolType Protocol => (ProtocolType)_end.Protocol;

    protected override PacketEnd End => _end;

    private bool IsIcmp => Protocol == (Family == AddressFamily.InterNetwork ? ProtocolType.Icmp : ProtocolType.IcmpV6);

    public override RadioResult Bind(in IPSocketAddress local)
    {
        IPNumber address = IPNumber.From(local);
        lock (Network.Gate)
        {
            if (IsClosed || _end.IsConnected)
            {
                return IsClosed ? Errno.EBADF : Errno.EINVAL;
            }

            if (!Network.IsLocal(address) && !address.IsMulticast && !address.IsLimitedBroadcast)
            {
                return Errno.EADDRNOTAVAIL;
            }

            _end.Bind(address);
            return RadioResult.Ok;
        }
    }

    public override RadioResult Listen(int backlog) => Refused(Errno.EOPNOTSUPP);

    public override RadioResult TryAccept(out RadioSocket? accepted, out IPSocketAddress remote)
    {
        (accepted, remote) = (null, default);
        return Refused(Errno.EOPNOTSUPP);
    }

    public override RadioResult TryConnect(in IPSocketAddress remote)
    {
        lock (Network.Gate)
        {
            return IsClosed ? Errno.EBADF : _end.Connect(IPNumber.From(remote), ScopeOf(remote));
        }
    }

    public override RadioResult FinishConnect()
    {
        lock (Network.Gate)
        {
            Errno error = IsClosed ? Errno.EBADF : _end.TakeError();
            ShowUnsynchronized();
            return error;
        }
    }

    public override RadioResult Shutdown(SocketShutdown how)
    {
        lock (Network.Gate)
        {
            if (IsClosed)
            {
                return Errno.EBADF;
            }

            _receiveEnded |= how != SocketShutdown.Send;
            _sendEnded |= how != SocketShutdown.Receive;
            ChangedUnsynchronized();
            return _end.IsConnected ? RadioResult.Ok : Errno.ENOTCONN;
        }
    }

    public override RadioResult TrySend(ReadOnlySpan<byte> data)
    {
        RadioResult result;
        lock (Network.Gate)
        {
            result = !IsClosed && !_end.IsConnected && !_sendEnded ? Errno.EDESTADDRREQ : Send(data, _end.RemoteAddress, null);
        }

        Network.DriveIfNeeded();
        return result;
    }

    public override RadioResult TrySendTo(ReadOnlySpan<byte> data, in IPSocketAddress remote)
    {
        RadioResult result;
        lock (Network.Gate)
        {
            result = Send(data, IPNumber.From(remote), ScopeOf(remote));
        }

        Network.DriveIfNeeded();
        return result;
    }

    public override RadioResult TryReceive(Span<byte> buffer) => TryReceiveFrom(buffer, out _);

    public override RadioResult TryReceiveFrom(Span<byte> buffer, out IPSocketAddress remote)
    {
        remote = default;
        lock (Network.Gate)
        {
            Errno pending = IsClosed ? Errno.EBADF : _end.TakeError();
            RadioResult result = pending != Errno.None ? pending : _end.Receive(buffer, out remote);
            ShowUnsynchronized();
            return result.Errno == Errno.EAGAIN && _receiveEnded ? RadioResult.FromCount(0) : result;
        }
    }

    public override RadioResult GetLocalAddress(out IPSocketAddress local)
    {
        lock (Network.Gate)
        {
            local = IsClosed ? default : _end.LocalAddress.ToSocketAddress(0);
            return IsClosed ? Errno.EBADF : RadioResult.Ok;
        }
    }

    public override RadioResult GetRemoteAddress(out IPSocketAddress remote)
    {
        lock (Network.Gate)
        {
            bool has = !IsClosed && _end.IsConnected;
            remote = has ? _end.RemoteAddress.ToSocketAddress(0) : default;
            return IsClosed ? Errno.EBADF : has ? RadioResult.Ok : Errno.ENOTCONN;
        }
    }

    /// <summary>Linux's numbers of ICMP_FILTER, ICMP6_FILTER and IPV6_CHECKSUM, which the BCL has no names for.</summary>
    public override RadioResult SetRawOption(int level, int name, ReadOnlySpan<byte> value)
    {
        lock (Network.Gate)
        {
            if (IsClosed)
            {
                return Errno.EBADF;
            }

            if (IsFilter(level, name))
            {
                Span<byte> bits = IcmpFilter.Bytes(ref _end.Filter, level == IcmpFilter.Icmpv6Level);
                value[..Math.Min(value.Length, bits.Length)].CopyTo(bits);
                return RadioResult.Ok;
            }

            return !IsChecksum(level, name) ? base.SetRawOption(level, name, value)
                : value.Length < sizeof(int) ? Errno.EINVAL
                : SetChecksum(MemoryMarshal.Read<int>(value));
        }
    }

    /// <inheritdoc cref="SetRawOption"/>
    public override RadioResult GetRawOption(int level, int name, Span<byte> value)
    {
        lock (Network.Gate)
        {
            if (IsClosed || !(IsFilter(level, name) || IsChecksum(level, name)))
            {
                return IsClosed ? Errno.EBADF : base.GetRawOption(level, name, value);
            }

            int offset = Protocol == ProtocolType.IcmpV6 ? 2 : _end.ChecksumOffset;
            ReadOnlySpan<byte> known = IsChecksum(level, name)
                ? MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in offset))
                : IcmpFilter.Bytes(ref _end.Filter, level == IcmpFilter.Icmpv6Level);
            int count = Math.Min(known.Length, value.Length);
            known[..count].CopyTo(value);
            return RadioResult.FromCount(count);
        }
    }

    protected override Errno Set(SocketOptionLevel level, SocketOptionName name, int value)
    {
        if ((level, name) == (SocketOptionLevel.IP, SocketOptionName.HeaderIncluded) && Family == AddressFamily.InterNetwork)
        {
            _end.IncludesHeader = value != 0;
            return Errno.None;
        }

        return base.Set(level, name, value);
    }

    protected override int? Get(SocketOptionLevel level, SocketOptionName name) =>
        (level, name) == (SocketOptionLevel.IP, SocketOptionName.HeaderIncluded) && Family == AddressFamily.InterNetwork
            ? (_end.IncludesHeader ? 1 : 0)
            : base.Get(level, name);

    protected override Readiness AskUnsynchronized(Readiness interest)
    {
        Readiness ready = Readiness.Writable & interest;
        if (_end.HasPacket || _receiveEnded || _end.PendingError != Errno.None)
        {
            ready |= Readiness.Readable & interest;
        }

        return ready
            | (_end.PendingError != Errno.None ? Readiness.Error : 0)
            | (_receiveEnded && _sendEnded ? Readiness.HangUp : 0);
    }

    protected override void EndUnsynchronized() => _end.Close();

    private RadioResult Send(ReadOnlySpan<byte> data, in IPNumber remote, StackInterface? scope)
    {
        Errno pending = IsClosed ? Errno.EBADF : _sendEnded ? Errno.EPIPE : _end.TakeError();
        ShowUnsynchronized();
        return pending != Errno.None ? pending : _end.Send(data, remote, scope);
    }

    private bool IsFilter(int level, int name) =>
        IsIcmp && name == IcmpFilter.Option && level == (Family == AddressFamily.InterNetwork ? IcmpFilter.RawLevel : IcmpFilter.Icmpv6Level);

    private bool IsChecksum(int level, int name) =>
        Family == AddressFamily.InterNetworkV6 && name == ChecksumOption && level is IPv6Level or IcmpFilter.RawLevel;

    /// <summary>RFC 3542, section 3.1: an even place, or none; ICMPv6 has its own, which cannot be changed.</summary>
    private Errno SetChecksum(int offset)
    {
        if (Protocol == ProtocolType.IcmpV6 || offset % 2 > 0)
        {
            return Errno.EINVAL;
        }

        _end.ChecksumOffset = Math.Max(offset, -1);
        return Errno.None;
    }

    private RadioResult Refused(Errno errno)
    {
        lock (Network.Gate)
        {
            return IsClosed ? Errno.EBADF : errno;
        }
    }
}
