using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using MQTTnet;
using SocketPools.Radios;
using SocketPools.Streams;

namespace SocketPools.MqttNet;

/// <summary>Makes the connection that a client's options ask for: place, lookup, connect and TLS within one time.</summary>
internal sealed class MqttConnector(SocketPool pool, MqttClientOptions options, MqttClientTcpOptions tcp)
{
    private readonly TimeProvider _clock = pool.Radio.TimeProvider;
    private long _startedAt;

    internal bool UsesTls => tcp.TlsOptions?.UseTls == true;

    /// <summary>The time that is left, at least a moment; null where the options set no limit.</summary>
    private TimeSpan? Remaining
    {
        get
        {
            if (options.Timeout <= TimeSpan.Zero || options.Timeout.TotalMilliseconds > int.MaxValue)
            {
                return null;
            }

            TimeSpan left = options.Timeout - _clock.GetElapsedTime(_startedAt);
            return left > TimeSpan.Zero ? left : TimeSpan.FromTicks(1);
        }
    }

    /// <summary>How long to wait for a place: the shorter of the client's timeout and the pool's.</summary>
    private TimeSpan WaitLimit => Remaining is { } left && (pool.CapacityTimeout == Timeout.InfiniteTimeSpan || left < pool.CapacityTimeout) ? left : pool.CapacityTimeout;

    internal async Task<MqttConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        _startedAt = _clock.GetTimestamp();
        (string host, int port) = tcp.RemoteEndpoint switch
        {
            IPEndPoint ip => (ip.Address.ToString(), ip.Port),
            DnsEndPoint dns => (dns.Host.Trim('[', ']'), dns.Port),
            EndPoint other => throw new NotSupportedException($"A pool connects to an IPEndPoint or a DnsEndPoint, not to {other}."),
        };
        PoolSocket socket = await WaitAndOpenAsync(host, port, cancellationToken).ConfigureAwait(false);
        try
        {
            socket.Apply(tcp.NoDelay, tcp.LingerState);
            SslStream? secure = UsesTls ? await AuthenticateAsync(socket, host, cancellationToken).ConfigureAwait(false) : null;
            return new MqttConnection(socket, secure, tcp.BufferSize);
        }
        catch
        {
            socket.Close();
            throw;
        }
    }

    private async Task<SslStream> AuthenticateAsync(PoolSocket socket, string host, CancellationToken cancellationToken)
    {
        SslClientAuthenticationOptions authentication = MqttTls.ForClient(tcp, host);
        socket.Timeout = Remaining;
        SslStream secure = await socket.AuthenticateAsClientAsync(authentication, cancellationToken).ConfigureAwait(false);
        socket.Timeout = null;
        return secure;
    }

    private async Task<PoolSocket> WaitAndOpenAsync(string host, int port, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await OpenAsync(host, port, cancellationToken).ConfigureAwait(false);
            }
            catch (OutOfSocketsException)
            {
                // Waits below.
            }

            await WaitForCapacityAsync($"connect to {host}:{port}", cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Waits for a place. Who waited in vain learns who holds them.</summary>
    private async Task WaitForCapacityAsync(string purpose, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = new(WaitLimit, _clock);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await pool.WaitForCapacityAsync(purpose, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (e.InnerException is OutOfSocketsException full)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(e.Message, full, cancellationToken);
            }

            ExceptionDispatchInfo.Throw(full);
        }
    }

    private ValueTask<PoolSocket> OpenAsync(string host, int port, CancellationToken cancellationToken)
    {
        IPEndPoint? local = (IPEndPoint?)tcp.LocalEndpoint;
        AddressFamily family = local?.AddressFamily ?? tcp switch
        {
            { AddressFamily: AddressFamily.InterNetworkV6, DualMode: true } => AddressFamily.Unspecified,
            { AddressFamily: AddressFamily.Unspecified, RemoteEndpoint: DnsEndPoint dns } => dns.AddressFamily,
            _ => tcp.AddressFamily,
        };
        return local is null && family == AddressFamily.Unspecified
            ? pool.CreateConnectionAsync(host, port, Remaining, cancellationToken)
            : OpenInFamilyAsync(host, port, family, local, cancellationToken);
    }

    /// <summary>What CreateConnectionAsync does not know of, a family or an own address: the addresses in their order.</summary>
    private async ValueTask<PoolSocket> OpenInFamilyAsync(
        string host, int port, AddressFamily family, IPEndPoint? local, CancellationToken cancellationToken)
    {
        IReadOnlyList<AddressInfo> rows = await pool.GetAddressInfoAsync(
            host, port, family, SocketType.Stream, timeout: Remaining, cancellationToken: cancellationToken).ConfigureAwait(false);
        for (int i = 0; ; i++)
        {
            PoolSocket socket = pool.CreateSocket(rows[i].Family);
            try
            {
                socket.Timeout = Remaining;
                if (local is not null)
                {
                    socket.Bind(local);
                }

                await socket.ConnectAsync(rows[i].Address, cancellationToken).ConfigureAwait(false);
                socket.Timeout = null;
                return socket;
            }
            catch (PoolSocketException e) when (i + 1 < rows.Count && e.Errno != Errno.EBADF)
            {
                socket.Close();
            }
            catch
            {
                socket.Close();
                throw;
            }
        }
    }
}
