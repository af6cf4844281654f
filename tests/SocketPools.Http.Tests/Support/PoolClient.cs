using SocketPools.Radios;
using SocketPools.Streams;
using SocketPools.Tests;
using SocketPools.Tests.Streams;

namespace SocketPools.Http.Tests;

/// <summary>An HttpClient on a pool of its own, which trusts the test's authority.</summary>
internal sealed class PoolClient : IDisposable
{
    private readonly TestPool _pool;

    internal PoolClient(int maxSockets = HostNetwork.DefaultMaxSockets, Action<SocketsHttpHandler>? configure = null)
    {
        _pool = new TestPool(maxSockets);
        SocketsHttpHandler handler = new() { UseProxy = false };
        handler.SslOptions.CertificateChainPolicy = TestCertificates.Trust(TestCertificates.Authority);
        configure?.Invoke(handler);
        Client = new HttpClient(handler.UseSocketPool(_pool.Pool))
        {
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = TimeSpan.FromSeconds(100),
        };
    }

    internal HttpClient Client { get; }

    internal SocketPool Pool => _pool.Pool;

    /// <summary>The first exception of a kind in a chain.</summary>
    internal static T Find<T>(Exception e)
        where T : Exception
    {
        for (Exception? inner = e; inner is not null; inner = inner.InnerException)
        {
            if (inner is T found)
            {
                return found;
            }
        }

        Assert.Fail($"no {typeof(T).Name} in {e}");
        return null!;
    }

    /// <summary>A listener that answers no connect any more: its backlog is full.</summary>
    internal static PoolSocket SilentListener(TestPool servers)
    {
        PoolSocket listener = servers.Listener(backlog: 0);
        for (int i = 0; i < 20; i++)
        {
            PoolSocket socket = servers.Pool.CreateSocket();
            socket.SetTimeout(0.2);
            try
            {
                socket.Connect(listener.LocalEndPoint);
            }
            catch (PoolSocketException e) when (e.Errno == Errno.ETIMEDOUT)
            {
                return listener;
            }
        }

        Assert.Fail("the backlog does not become full");
        return listener;
    }

    public void Dispose()
    {
        Client.Dispose();
        _pool.Dispose();
    }
}
