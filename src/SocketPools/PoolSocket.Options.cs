using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketPools.Radios;

namespace SocketPools;

public sealed partial class PoolSocket
{
    /// <summary>Sets an option that is a flag: <c>setsockopt</c>.</summary>
    /// <param name="level">The level.</param>
    /// <param name="name">The option.</param>
    /// <param name="value">On or off.</param>
    /// <exception cref="PoolSocketException">ENOPROTOOPT: the radio does not have the option; setsockopt(2).</exception>
    public void SetSocketOption(SocketOptionLevel level, SocketOptionName name, bool value) =>
        SetSocketOption(level, name, value ? 1 : 0);

    /// <summary>Sets an option that is a number: <c>setsockopt</c>.</summary>
    /// <param name="level">The level.</param>
    /// <param name="name">The option.</param>
    /// <param name="value">In the option's own unit and range, for example bytes for SendBuffer, 0..255 for MulticastTimeToLive.</param>
    /// <exception cref="PoolSocketException">ENOPROTOOPT, EINVAL (out of range); setsockopt(2).</exception>
    public void SetSocketOption(SocketOptionLevel level, SocketOptionName name, int value) =>
        SetSocketOption(level, name, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in value)));

    /// <summary>Sets an option that is a structure: <c>setsockopt</c>.</summary>
    /// <param name="level">The level.</param>
    /// <param name="name">The option.</param>
    /// <param name="value">The structure as the system lays it out, for example <c>ip_mreq</c> for AddMembership.</param>
    /// <exception cref="PoolSocketException">ENOPROTOOPT, EINVAL; setsockopt(2).</exception>
    public void SetSocketOption(SocketOptionLevel level, SocketOptionName name, ReadOnlySpan<byte> value)
    {
        Deadline deadline = StartCall();
        _mayLinger |= name == SocketOptionName.Linger;
        CheckOption(_socket.SetOption(level, name, value), "setsockopt", level, name, deadline);
    }

    /// <summary>Reads a number or a flag: <c>getsockopt</c>.</summary>
    /// <param name="level">The level.</param>
    /// <param name="name">The option.</param>
    /// <returns>The value; flags are 0 or 1. Error is reported once and is the number of <see cref="Errno"/>.</returns>
    /// <exception cref="PoolSocketException">ENOPROTOOPT; getsockopt(2).</exception>
    public int GetSocketOption(SocketOptionLevel level, SocketOptionName name)
    {
        int value = 0;
        GetSocketOption(level, name, MemoryMarshal.AsBytes(new Span<int>(ref value)));
        return value;
    }

    /// <summary>Reads an option that is a structure: <c>getsockopt</c>.</summary>
    /// <param name="level">The level.</param>
    /// <param name="name">The option.</param>
    /// <param name="value">Takes it as the system lays it out.</param>
    /// <returns>Its length in bytes.</returns>
    /// <exception cref="PoolSocketException">ENOPROTOOPT; getsockopt(2).</exception>
    public int GetSocketOption(SocketOptionLevel level, SocketOptionName name, Span<byte> value)
    {
        Deadline deadline = StartCall();
        RadioResult result = _socket.GetOption(level, name, value);
        CheckOption(result, "getsockopt", level, name, deadline);
        return result.Count;
    }

    /// <summary>Sets an option by the operating system's own numbers, where there is one behind the radio.</summary>
    /// <param name="level">The system's number, for example 1 for SOL_SOCKET on Linux.</param>
    /// <param name="name">The system's number, for example 2 for SO_REUSEADDR on Linux.</param>
    /// <param name="value">The bytes; a number is 4 of them in the machine's order.</param>
    /// <exception cref="PoolSocketException">ENOPROTOOPT; setsockopt(2).</exception>
    public void SetRawSocketOption(int level, int name, ReadOnlySpan<byte> value)
    {
        Deadline deadline = StartCall();
        _mayLinger = true; // perhaps: the numbers are the system's
        Check(_socket.SetRawOption(level, name, value), "setsockopt", deadline);
    }

    /// <summary>Reads an option by the operating system's own numbers, where there is one behind the radio.</summary>
    /// <param name="level">The system's number.</param>
    /// <param name="name">The system's number.</param>
    /// <param name="value">Takes the bytes.</param>
    /// <returns>The value's length.</returns>
    /// <exception cref="PoolSocketException">ENOPROTOOPT; getsockopt(2).</exception>
    public int GetRawSocketOption(int level, int name, Span<byte> value)
    {
        Deadline deadline = StartCall();
        RadioResult result = _socket.GetRawOption(level, name, value);
        Check(result, "getsockopt", deadline);
        return result.Count;
    }

    /// <summary>Joins a multicast group (RFC 1112, RFC 3493 section 5.2): datagrams to it arrive at this socket.</summary>
    /// <param name="group">A multicast address in the socket's family.</param>
    /// <param name="interfaceAddress">IPv4: an address of the interface to join on; null lets the system choose.</param>
    /// <param name="interfaceIndex">IPv6: the number of the interface; 0 takes the group's scope, or lets the system choose.</param>
    /// <exception cref="PoolSocketException">EINVAL (no multicast address), EADDRINUSE (joined already), ENODEV; ip(7).</exception>
    /// <exception cref="ArgumentException">The group is not of the socket's family, or the interface's address is not IPv4.</exception>
    public void JoinMulticastGroup(IPAddress group, IPAddress? interfaceAddress = null, int interfaceIndex = 0) =>
        ChangeMembership(SocketOptionName.AddMembership, group, interfaceAddress, interfaceIndex);

    /// <summary>Leaves a multicast group that the socket has joined.</summary>
    /// <param name="group">A group that was joined.</param>
    /// <param name="interfaceAddress">IPv4: as at joining.</param>
    /// <param name="interfaceIndex">IPv6: as at joining.</param>
    /// <exception cref="PoolSocketException">EADDRNOTAVAIL: it was not joined; ip(7).</exception>
    /// <exception cref="ArgumentException">The group is not of the socket's family, or the interface's address is not IPv4.</exception>
    public void LeaveMulticastGroup(IPAddress group, IPAddress? interfaceAddress = null, int interfaceIndex = 0) =>
        ChangeMembership(SocketOptionName.DropMembership, group, interfaceAddress, interfaceIndex);

    /// <summary>An error of an option names it.</summary>
    private void CheckOption(RadioResult result, string operation, SocketOptionLevel level, SocketOptionName name, in Deadline deadline)
    {
        if (result.Failed)
        {
            _socket.GetLocalAddress(out IPSocketAddress local);
            _socket.GetRemoteAddress(out IPSocketAddress remote);
            string hint = _pool.Radio.GetHint(operation, result.Errno) ?? (result.Errno == Errno.ENOPROTOOPT
                ? $"This radio has no such option for a {Type} socket: {level}.{name}"
                : $"The option is {level}.{name}");
            throw new PoolSocketException(result.Errno, operation, _pool.Radio.Name, local, remote, deadline.Elapsed, hint);
        }

        GC.KeepAlive(this);
    }

    private void ChangeMembership(SocketOptionName change, IPAddress group, IPAddress? interfaceAddress, int interfaceIndex)
    {
        ArgumentNullException.ThrowIfNull(group);
        if (group.AddressFamily != Family)
        {
            throw new ArgumentException($"The group {group} is not of the socket's family {Family}.", nameof(group));
        }

        if (interfaceAddress is { AddressFamily: not AddressFamily.InterNetwork })
        {
            throw new ArgumentException($"Interfaces are named by an IPv4 address of theirs, not by {interfaceAddress}; for IPv6 give the number.", nameof(interfaceAddress));
        }

        // struct ip_mreq: group and interface; struct ipv6_mreq: group and the interface's number.
        Span<byte> membership = stackalloc byte[20];
        group.TryWriteBytes(membership, out int length);
        if (length == 4)
        {
            (interfaceAddress ?? IPAddress.Any).TryWriteBytes(membership[4..], out _);
            SetSocketOption(SocketOptionLevel.IP, change, membership[..8]);
            return;
        }

        int index = interfaceIndex != 0 ? interfaceIndex : (int)group.ScopeId;
        if (BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.WriteInt32LittleEndian(membership[16..], index);
        }
        else
        {
            BinaryPrimitives.WriteInt32BigEndian(membership[16..], index);
        }

        SetSocketOption(SocketOptionLevel.IPv6, change, membership);
    }
}
