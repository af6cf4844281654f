using System.Buffers.Binary;

namespace SocketPools.Simulation.Packets;

/// <summary>A message of ARP for IPv4 over Ethernet (RFC 826).</summary>
/// <param name="IsReply">Whether it answers.</param>
/// <param name="SenderHardware">Who sends.</param>
/// <param name="Sender">The sender's address.</param>
/// <param name="TargetHardware">Who is asked or answered; 0 in a request.</param>
/// <param name="Target">The target's address.</param>
internal readonly record struct ArpMessage(bool IsReply, ulong SenderHardware, AddressValue Sender, ulong TargetHardware, AddressValue Target)
{
    private const int Length = 28;

    internal static bool TryRead(ReadOnlySpan<byte> bytes, out ArpMessage message)
    {
        message = default;
        if (bytes.Length < Length || !bytes[..6].SequenceEqual<byte>([0, 1, 8, 0, 6, 4]) || BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]) is not (1 or 2))
        {
            return false;
        }

        message = new ArpMessage(
            bytes[7] == 2,
            Ethernet.ReadAddress(bytes[8..]),
            AddressValue.Read(bytes.Slice(14, 4)),
            Ethernet.ReadAddress(bytes[18..]),
            AddressValue.Read(bytes.Slice(24, 4)));
        return true;
    }

    internal byte[] ToFrame(ulong destination)
    {
        Span<byte> bytes = stackalloc byte[Length];
        ReadOnlySpan<byte> head = [0, 1, 8, 0, 6, 4, 0, (byte)(IsReply ? 2 : 1)];
        head.CopyTo(bytes);
        Ethernet.WriteAddress(bytes[8..], SenderHardware);
        Sender.Write(bytes[14..]);
        Ethernet.WriteAddress(bytes[18..], TargetHardware);
        Target.Write(bytes[24..]);
        return Ethernet.Frame(destination, SenderHardware, Ethernet.Arp, bytes);
    }
}
