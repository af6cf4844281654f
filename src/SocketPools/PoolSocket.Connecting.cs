using System.Net;
using System.Net.Sockets;
using SocketPools.Diagnostics;
using SocketPools.Radios;
using SocketPools.Telemetry;

namespace SocketPools;

public sealed partial class PoolSocket
{
    private const int DefaultBacklog = 128;

    /// <summary>
    /// Connects to a host: <c>connect((host, port))</c>. The timeout covers the lookup of the name and the connect together.
    /// </summary>
    /// <param name="host">A name, an address in digits, <c>""</c> for any address, <c>"&lt;broadcast&gt;"</c>.</param>
    /// <param name="port">0..65535.</param>
    /// <exception cref="PoolSocketException">
    /// ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH, ENETUNREACH, EISCONN; EINPROGRESS with timeout 0 (the connect goes on by
    /// itself: wait for <see cref="Readiness.Writable"/>, then read the option Error); connect(2).
    /// </exception>
    /// <exception cref="AddressInfoException">The name does not resolve.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="port"/> is out of range.</exception>
    public void Connect(string host, int port)
    {
        ArgumentNullException.ThrowIfNull(host);
        Connect(default, host, port, StartCall());
    }

    /// <summary>Connects to an address. TCP: makes the connection. UDP and RAW: sets the peer.</summary>
    /// <param name="remote">The peer, in the socket's family.</param>
    /// <exception cref="PoolSocketException">As for the other overload; EAFNOSUPPORT for the wrong family.</exception>
    public void Connect(IPSocketAddress remote) => Connect(remote, StartCall());

    /// <inheritdoc cref="Connect(IPSocketAddress)"/>
    public void Connect(IPEndPoint remote) => Connect((IPSocketAddress)remote);

    /// <summary>Connects to an <see cref="IPEndPoint"/>, or to the host that a <see cref="DnsEndPoint"/> names, as <see cref="Connect(string, int)"/> does.</summary>
    /// <param name="remote">The peer. A <see cref="DnsEndPoint"/> of a family is for sockets of that family.</param>
    /// <exception cref="PoolSocketException">As for the other overloads.</exception>
    /// <exception cref="AddressInfoException">The name does not resolve.</exception>
    /// <exception cref="ArgumentException"><paramref name="remote"/> is of another kind.</exception>
    public void Connect(EndPoint remote)
    {
        switch (remote)
        {
            case IPEndPoint address:
                Connect(address);
                break;
            case DnsEndPoint name when IsForeign(name):
                throw CreateException(Errno.EAFNOSUPPORT, "connect", StartCall());
            case DnsEndPoint name:
                Connect(HostOf(name), name.Port);
                break;
            default:
                throw UnknownEndPoint(remote);
        }
    }

    /// <summary>Binds to an address: <c>bind((host, port))</c>.</summary>
    /// <param name="host">A name, an address in digits, <c>""</c> for any address.</param>
    /// <param name="port">0..65535; 0 takes a free one.</param>
    /// <exception cref="PoolSocketException">EADDRINUSE, EADDRNOTAVAIL, EACCES, EINVAL (bound already); bind(2).</exception>
    /// <exception cref="AddressInfoException">The name does not resolve.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="port"/> is out of range.</exception>
    public void Bind(string host, int port)
    {
        Deadline deadline = StartCall();
        Bind(_pool.ResolveHost(host, port, Family, deadline), deadline);
    }

    /// <summary>Binds the socket to a local address and port: <c>bind(address)</c>.</summary>
    /// <param name="local">An address of this radio, in the socket's family.</param>
    /// <exception cref="PoolSocketException">As for the other overload; EAFNOSUPPORT for the wrong family.</exception>
    public void Bind(IPSocketAddress local) => Bind(local, StartCall());

    /// <inheritdoc cref="Bind(IPSocketAddress)"/>
    public void Bind(IPEndPoint local) => Bind((IPSocketAddress)local);

