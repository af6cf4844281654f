using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using SocketPools.Radios;

namespace SocketPools.Tool;

/// <summary>
/// Sends to a peer that may be slow. Any progress begins the time-out anew: bytes that the system has taken or, where it tells, that the
/// peer has acknowledged. The system's buffer is large, and takes more only when a good part of it has been acknowledged.
/// </summary>
/// <param name="socket">A connected stream socket.</param>
/// <param name="patience">How long the peer may make no progress at all; infinite for no limit.</param>
/// <param name="minimumRate">Bytes per second that the peer has to take on average, after the first 5 seconds; 0 for no limit.</param>
internal sealed class SteadySender(PoolSocket socket, TimeSpan patience, long minimumRate = 0)
{
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_longestLook = TimeSpan.FromSeconds(1);

    // struct tcp_info of Linux, tcp(7).
    private const int TcpLevel = 6;
    private const int TcpInfo = 11;
    private const int TcpInfoBytesAcknowledged = 120;
    private const int TcpInfoSize = TcpInfoBytesAcknowledged + sizeof(long);

    private readonly Deadline _time = new(socket.Pool.Radio.TimeProvider, Timeout.InfiniteTimeSpan);
    private readonly long _acknowledgedBefore = ReadAcknowledged(socket);
    private TimeSpan _lastProgress;
    private long _acknowledged;

    /// <summary>The clock of the socket's radio.</summary>
    internal TimeProvider Clock => socket.Pool.Radio.TimeProvider;

    /// <summary>How many bytes were handed to the system so far.</summary>
    internal long Sent { get; private set; }

    /// <summary>Sends all of it.</summary>
    /// <exception cref="StalledException">The peer makes no progress, or too little.</exception>
    /// <exception cref="PoolSocketException">The connection is gone.</exception>
    internal void Send(ReadOnlyMemory<byte> data)
    {
        _lastProgress = _time.Elapsed;
        while (!data.IsEmpty)
        {
            RadioResult result = socket.TrySend(new ReadOnlySequence<byte>(data));
            if (result.Errno == Errno.EAGAIN)
            {
                WaitForRoom();
                continue;
            }

            if (result.Failed)
            {
                throw socket.CreateException(result.Errno, "send", Deadline.Never);
            }

            Sent += result.Count;
            _lastProgress = _time.Elapsed;
            data = data[result.Count..];
            RequireRate();
        }
    }

    private void WaitForRoom()
    {
        TimeSpan left = patience == Timeout.InfiniteTimeSpan ? s_longestLook : patience - (_time.Elapsed - _lastProgress);
        if (left > TimeSpan.Zero && socket.Poll(Readiness.Writable, left < s_longestLook ? left : s_longestLook) != Readiness.None)
        {
            return;
        }

        long acknowledged = ReadAcknowledged(socket);
        if (acknowledged > _acknowledged)
        {
            _acknowledged = acknowledged;
            _lastProgress = _time.Elapsed;
        }
        else if (patience != Timeout.InfiniteTimeSpan && _time.Elapsed - _lastProgress >= patience)
        {
            throw new StalledException(string.Create(CultureInfo.InvariantCulture, $"the peer took nothing for {patience.TotalSeconds:0.###} s"));
        }

        RequireRate();
    }

    private void RequireRate()
    {
        TimeSpan elapsed = _time.Elapsed;
        if (minimumRate <= 0 || elapsed < s_grace)
        {
            return;
        }

        // What waits in the system's buffer was not taken by the peer. Where that is unknown, it counts.
        long acknowledged = ReadAcknowledged(socket);
        long taken = acknowledged < 0 ? Sent : acknowledged - _acknowledgedBefore;
        if (taken < minimumRate * elapsed.TotalSeconds)
        {
            throw new StalledException(string.Create(
                CultureInfo.InvariantCulture, $"the peer took {taken / elapsed.TotalSeconds:0} bytes per second, less than the {minimumRate} of --min-rate"));
        }
    }

    /// <returns>How many bytes the peer has acknowledged since the connection began; -1 where that is unknown.</returns>
    private static long ReadAcknowledged(PoolSocket socket)
    {
        Span<byte> info = stackalloc byte[TcpInfoSize];
        RadioResult result = OperatingSystem.IsLinux() ? socket.RadioSocket.GetRawOption(TcpLevel, TcpInfo, info) : Errno.ENOPROTOOPT;
        return !result.Failed && result.Count == TcpInfoSize ? MemoryMarshal.Read<long>(info[TcpInfoBytesAcknowledged..]) : -1;
    }
}

/// <summary>A peer that takes nothing, or too little, of what is sent to it.</summary>
internal sealed class StalledException(string message) : IOException(message);
