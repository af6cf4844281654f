using System.Buffers;
using System.Net;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography.X509Certificates;
using MQTTnet.Channel;
using MQTTnet.Exceptions;
using SocketPools.Radios;

namespace SocketPools.MqttNet;

/// <summary>
/// What MQTTnet sees of a connection: a channel that connects, reads, writes and may be closed at any time from any thread.
/// A connection that arrives after the close is closed too.
/// </summary>
internal sealed class PoolMqttChannel : IMqttChannel
{
    private readonly Lock _gate = new();
    private readonly MqttConnector? _connector;
    private MqttConnection? _connection;
    private bool _closed;

    /// <summary>A client's channel, not connected yet.</summary>
    internal PoolMqttChannel(MqttConnector connector)
    {
        _connector = connector;
        IsSecureConnection = connector.UsesTls;
    }

    /// <summary>A server's channel, which is connected already and owns the connection.</summary>
    internal PoolMqttChannel(MqttConnection connection)
    {
        _connection = connection;
        IsSecureConnection = connection.IsSecure;
    }

    /// <summary>The peer's certificate, as far as it is the server that asks.</summary>
    public X509Certificate2? ClientCertificate => _connector is null ? _connection?.RemoteCertificate : null;

    public EndPoint? RemoteEndPoint => _connection?.RemoteEndPoint;

    public EndPoint? LocalEndPoint => _connection?.LocalEndPoint;

    public bool IsSecureConnection { get; }

    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        if (_connector is null)
        {
            return;
        }

        MqttConnection connection = await _connector.ConnectAsync(cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            if (!_closed)
            {
                _connection = connection;
                return;
            }
        }

        // Who asked for it has gone: MQTTnet does not wait for a connect that it has cancelled.
        connection.Dispose();
        throw Closed();
    }

    /// <summary>Ends the connection in order, within the pool's <see cref="SocketPool.LingerTimeout"/>; the token closes it at once.</summary>
    public async Task DisconnectAsync(CancellationToken cancellationToken)
    {
        if (_connection is { } connection)
        {
            using CancellationTokenRegistration registration =
                cancellationToken.UnsafeRegister(static connection => ((MqttConnection)connection!).Dispose(), connection);
            await connection.CloseAsync().ConfigureAwait(false);
        }

        Dispose();
    }

    /// <summary>Reads some bytes; 0 at the end, and after a close.</summary>
    public async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_connection is not { } connection)
        {
            return 0;
        }

        try
        {
            return await connection.ReadAsync(buffer.AsMemory(offset, count), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (IsClosed(e))
        {
            return 0;
        }
        catch (IOException e) when (e.InnerException is PoolSocketException inner)
        {
            throw Unwrapped(inner);
        }
    }

    public async Task WriteAsync(ReadOnlySequence<byte> buffer, bool isEndOfPacket, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_connection is not { } connection)
        {
            throw Closed();
        }

        try
        {
            await connection.WriteAsync(buffer, isEndOfPacket, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (IsClosed(e))
        {
            throw Closed();
        }
        catch (IOException e) when (e.InnerException is PoolSocketException inner)
        {
            throw Unwrapped(inner);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
        }

        _connection?.Dispose();
    }

    private static bool IsClosed(Exception e) =>
        e is ObjectDisposedException or PoolSocketException { Errno: Errno.EBADF } or IOException { InnerException: PoolSocketException { Errno: Errno.EBADF } };

    private static MqttCommunicationException Closed() => new("The connection is closed.");

    /// <summary>MQTTnet tells the end of a connection by the socket's exception.</summary>
    private static PoolSocketException Unwrapped(PoolSocketException inner)
    {
        ExceptionDispatchInfo.Throw(inner);
        return inner;
    }
}
