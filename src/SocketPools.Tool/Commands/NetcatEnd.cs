using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Serving;

namespace SocketPools.Tool;

/// <summary>The listening end of <c>nc</c>: waits for its one peer.</summary>
internal sealed class NetcatEnd(SocketPool pool, SocketType type, AddressFamily family, TimeSpan? timeout)
{
    internal required Action<IPEndPoint> OnListening { get; init; }

    /// <summary>Waits for a connection, or for the first datagram, which is written out.</summary>
    /// <returns>A socket that is connected to the peer.</returns>
    internal PoolSocket WaitForPeer(string? host, int port, Stream output)
    {
        // Without a host: any address; IPv4 unless IPv6 was asked for.
        AddressFamily wanted = host is null && family == AddressFamily.Unspecified ? AddressFamily.InterNetwork : family;
        AddressInfo row = pool.GetAddressInfo(host, port, wanted, type, flags: AddressInfoFlags.Passive, timeout: timeout)[0];
        PoolSocket socket = pool.CreateSocket(row.Family, row.Type, row.Protocol);
        try
        {
            socket.Timeout = timeout;
            if (type == SocketType.Dgram)
            {
                socket.Bind(row.Address);
                OnListening(socket.LocalEndPoint);
                TakeFirstDatagram(socket, output);
                return socket;
            }

            _ = socket.TrySetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, 1);
            socket.Bind(row.Address);
            socket.Listen(1);
            OnListening(socket.LocalEndPoint);
            PoolSocket peer = Accept(socket);
            socket.Close();
            return peer;
        }
        catch
        {
            socket.Close();
            throw;
        }
    }

    /// <summary>Accepts the peer; a connection that was gone before it could be accepted is no peer.</summary>
    private static PoolSocket Accept(PoolSocket listener)
    {
        while (true)
        {
            try
            {
                return listener.Accept();
            }
            catch (PoolSocketException e) when (e.Errno != Errno.ETIMEDOUT && AcceptRecovery.Classify(e.Errno) == AcceptFailure.Connection)
            {
                // The next one may be it.
            }
        }
    }

    private static void TakeFirstDatagram(PoolSocket socket, Stream output)
    {
        byte[] datagram = new byte[65536];
        int count = socket.ReceiveFromInto(datagram, out IPSocketAddress from);
        socket.Connect(from);
        output.Write(datagram, 0, count);
        output.Flush();
    }
}
