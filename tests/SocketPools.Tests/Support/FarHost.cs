using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using SocketPools.Radios;

namespace SocketPools.Tests;

/// <summary>
/// A host behind one interface: a namespace of its own, joined by a veth pair (NAME0 on this side, NAME1 in there), with
/// servers that answer its name. Every far host has the same addresses.
/// </summary>
internal sealed class FarHost : IDisposable
{
    internal const string Address = "198.18.0.2";
    internal const string Address6 = "fd00:18::2";

    private readonly SocketPool _pool = new(new HostNetwork());
    private readonly BlockingCollection<Action> _work = [];
    private readonly List<Thread> _servers = [];
    private readonly Thread _thread;

    internal FarHost(string name)
    {
        _thread = new Thread(() => NetworkNamespace.Run(() =>
        {
            foreach (Action action in _work.GetConsumingEnumerable())
            {
                action();
            }
        }));
        _thread.Start();
        int id = Run(() => int.Parse(File.ReadAllText("/proc/thread-self/stat").Split(' ')[0], CultureInfo.InvariantCulture));
        NetworkNamespace.Ip($"link add {name}0 type veth peer name {name}1 netns {id}");
        NetworkNamespace.Ip($"link set {name}0 address 02:00:00:00:00:01 mtu 1400 up");
        NetworkNamespace.Ip($"addr add 198.18.0.1/24 dev {name}0");
        NetworkNamespace.Ip($"addr add fd00:18::1/64 dev {name}0 nodad");
        Run(() =>
        {
            NetworkNamespace.Ip($"link set {name}1 up");
            NetworkNamespace.Ip($"addr add {Address}/24 dev {name}1");
            NetworkNamespace.Ip($"addr add {Address6}/64 dev {name}1 nodad");
            Serve(name, AddressFamily.InterNetwork, PortOf(Address));
            Serve(name, AddressFamily.InterNetworkV6, PortOf(Address6));
        });
    }

    /// <summary>The port of the servers, TCP and UDP. The namespace is new, so every port is free in it.</summary>
    internal static int PortOf(string address) => address == Address ? 7001 : 7002;

    /// <summary>Runs a body in the far namespace.</summary>
    internal T Run<T>(Func<T> body)
    {
        TaskCompletionSource<T> done = new();
        _work.Add(() =>
        {
            try
            {
                done.SetResult(body());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        return done.Task.GetAwaiter().GetResult();
    }

    /// <summary>Runs a body in the far namespace.</summary>
    internal void Run(Action body) => Run(() =>
    {
        body();
        return 0;
    });

    public void Dispose()
    {
        _pool.Dispose();
        _servers.ForEach(server => server.Join());
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }

    private void Serve(string name, AddressFamily family, int port)
    {
        byte[] answer = Encoding.ASCII.GetBytes(name);
        PoolSocket tcp = _pool.CreateSocket(family);
        tcp.Bind("", port);
        tcp.Listen();
        PoolSocket udp = _pool.CreateSocket(family, SocketType.Dgram);
        udp.Bind("", port);
        Start(() =>
        {
            using PoolSocket client = tcp.Accept();
            client.ReceiveInto(new byte[16]);
            client.SendAll(answer);
        });
        Start(() =>
        {
            udp.ReceiveFromInto(new byte[16], out IPSocketAddress from);
            udp.SendTo(answer, from);
        });
    }

    private void Start(Action serveOne)
    {
        Thread thread = new(() =>
        {
            try
            {
                while (true)
                {
                    serveOne();
                }
            }
            catch (PoolSocketException)
            {
                // The pool was disposed: the test is over.
            }
        });
        _servers.Add(thread);
        thread.Start();
    }
}
