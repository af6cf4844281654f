using System.Buffers.Binary;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Chips.Nina;

/// <summary>An ICMP echo of 32 bytes.</summary>
internal sealed partial class NinaFirmware
{
    private const int EchoLength = 8 + 32;
    private const byte EchoRequest = 8;
    private const byte EchoReply = 0;
    private static readonly TimeSpan s_pingTimeout = TimeSpan.FromSeconds(5);

    private ushort _sequence;

    /// <summary>The milliseconds that it took, or -1 after 5 s.</summary>
    private async ValueTask<int> PingAsync(NinaMessage message)
    {
        if (message.Bytes(0).Length != 4 || !IsInNetwork)
        {
            return -1;
        }

        // A ping socket of the system where raw ones are not allowed.
        RadioSocket? socket = null;
        foreach (SocketType type in (SocketType[])[SocketType.Raw, SocketType.Dgram])
        {
            if (!radio.OpenSocket(AddressFamily.InterNetwork, type, ProtocolType.Icmp, out socket).Failed)
            {
                break;
            }
        }

        if (socket is null)
        {
            Refused($"{radio.Name} has no socket for ICMP");
            return -1;
        }

        try
        {
            return await EchoAsync(socket, new IPSocketAddress(message.Bytes(0), 0)).ConfigureAwait(false);
        }
        finally
        {
            socket.Close();
        }
    }

    private async ValueTask<int> EchoAsync(RadioSocket socket, IPSocketAddress remote)
    {
        byte[] request = new byte[EchoLength];
        request[0] = EchoRequest;
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(4), 0xAFAF);
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(6), ++_sequence);
        for (int i = 8; i < EchoLength; i++)
        {
            request[i] = (byte)(i - 8);
        }

        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(2), Checksum(request));
        long start = radio.TimeProvider.GetTimestamp();
        if (socket.TrySendTo(request, remote).Failed)
        {
            return -1;
        }

        byte[] reply = new byte[256];
        using CancellationTokenSource end = new(s_pingTimeout, radio.TimeProvider);
        try
        {
            while (true)
            {
                await socket.WaitAsync(Readiness.Readable, end.Token).ConfigureAwait(false);
                RadioResult result = socket.TryReceiveFrom(reply, out _);
                if (result.Errno is not (Errno.None or Errno.EAGAIN))
                {
                    return -1;
                }

                if (IsReply(reply.AsSpan(0, result.Count), request))
                {
                    return (int)radio.TimeProvider.GetElapsedTime(start).TotalMilliseconds;
                }
            }
        }
        catch (OperationCanceledException)
        {
            return -1;
        }
    }

    /// <summary>With an IPv4 header before it or without, as the radio's sockets have it. The system may choose the identifier.</summary>
    private static bool IsReply(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> request)
    {
        if (bytes.Length >= 20 && bytes[0] >> 4 == 4 && bytes.Length > (bytes[0] & 0x0F) * 4)
        {
            bytes = bytes[((bytes[0] & 0x0F) * 4)..];
        }

        return bytes.Length >= EchoLength && bytes[0] == EchoReply && bytes[6..EchoLength].SequenceEqual(request[6..]);
    }

    private static ushort Checksum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int i = 0; i < bytes.Length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes[i..]);
        }

        sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~(sum + (sum >> 16));
    }
}
