using System.Buffers.Binary;
using SocketPools.Simulation.Packets;

namespace SocketPools.Simulation.Routing.Nat;

/// <summary>ICMP over a NAT (RFC 5508): echoes by their identifier, and errors with the packet that they quote.</summary>
internal sealed class NatIcmp(NatTranslator nat)
{
    private const byte EchoReply = 0;
    private const byte Unreachable = 3;
    private const byte EchoRequest = 8;
    private const byte TimeExceeded = 11;
    private const byte ParameterProblem = 12;

    internal NatVerdict TranslateInbound(in IPPacket packet)
    {
        Span<byte> message = packet.Transport;
        if (message.Length < 8 || Checksum.Of(message) != 0)
        {
            return NatVerdict.Local;
        }

        switch (message[0])
        {
            case EchoReply when nat.Table.FindOutside(IPPacket.Icmp, BinaryPrimitives.ReadUInt16BigEndian(message[4..])) is { } mapping:
                packet.Replace(source: false, mapping.Inside.Address);
                NatTranslator.ReplaceIdentifier(packet, mapping.Inside.Port);
                return NatVerdict.Translated;
            case Unreachable or TimeExceeded or ParameterProblem when TryFindQuoted(message, out NatMapping? quoted):
                TranslateQuote(message, isSource: true, quoted.Inside.Address, quoted.Inside.Port);
                packet.Replace(source: false, quoted.Inside.Address);
                return NatVerdict.Translated;
            default:
                return NatVerdict.Local;
        }
    }

    internal bool TranslateOutbound(in IPPacket packet)
    {
        Span<byte> message = packet.Transport;
        if (message.Length >= 8 && message[0] == EchoRequest)
        {
            ushort identifier = BinaryPrimitives.ReadUInt16BigEndian(message[4..]);
            if (nat.MappingOf(new NatEnd(IPPacket.Icmp, packet.Source, identifier)) is not { } mapping)
            {
                return false;
            }

            nat.Table.Touch(mapping);
            packet.Replace(source: true, nat.Address);
            NatTranslator.ReplaceIdentifier(packet, mapping.OutsidePort);
            return true;
        }

        if (message.Length >= 8 && message[0] is Unreachable or TimeExceeded or ParameterProblem && Checksum.Of(message) == 0
            && TryFindReceiver(message, out NatMapping? receiver))
        {
            TranslateQuote(message, isSource: false, nat.Address, receiver.OutsidePort);
            packet.Replace(source: true, nat.Address);
            return true;
        }

        nat.Counters.NatUntranslatable++;
        return false;
    }

    /// <summary>The mapping of the packet that an error from outside quotes: sent from the address outside.</summary>
    private bool TryFindQuoted(Span<byte> message, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out NatMapping? mapping)
    {
        mapping = IPPacket.TryReadQuote(message[8..], out IPPacket quote) && quote.Source == nat.Address && TryReadPort(quote, isSource: true, out ushort port)
            ? nat.Table.FindOutside(quote.Protocol, port)
            : null;
        return mapping is not null;
    }

    /// <summary>The mapping of the packet that an error from inside quotes: received by the host inside.</summary>
    private bool TryFindReceiver(Span<byte> message, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out NatMapping? mapping)
    {
        mapping = IPPacket.TryReadQuote(message[8..], out IPPacket quote) && TryReadPort(quote, isSource: false, out ushort port)
            ? nat.Table.FindInside(new NatEnd(quote.Protocol, quote.Destination, port))
            : null;
        return mapping is not null;
    }

    private static int PortOffset(in IPPacket quote, bool isSource) => quote.Protocol switch
    {
        IPPacket.Tcp or IPPacket.Udp => isSource ? 0 : 2,

        // Only requests go out, so that only they are quoted from outside.
        IPPacket.Icmp when quote.Transport.Length > 0 && quote.Transport[0] == (isSource ? EchoRequest : EchoReply) => 4,
        _ => -1,
    };

    private static bool TryReadPort(in IPPacket quote, bool isSource, out ushort port)
    {
        int at = quote.FragmentOffset > 0 ? -1 : PortOffset(quote, isSource);
        bool isThere = at >= 0 && quote.Transport.Length >= at + 2;
        port = isThere ? BinaryPrimitives.ReadUInt16BigEndian(quote.Transport[at..]) : (ushort)0;
        return isThere;
    }

    private static void TranslateQuote(Span<byte> message, bool isSource, AddressValue address, ushort port)
    {
        IPPacket.TryReadQuote(message[8..], out IPPacket quote);
        quote.Replace(isSource, address);
        quote.ReplacePort(PortOffset(quote, isSource), port);
        message.Slice(2, 2).Clear();
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], Checksum.Of(message));
    }
}
