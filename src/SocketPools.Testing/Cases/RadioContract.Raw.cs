using System.Buffers.Binary;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Testing;

public static partial class RadioContract
{
    private const byte EchoRequest = 8, EchoReply = 0, EchoRequestV6 = 128, EchoReplyV6 = 129;

    private static IEnumerable<ContractCase> RawCases =>
    [
        new("A raw socket without a protocol is EPROTONOSUPPORT", run =>
        {
            RadioResult result = run.Near.OpenSocket(run.Family, SocketType.Raw, ProtocolType.Unspecified, out RadioSocket? socket);
            run.FailsWithOneOf([Errno.EPROTONOSUPPORT, Errno.EPERM, Errno.ESOCKTNOSUPPORT], result, "OpenSocket(Raw)");
            run.IsTrue(socket is null, "no socket", "one");
        }),
        new("A radio without raw sockets says so", run =>
        {
            RadioResult result = run.Near.OpenSocket(run.Family, SocketType.Raw, IcmpOf(run), out RadioSocket? socket);
            socket?.Close();
            run.FailsWithOneOf([Errno.EPERM, Errno.EPROTONOSUPPORT, Errno.ESOCKTNOSUPPORT, Errno.EOPNOTSUPP], result, "OpenSocket(Raw, ICMP)");
        }, pair => !pair.SupportsRaw),
        new("An ICMP echo comes back", run =>
        {
            run.Ok(run.Near.OpenSocket(run.Family, SocketType.Raw, IcmpOf(run), out RadioSocket? opened), "OpenSocket(Raw, ICMP)");
            RadioSocket socket = run.Track(opened!);
            byte[] payload = run.Bytes(32);
            byte[] request = MakeEcho(run, payload);
            run.Counts(request.Length, socket.TrySendTo(request, new IPSocketAddress(run.Pair.FarAddress, 0)), "TrySendTo");
            byte[] buffer = new byte[1500];
            byte reply = run.Family == AddressFamily.InterNetwork ? EchoReply : EchoReplyV6;
            while (true)
            {
                IPSocketAddress sender = default;
                int count = run.Ok(run.Call("ReceiveFrom", () => socket.ReceiveFrom(buffer, out sender, ContractRun.At(socket, ContractRun.Long))), "ReceiveFrom");
                // A raw IPv4 socket gives the IP header too; on loopback the request itself is heard first.
                bool hasHeader = socket.Type == SocketType.Raw && run.Family == AddressFamily.InterNetwork;
                ReadOnlySpan<byte> icmp = buffer.AsSpan(0, count)[(hasHeader ? (buffer[0] & 15) * 4 : 0)..];
                if (icmp.Length == request.Length && icmp[0] == reply && icmp[8..].SequenceEqual(payload))
                {
                    // A kernel's ping socket puts an identifier of its own before the sequence number.
                    int own = socket.Type == SocketType.Raw ? 4 : 6;
                    run.SameBytes(request.AsSpan(own..8), icmp[own..8], "identifier and sequence number");
                    run.Same(run.Pair.FarAddress, sender.ToIPAddress(), "the sender");
                    return;
                }
            }
        }, pair => pair.SupportsRaw),
    ];

    private static ProtocolType IcmpOf(ContractRun run) =>
        run.Family == AddressFamily.InterNetwork ? ProtocolType.Icmp : ProtocolType.IcmpV6;

    /// <summary>RFC 792 and RFC 4443, section 4.1: type, code, checksum, identifier, sequence, data.</summary>
    private static byte[] MakeEcho(ContractRun run, byte[] payload)
    {
        byte[] packet = new byte[8 + payload.Length];
        packet[0] = run.Family == AddressFamily.InterNetwork ? EchoRequest : EchoRequestV6;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)run.Random.Next(1, 65536));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(6), 1);
        payload.CopyTo(packet, 8);
        if (run.Family == AddressFamily.InterNetwork)
        {
            // ICMPv6's checksum covers addresses and is the radio's (RFC 3542, section 3.1).
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), Checksum(packet));
        }

        return packet;
    }

    /// <summary>The Internet checksum (RFC 1071) of an even number of bytes.</summary>
    private static ushort Checksum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int i = 0; i < bytes.Length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes[i..]);
        }

        while (sum > 0xFFFF)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)~sum;
    }
}
