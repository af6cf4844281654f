using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketPools.Radios;
using SocketPools.Stack.Endpoints;
using SocketPools.Stack.Raw;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Sockets;

/// <summary>A RAW socket of a stack: raw(7), RFC 3542. Ports play no part in it.</summary>
internal sealed class StackRawSocket : StackDatagramSocketBase
{
    // IPV6_CHECKSUM, at IPPROTO_IPV6 and SOL_RAW.
    private const int ChecksumOption = 7;
    private const int IPv6Level = 41;

    private readonly RawEndpoint _end;

    internal StackRawSocket(StackTransports stack, AddressFamily family, byte protocol)
        : base(stack, family)
    {
        using (stack.Network.Gate.EnterScope())
        {
            _end = new RawEndpoint(stack.Raw, family, protocol, ChangedUnsynchronized) { Owner = this };
        }
    }

    public override SocketType Type => SocketType.Raw;

    public override ProtocolType Protocol => (ProtocolType)_end.Protocol;

    protected override DatagramEndpoint End => _end;

    private bool IsIcmp => Protocol == (Family == AddressFamily.InterNetwork ? ProtocolType.Icmp : ProtocolType.IcmpV6);

    public override RadioResult Bind(in IPSocketAddress local)
    {
        IPAddressValue address = IPAddressValue.From(local);
        using (Network.Gate.EnterScope())
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

    /// <summary>Linux's numbers of ICMP_FILTER, ICMP6_FILTER and IPV6_CHECKSUM, which the BCL has no names for.</summary>
    public override RadioResult SetRawOption(int level, int name, ReadOnlySpan<byte> value)
    {
        using (Network.Gate.EnterScope())
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
        using (Network.Gate.EnterScope())
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

        // Linux: a RAW socket's "port" is its protocol, so that IPV6_V6ONLY is fixed from the start, and off.
        return (level, name) == (SocketOptionLevel.IPv6, SocketOptionName.IPv6Only) && Family == AddressFamily.InterNetworkV6
            ? Errno.EINVAL
            : base.Set(level, name, value);
    }

    /// <summary>A RAW socket of IPv6 has no IPv4 behind it.</summary>
    protected override Errno RefusalOf(in IPAddressValue remote) =>
        remote.IsIPv4 && Family == AddressFamily.InterNetworkV6 ? Errno.ENETUNREACH : Errno.None;

    protected override int? Get(SocketOptionLevel level, SocketOptionName name) =>
        (level, name) == (SocketOptionLevel.IP, SocketOptionName.HeaderIncluded) && Family == AddressFamily.InterNetwork
            ? (_end.IncludesHeader ? 1 : 0)
            : (level, name) == (SocketOptionLevel.IPv6, SocketOptionName.IPv6Only) && Family == AddressFamily.InterNetworkV6 ? 0
            : base.Get(level, name);

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
}
