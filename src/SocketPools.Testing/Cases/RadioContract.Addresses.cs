using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Testing;

public static partial class RadioContract
{
    private static readonly SocketType[] s_bothTypes = [SocketType.Stream, SocketType.Dgram];

    private static IEnumerable<ContractCase> AddressCases =>
    [
        new("An unbound socket has the address any and port 0", run =>
        {
            foreach (SocketType type in s_bothTypes)
            {
                IPSocketAddress local = run.LocalOf(run.Open(run.Near, type));
                run.IsTrue(local.Family == run.Family && local.IsAny && local.Port == 0, "any address and port 0", $"{local}");
            }
        }),
        new("A socket without a peer answers ENOTCONN for it", run =>
        {
            foreach (SocketType type in s_bothTypes)
            {
                run.Fails(Errno.ENOTCONN, run.Open(run.Near, type).GetRemoteAddress(out _), $"GetRemoteAddress of a {type}");
            }
        }),
        new("Binding to port 0 takes a free port, another one each time", run =>
        {
            foreach (SocketType type in s_bothTypes)
            {
                run.Bound(run.Near, run.Pair.NearAddress, type, out IPSocketAddress first);
                run.Bound(run.Near, run.Pair.NearAddress, type, out IPSocketAddress second);
                run.Same(run.Pair.NearAddress, first.ToIPAddress(), "the address");
                run.IsTrue(first.Port != 0 && second.Port != 0 && first.Port != second.Port, "two ports", $"{first.Port} and {second.Port}");
            }
        }),
        new("A socket can be bound to any address", run =>
        {
            IPAddress any = run.Family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;
            run.Bound(run.Near, any, SocketType.Stream, out IPSocketAddress local);
            run.IsTrue(local.IsAny && local.Port != 0, "any address and a port", $"{local}");
        }),
        new("An address that another socket has is EADDRINUSE", run =>
        {
            foreach (SocketType type in s_bothTypes)
            {
                run.Bound(run.Near, run.Pair.NearAddress, type, out IPSocketAddress taken);
                run.Fails(Errno.EADDRINUSE, run.Open(run.Near, type).Bind(taken), $"Bind of a second {type}");
            }
        }),
        new("Streams and datagrams have ports of their own", run =>
        {
            RadioResult result = Errno.EADDRINUSE;
            for (int i = 0; i < 8 && result.Errno == Errno.EADDRINUSE; i++)
            {
                // On a host some other program may have just this stream port, but hardly all of them.
                run.Bound(run.Near, run.Pair.NearAddress, SocketType.Dgram, out IPSocketAddress taken);
                result = run.Open(run.Near, SocketType.Stream).Bind(taken);
            }

            run.Ok(result, "Bind of a stream to the port of a datagram socket");
        }),
        new("The address of another host is EADDRNOTAVAIL", run =>
        {
            foreach (SocketType type in s_bothTypes)
            {
                run.Fails(Errno.EADDRNOTAVAIL, run.Open(run.Near, type).Bind(new IPSocketAddress(run.Pair.UnassignedAddress, 0)), $"Bind to {run.Pair.UnassignedAddress}");
            }
        }),
        new("A socket is bound once: a second time is EINVAL", run =>
        {
            RadioSocket socket = run.NearDatagram(out _);
            run.Fails(Errno.EINVAL, socket.Bind(new IPSocketAddress(run.Pair.NearAddress, 0)), "the second Bind");
        }),
        new("Closing gives the address back at once", run =>
        {
            foreach (SocketType type in s_bothTypes)
            {
                RadioSocket first = run.Bound(run.Near, run.Pair.NearAddress, type, out IPSocketAddress local);
                first.Close();
                run.Ok(run.Open(run.Near, type).Bind(local), $"Bind of a {type} to the port of a closed one");
            }
        }),
        new("Both ends of a connection have the same two addresses", run =>
        {
            (RadioSocket client, RadioSocket server) = run.Connection();
            run.Same(run.LocalOf(client), run.RemoteOf(server), "the server's peer");
            run.Same(run.LocalOf(server), run.RemoteOf(client), "the client's peer");
            run.Same(run.Pair.FarAddress, run.LocalOf(server).ToIPAddress(), "the server's address");
        }),
        new("A client that was bound keeps its address when it connects", run =>
        {
            RadioSocket listener = run.Listener(out IPSocketAddress address);
            RadioSocket client = run.Bound(run.Near, run.Pair.NearAddress, SocketType.Stream, out IPSocketAddress local);
            run.Ok(run.Call("Connect", () => client.Connect(address, ContractRun.At(client, ContractRun.Long))), "Connect");
            run.Same(local, run.LocalOf(client), "the client's address");
            run.Ok(run.Call("Accept", () =>
            {
                RadioResult result = listener.Accept(out RadioSocket? server, out IPSocketAddress remote, ContractRun.At(listener, ContractRun.Long));
                run.Track(server!);
                run.Same(local, remote, "the accepted peer");
                return result;
            }), "Accept");
        }),
        new("A datagram socket has an address once it has sent", run =>
        {
            run.FarDatagram(out IPSocketAddress far);
            RadioSocket near = run.Open(run.Near, SocketType.Dgram);
            run.Ok(near.TrySendTo([1], far), "TrySendTo");
            run.IsTrue(run.LocalOf(near).Port != 0, "a port", "0");
        }),
    ];
}
