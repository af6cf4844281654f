using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using MQTTnet;
using SocketPools.Diagnostics;
using SocketPools.Radios;
using SocketPools.Streams;

namespace SocketPools.MqttNet;

/// <summary>Makes the connection that a client's options ask for: lookup, place, connect and TLS within one time.</summary>
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

    internal async Task<MqttConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        _startedAt = _clock.GetTimestamp();
        (string host, int port) = tcp.RemoteEndpoint switch
        {
            IPEndPoint ip => (ip.Address.ToString(), ip.Port),
            DnsEndPoint dns => (dns.Host.Trim('[', ']'), dns.Port),
            EndPoint other => throw new NotSupportedException($"A pool connects to an IPEndPoint or a DnsEndPoint, not to {other}."),
        };
        PoolSocket socket = await OpenAsync(host, port, cancellationToken).ConfigureAwait(false);
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
            ? pool.CreateConnectionWhenCapacityAsync(host, port, Remaining, cancellationToken)
            : OpenInFamilyAsync(host, port, family, local, cancellationToken);
    }

    /// <summary>What CreateConnectionWhenCapacityAsync does not know of, a family or an own address: the addresses in their order.</summary>
    private async ValueTask<PoolSocket> OpenInFamilyAsync(
        string host, int port, AddressFamily family, IPEndPoint? local, CancellationToken cancellationToken)
    {
        IReadOnlyList<AddressInfo> rows = await pool.GetAddressInfoAsync(
            host, port, family, SocketType.Stream, timeout: Remaining, cancellationToken: cancellationToken).ConfigureAwait(false);
        for (int i = 0; ; i++)
        {
            PoolSocket socket = await pool.CreateSocketWhenCapacityAsync(
                rows[i].Family, timeout: Remaining, purpose: $"connect to {VisibleText.Escape(host)}:{port}", cancellationToken: cancellationToken).ConfigureAwait(false);
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