    /// <summary>Waits for connections from now on: <c>listen(backlog)</c>.</summary>
    /// <param name="backlog">How many connections may wait to be accepted; 128 by default. 0 and less mean the smallest backlog that the radio has.</param>
    /// <exception cref="PoolSocketException">EOPNOTSUPP (not a stream), EADDRINUSE, EINVAL; listen(2).</exception>
    public void Listen(int backlog = DefaultBacklog)
    {
        Deadline deadline = StartCall();
        Check(_socket.Listen(Math.Max(backlog, 0)), "listen", deadline);
        _slot.Note(SocketState.Listening);
    }

    /// <summary>Ends one or both directions of a connection: <c>shutdown(how)</c>. The peer reads the end of the stream.</summary>
    /// <param name="how">Receive, Send or Both.</param>
    /// <exception cref="PoolSocketException">ENOTCONN; EINVAL; shutdown(2).</exception>
    public void Shutdown(SocketShutdown how)
    {
        Deadline deadline = StartCall();
        Check(_socket.Shutdown(how), "shutdown", deadline);
    }

    /// <summary>Connects to an address within a deadline that began before, with the lookup of the name for example.</summary>
    /// <param name="remote">The peer, in the socket's family.</param>
    /// <param name="deadline">When to give up.</param>
    /// <exception cref="PoolSocketException">As for <see cref="Connect(IPSocketAddress)"/>.</exception>
    public void Connect(in IPSocketAddress remote, in Deadline deadline) => Connect(remote, null, 0, deadline);

    /// <summary>Connects to an address, or to a host that the caller named, which telemetry tells.</summary>
    private void Connect(IPSocketAddress remote, string? host, int port, in Deadline deadline)
    {
        ConnectWatch? watch = ConnectWatch.Start(_pool, _slot, host, port);
        try
        {
            if (host is not null)
            {
                remote = _pool.ResolveHost(host, port, Family, deadline);
            }

            watch?.Begin(remote);
            ConnectUnwatched(remote, deadline);
        }
        catch (Exception e)
        {
            watch?.Fail(e);
            throw;
        }

        watch?.Succeed();
    }

    private void ConnectUnwatched(in IPSocketAddress remote, in Deadline deadline)
    {
        ThrowIfOtherFamily(remote, "connect", deadline);
        RadioResult result = _socket.Connect(remote, deadline);
        if (result.Errno is Errno.EINPROGRESS or Errno.ETIMEDOUT)
        {
            _slot.NotePeer(SocketState.Connecting, remote);
        }

        Check(result, "connect", deadline, remote);
        _slot.NotePeer(SocketState.Connected, remote);
    }

    private void Bind(in IPSocketAddress local, in Deadline deadline)
    {
        ThrowIfOtherFamily(local, "bind", deadline);
        RadioResult result = _socket.Bind(local);
        if (result.Failed)
        {
            throw new PoolSocketException(
                result.Errno, "bind", _pool.Radio.Name, local, default, deadline.Elapsed, _pool.Radio.GetHint("bind", result.Errno));
        }

        _slot.Note(SocketState.Bound);
    }

    /// <summary>The host without the brackets around an IPv6 address, with which System.Net.Sockets takes it too: <c>[::1]</c>.</summary>
    internal static string HostOf(DnsEndPoint name) => name.Host is ['[', .. string address, ']'] && address.Contains(':', StringComparison.Ordinal) ? address : name.Host;

    private bool IsForeign(DnsEndPoint name) => name.AddressFamily != AddressFamily.Unspecified && name.AddressFamily != Family;

    private static ArgumentException UnknownEndPoint(EndPoint remote)
    {
        ArgumentNullException.ThrowIfNull(remote);
        return new ArgumentException($"A pool connects to an IPEndPoint or a DnsEndPoint, not to a {remote.GetType().Name}.", nameof(remote));
    }

    private void ThrowIfOtherFamily(in IPSocketAddress address, string operation, in Deadline deadline)
    {
        if (address.Family != Family)
        {
            throw CreateException(Errno.EAFNOSUPPORT, operation, deadline, address);
        }
    }
}
