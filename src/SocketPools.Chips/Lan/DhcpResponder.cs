using System.Buffers.Binary;

namespace SocketPools.Chips.Lan;

/// <summary>The server's half of DHCP (RFC 2131) for one client: the same address for every client.</summary>
internal static class DhcpResponder
{
    private const int OptionsAt = 240;
    private const uint MagicCookie = 0x63825363;
    private const byte Discover = 1;
    private const byte Offer = 2;
    private const byte Request = 3;
    private const byte Ack = 5;
    private const byte Nak = 6;
    private const byte Inform = 8;

    /// <summary>The answer to a client's message; null for what is none, or wants no answer.</summary>
    internal static byte[]? Respond(EmulatedLan lan, ReadOnlySpan<byte> message)
    {
        if (message.Length < OptionsAt || message[0] != 1 || BinaryPrimitives.ReadUInt32BigEndian(message[236..]) != MagicCookie)
        {
            return null;
        }

        ReadOnlySpan<byte> kind = FindOption(message, 53);
        byte type = kind.Length == 1 ? kind[0] : (byte)0;
        byte answer = type switch
        {
            Discover => Offer,
            Request => WantsAnother(lan, message) ? Nak : Ack,
            Inform => Ack,
            _ => 0,
        };
        return answer == 0 ? null : Compose(lan, message, answer);
    }

    private static bool WantsAnother(EmulatedLan lan, ReadOnlySpan<byte> message)
    {
        ReadOnlySpan<byte> wanted = FindOption(message, 50);
        return wanted.Length == 4 && !wanted.SequenceEqual(lan.Address.GetAddressBytes());
    }

    private static byte[] Compose(EmulatedLan lan, ReadOnlySpan<byte> request, byte type)
    {
        byte[] reply = new byte[300];
        reply[0] = 2;
        request[1..12].CopyTo(reply.AsSpan(1)); // hardware type and length, hops, transaction, seconds, flags
        reply[3] = 0;
        request.Slice(28, 16).CopyTo(reply.AsSpan(28)); // the client's hardware address
        if (type != Nak)
        {
            lan.Address.TryWriteBytes(reply.AsSpan(16, 4), out _);
            lan.Gateway.TryWriteBytes(reply.AsSpan(20, 4), out _);
        }

        BinaryPrimitives.WriteUInt32BigEndian(reply.AsSpan(236), MagicCookie);
        int at = OptionsAt;
        Put(reply, ref at, 53, [type]);
        Put(reply, ref at, 54, lan.Gateway.GetAddressBytes());
        if (type != Nak)
        {
            Span<byte> lease = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(lease, (uint)Math.Clamp(lan.LeaseTime.TotalSeconds, 1, uint.MaxValue));
            Put(reply, ref at, 51, lease);
            Put(reply, ref at, 1, lan.SubnetMask.GetAddressBytes());
            Put(reply, ref at, 3, lan.Gateway.GetAddressBytes());
            Put(reply, ref at, 6, lan.Gateway.GetAddressBytes());
        }

        reply[at] = 255;
        return reply;
    }

    private static void Put(byte[] reply, ref int at, byte option, ReadOnlySpan<byte> value)
    {
        reply[at] = option;
        reply[at + 1] = (byte)value.Length;
        value.CopyTo(reply.AsSpan(at + 2));
        at += 2 + value.Length;
    }

    private static ReadOnlySpan<byte> FindOption(ReadOnlySpan<byte> message, byte option)
    {
        int at = OptionsAt;
        while (at < message.Length && message[at] != 255)
        {
            if (message[at] == 0)
            {
                at++;
                continue;
            }

            if (at + 1 >= message.Length || at + 2 + message[at + 1] > message.Length)
            {
                break;
            }

            if (message[at] == option)
            {
                return message.Slice(at + 2, message[at + 1]);
            }

            at += 2 + message[at + 1];
        }

        return [];
    }
}
