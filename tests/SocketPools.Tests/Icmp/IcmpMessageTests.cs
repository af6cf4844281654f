using System.Net.Sockets;
using CsCheck;

namespace SocketPools.Tests.Icmp;

/// <summary>Bytes from the network: whatever they are, parsing answers and never reads past them. CsCheck prints the seed of a failure.</summary>
public sealed class IcmpMessageTests
{
    private static readonly Gen<AddressFamily> s_family = Gen.Bool.Select(isV6 => isV6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);

    [Fact]
    public void Any_bytes_are_answered_without_an_exception() =>
        Gen.Select(Gen.Byte.Array[0, 120], s_family, Gen.Bool).Sample(
            (bytes, family, hasHeader) =>
                !IcmpMessage.TryParse(bytes, family, hasHeader, out IcmpMessage message) || message.Payload.Length <= bytes.Length,
            iter: 20_000);

    [Fact]
    public void A_request_that_was_written_is_read_and_no_shorter_one_is() =>
        Gen.Select(Gen.Byte.Array[0, 64], Gen.UShort, Gen.UShort, s_family).Sample(
            (payload, identifier, sequence, family) =>
            {
                byte[] packet = new byte[IcmpMessage.HeaderLength + payload.Length];
                int length = IcmpMessage.WriteEchoRequest(packet, family, identifier, sequence, payload);
                bool whole = IcmpMessage.TryParse(packet, family, false, out IcmpMessage message)
                    && message.Kind == IcmpKind.EchoRequest && message.Identifier == identifier
                    && message.Sequence == sequence && message.Payload.SequenceEqual(payload);
                bool none = !IcmpMessage.TryParse(packet.AsSpan(0, IcmpMessage.HeaderLength - 1), family, false, out _);
                return length == packet.Length && whole && none;
            },
            iter: 5000);

    [Fact]
    public void A_changed_bit_of_an_IPv4_message_is_noticed() =>
        Gen.Select(Gen.Byte.Array[0, 64], Gen.Int[0, int.MaxValue]).Sample(
            (payload, where) =>
            {
                byte[] packet = new byte[IcmpMessage.HeaderLength + payload.Length];
                IcmpMessage.WriteEchoRequest(packet, AddressFamily.InterNetwork, 1, 2, payload);
                int bit = where % (packet.Length * 8);
                packet[bit / 8] ^= (byte)(1 << (bit % 8));
                return !IcmpMessage.TryParse(packet, AddressFamily.InterNetwork, false, out _);
            },
            iter: 5000);
}
