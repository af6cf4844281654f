using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Testing;

public static partial class RadioContract
{
    /// <summary>A whole pool on the radio: what programs see.</summary>
    private static IEnumerable<ContractCase> PoolCases =>
    [
        WithPools("A pool's sockets talk, and closing gives every place back", (run, near, far) =>
        {
            using (PoolSocket listener = far.CreateSocket(run.Family))
            using (PoolSocket client = near.CreateSocket(run.Family))
            {
                listener.Bind(new IPSocketAddress(run.Pair.FarAddress, 0));
                listener.Listen();
                run.Call("Connect", () => Do(() => client.Connect(listener.LocalEndPoint)));
                using PoolSocket server = run.Call("Accept", listener.Accept);
                byte[] data = run.Bytes(5000);
                byte[] buffer = new byte[5000];
                Task<bool> sending = ContractRun.Start(() => Do(() => client.SendAll(data)));
                for (int have = 0; have < data.Length;)
                {
                    int at = have;
                    have += run.Call("ReceiveInto", () => server.ReceiveInto(buffer.AsSpan(at)));
                }

                run.Finish(sending, "SendAll");
                run.SameBytes(data, buffer, "the data");
                run.IsTrue(near.OpenCount >= 1 && far.OpenCount >= 2, "sockets to be counted", $"{near.OpenCount} and {far.OpenCount}");
            }

            run.Same((0, 0), (near.OpenCount, far.OpenCount), "open sockets");
            near.AssertNoLeaks();
            far.AssertNoLeaks();
        }),
        WithPools("A pool hands out as many sockets as the radio's budget says, again and again", (run, near, _) =>
        {
            int before = near.Radio.MaxSockets;
            near.Radio.MaxSockets = Math.Min(3, near.Radio.MaxSocketsLimit);
            try
            {
                for (int round = 0; round < 3; round++)
                {
                    PoolSocket[] all = [.. Enumerable.Range(0, near.MaxSockets).Select(_ => near.CreateSocket(run.Family, SocketType.Dgram))];
                    OutOfSocketsException? full = Catch<OutOfSocketsException>(() => near.CreateSocket(run.Family).Close());
                    run.IsTrue(full is not null, "OutOfSocketsException", "another socket");
                    foreach (PoolSocket socket in all)
                    {
                        socket.Close();
                    }

                    run.Same(0, near.OpenCount, "open sockets");
                }
            }
            finally
            {
                near.Radio.MaxSockets = before;
            }
        }),
        WithPools("Timeouts of a pool's socket are the radio's deadlines", (run, near, _) =>
        {
            using PoolSocket socket = near.CreateSocket(run.Family, SocketType.Dgram);
            socket.Bind(new IPSocketAddress(run.Pair.NearAddress, 0));
            socket.SetTimeout(s_short.TotalSeconds);
            PoolSocketException? late = null;
            run.LastsUntil(s_short, near.Radio, "ReceiveInto", () =>
            {
                late = Catch<PoolSocketException>(() => socket.ReceiveInto(new byte[1]));
                return RadioResult.Ok;
            });
            run.Same(Errno.ETIMEDOUT, late?.Errno, "the error");
            socket.SetBlocking(false);
            run.Same(Errno.EAGAIN, Catch<PoolSocketException>(() => socket.ReceiveInto(new byte[1]))?.Errno, "the error with timeout 0");
        }),
        WithPools("Disposing a pool wakes what waits on its sockets", (run, near, _) =>
        {
            PoolSocket socket = near.CreateSocket(run.Family, SocketType.Dgram);
            socket.Bind(new IPSocketAddress(run.Pair.NearAddress, 0));
            Task<Errno?> receiving = ContractRun.Start(() => Catch<PoolSocketException>(() => socket.ReceiveInto(new byte[1]))?.Errno);
            run.StaysBlocked(receiving, "ReceiveInto");
            near.Dispose();
            run.Same(Errno.EBADF, run.Finish(receiving, "ReceiveInto, after Dispose,"), "the error");
            run.Same(0, near.OpenCount, "open sockets");
        }),
        WithPools("An address of the other family is EAFNOSUPPORT", (run, near, _) =>
        {
            IPSocketAddress other = new(run.Family == AddressFamily.InterNetwork ? IPAddress.IPv6Loopback : IPAddress.Loopback, 9);
            foreach (SocketType type in s_bothTypes)
            {
                using PoolSocket socket = near.CreateSocket(run.Family, type);
                run.Same(Errno.EAFNOSUPPORT, Catch<PoolSocketException>(() => socket.Bind(other))?.Errno, $"Bind of a {type}");
                run.Same(Errno.EAFNOSUPPORT, Catch<PoolSocketException>(() => socket.Connect(other))?.Errno, $"Connect of a {type}");
                run.Same(Errno.EAFNOSUPPORT, Catch<PoolSocketException>(() => socket.SendTo([1], other))?.Errno, $"SendTo of a {type}");
            }
        }),
        WithPools("A host in digits is an address to connect and send to", (run, near, far) =>
        {
            using PoolSocket receiver = far.CreateSocket(run.Family, SocketType.Dgram);
            receiver.Bind(run.Pair.FarAddress.ToString(), 0);
            using PoolSocket sender = near.CreateSocket(run.Family, SocketType.Dgram);
            run.Same(3, sender.SendTo([1, 2, 3], run.Pair.FarAddress.ToString(), receiver.LocalEndPoint.Port), "SendTo");
            run.Same(3, run.Call("ReceiveInto", () => receiver.ReceiveInto(new byte[10])), "ReceiveInto");
        }),
    ];

    private static ContractCase WithPools(string sentence, Action<ContractRun, SocketPool, SocketPool> body) => new(sentence, run =>
    {
        using SocketPool near = new(run.Near);
        using SocketPool? other = ReferenceEquals(run.Near, run.Far) ? null : new SocketPool(run.Far);
        body(run, near, other ?? near);
    });

    private static bool Do(Action action)
    {
        action();
        return true;
    }

    private static T? Catch<T>(Action action)
        where T : Exception
    {
        try
        {
            action();
            return null;
        }
        catch (T e)
        {
            return e;
        }
    }
}
