using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using SocketPools.Radios;

namespace SocketPools.MqttNet;

/// <summary>An open connection, plain or encrypted: reads ahead of MQTTnet, and sends a packet in one piece.</summary>
/// <remarks>
/// MQTTnet asks for a packet in pieces (two bytes of head, single bytes of its length, then 4096 at a time); what one
/// receive has brought answers as many of these as it can. One thread reads and one writes, as MQTTnet does; any may close.
/// </remarks>
internal sealed class MqttConnection : IDisposable
{
    /// <summary>What one receive takes where no option tells.</summary>
    internal const int DefaultBufferSize = 8192;

    /// <summary>The most that goes into one TLS record (RFC 8446, section 5.1).</summary>
    private const int RecordSize = 16384;

    private readonly PoolSocket _socket;
    private readonly SslStream? _secure;
    private readonly byte[] _ahead;
    private readonly PacketPieces _packet = new();
    private readonly bool _completesPackets;
    private int _start;
    private int _end;

    // 1 while a packet is on its way; an orderly close waits for its end.
    private int _sending;
    private TaskCompletionSource? _sent;

    /// <summary>Takes over a connection.</summary>
    /// <param name="socket">A connected socket, which is closed with this.</param>
    /// <param name="secure">The encryption over it, which buffers for itself; null for a plain connection.</param>
    /// <param name="bufferSize">How many bytes one receive takes.</param>
    /// <param name="completesPackets">
    /// Whether cancelling leaves a packet alone that is on its way: half a packet is of no use to the peer. Closing ends it.
    /// </param>
    internal MqttConnection(PoolSocket socket, SslStream? secure, int bufferSize, bool completesPackets = false)
    {
        _completesPackets = completesPackets;
        _socket = socket;
        _secure = secure;
        _ahead = secure is null ? new byte[Math.Max(bufferSize, 1)] : [];
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        RemoteCertificate = secure?.RemoteCertificate switch
        {
            null => null,
            X509Certificate2 full => full,
            X509Certificate other => X509CertificateLoader.LoadCertificate(other.Export(X509ContentType.Cert)),
        };
    }

    internal IPEndPoint LocalEndPoint { get; }

    internal IPEndPoint RemoteEndPoint { get; }

    internal X509Certificate2? RemoteCertificate { get; }

    internal bool IsSecure => _secure is not null;

    /// <summary>Closes the socket; who waits for it wakes.</summary>
    public void Dispose()
    {
        _socket.Close();
        _secure?.Dispose();
    }

    /// <summary>
    /// Ends the connection in order, within the pool's <see cref="SocketPool.LingerTimeout"/>: lets the packet that is on its way go out,
    /// sends the end, discards what arrives until the peer's end, and closes.
    /// </summary>
    internal async ValueTask CloseAsync()
    {
        Deadline deadline = new(_socket.Pool.Radio.TimeProvider, _socket.Pool.LingerTimeout);
        if (await WaitForPacketAsync(deadline).ConfigureAwait(false))
        {
            await _socket.DiscardReceivedAsync(_socket.ShutdownSending(deadline.Remaining, waitsForPeer: true)).ConfigureAwait(false);
        }

        Dispose();
    }

    internal ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_end > _start)
        {
            return ValueTask.FromResult(TakeAhead(buffer.Span));
        }

        if (_secure is not null)
        {
            return _secure.ReadAsync(buffer, cancellationToken);
        }

        if (buffer.Length >= _ahead.Length)
        {
            return _socket.ReceiveIntoAsync(buffer, cancellationToken);
        }

        ValueTask<int> receive = _socket.ReceiveIntoAsync(_ahead, cancellationToken);
        return receive.IsCompletedSuccessfully
            ? ValueTask.FromResult(TakeAhead(buffer.Span, receive.Result))
            : ReceiveAsync(receive, buffer);
    }

    /// <summary>Sends a packet, or keeps a piece of it until the last one comes.</summary>
    internal ValueTask WriteAsync(ReadOnlySequence<byte> piece, bool isEndOfPacket, CancellationToken cancellationToken)
    {
        if (!isEndOfPacket || !_packet.IsEmpty)
        {
            _packet.Add(piece);
            piece = _packet.Whole;
        }

        if (!isEndOfPacket)
        {
            return ValueTask.CompletedTask;
        }

        Volatile.Write(ref _sending, 1);
        ValueTask send = SendAsync(piece, cancellationToken);
        if (!send.IsCompleted)
        {
            return SendPacketAsync(send);
        }

        EndPacket();
        return send;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReceiveAsync(ValueTask<int> receive, Memory<byte> buffer)
    {
        int received = await receive.ConfigureAwait(false);
        return TakeAhead(buffer.Span, received);
    }

    private int TakeAhead(Span<byte> buffer, int received)
    {
        (_start, _end) = (0, received);
        return TakeAhead(buffer);
    }

    private int TakeAhead(Span<byte> buffer)
    {
        int count = Math.Min(_end - _start, buffer.Length);
        _ahead.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendPacketAsync(ValueTask send)
    {
        try
        {
            await send.ConfigureAwait(false);
        }
        finally
        {
            EndPacket();
        }
    }

    private void EndPacket()
    {
        _packet.Clear();

        // Written before the other is read, here and by the waiting thread.
        Interlocked.Exchange(ref _sending, 0);
        Interlocked.Exchange(ref _sent, null)?.TrySetResult();
    }

    /// <returns>Whether no packet is on its way; false when the time is up.</returns>
    private async ValueTask<bool> WaitForPacketAsync(Deadline deadline)
    {
        // MQTTnet and the adapter may both close: they wait for the same end.
        TaskCompletionSource own = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource sent = Interlocked.CompareExchange(ref _sent, own, null) ?? own;
        if (Volatile.Read(ref _sending) == 0)
        {
            return true;
        }

        try
        {
            await sent.Task.WaitAsync(deadline.Remaining, deadline.TimeProvider).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private ValueTask SendAsync(in ReadOnlySequence<byte> bytes, CancellationToken cancellationToken)
    {
        if (_completesPackets && !cancellationToken.IsCancellationRequested)
        {
            cancellationToken = CancellationToken.None;
        }

        if (_secure is null)
        {
            return _socket.SendAllAsync(bytes, cancellationToken);
        }

        return bytes.IsSingleSegment
            ? _secure.WriteAsync(bytes.First, cancellationToken)
            : EncryptAsync(_secure, bytes, cancellationToken);
    }

    /// <summary>A packet that fits into one record is copied together, so that it is one record and one system call.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask EncryptAsync(SslStream secure, ReadOnlySequence<byte> bytes, CancellationToken cancellationToken)
    {
        if (bytes.Length > RecordSize)
        {
            foreach (ReadOnlyMemory<byte> piece in bytes)
            {
                await secure.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
            }

            return;
        }

        byte[] record = ArrayPool<byte>.Shared.Rent((int)bytes.Length);
        try
        {
            bytes.CopyTo(record);
            await secure.WriteAsync(record.AsMemory(0, (int)bytes.Length), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(record);
        }
    }
}
