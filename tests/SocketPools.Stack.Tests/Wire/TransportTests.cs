using CsCheck;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Wire;

/// <summary>UDP and TCP: what is written is read, and what is cut off is not.</summary>
public sealed class TransportTests
{
    [Fact]
    public void A_datagram_that_was_written_is_read() =>
        Gen.Select(Any.Pair, Gen.UShort, Gen.UShort, Any.Payload, Any.Payload).Sample((pair, from, to, payload, trailer) =>
        {
            byte[] bytes = Datagram(pair.Source, pair.Destination, from, to, payload);
            return UdpView.TryRead([.. bytes, .. trailer], out UdpView view) && view.SourcePort == from && view.DestinationPort == to
                && view.Length == bytes.Length && view.Payload.SequenceEqual(payload) && view.PayloadLength == payload.Length
                && view.Checksum != 0 && view.IsChecksumRight(pair.Source, pair.Destination);
        });

    [Fact]
    public void No_beginning_of_a_datagram_is_read() =>
        Gen.Select(Any.Pair, Any.Payload).Sample((pair, payload) =>
        {
            byte[] bytes = Datagram(pair.Source, pair.Destination, 1, 2, payload);
            return Enumerable.Range(0, bytes.Length).All(length => !UdpView.TryRead(bytes.AsSpan(0, length), out _));
        });

    [Fact]
    public void A_changed_bit_of_a_datagram_is_noticed() =>
        Gen.Select(Any.Pair, Any.Payload, Gen.Int[0, 100_000]).Sample((pair, payload, where) =>
        {
            byte[] bytes = Datagram(pair.Source, pair.Destination, 1, 2, payload);
            int bit = where % (bytes.Length * 8);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            return !UdpView.TryRead(bytes, out UdpView view) || !view.IsChecksumRight(pair.Source, pair.Destination)
                || (view.Checksum == 0 && pair.Source.IsIPv4);
        });

    [Fact]
    public void A_datagram_without_checksum_is_whole_in_IPv4_and_not_in_IPv6()
    {
        byte[] bytes = [0, 1, 0, 2, 0, 8, 0, 0];
        Assert.True(UdpView.TryRead(bytes, out UdpView view));
        Assert.True(view.IsChecksumRight(IPAddressValue.AllHosts, IPAddressValue.AllHosts));
        Assert.False(view.IsChecksumRight(IPAddressValue.AllNodes, IPAddressValue.AllNodes));
    }

    [Fact]
    public void A_checksum_that_comes_out_as_zero_is_sent_as_all_ones()
    {
        // Ports, length twice and protocol 17 add up to 0xFFFF with this payload.
        ushort payload = 0xFFFF - 1 - 2 - 10 - 10 - 17;
        byte[] bytes = Datagram(IPAddressValue.Any(System.Net.Sockets.AddressFamily.InterNetwork), IPAddressValue.Any(System.Net.Sockets.AddressFamily.InterNetwork), 1, 2, [(byte)(payload >> 8), (byte)payload]);
        Assert.Equal([0xFF, 0xFF], bytes[6..8]);
    }

    [Fact]
    public void A_segment_that_was_written_is_read() =>
        Gen.Select(Any.Pair, Gen.UShort, Gen.UInt, Gen.UInt, Gen.Byte, Gen.UShort, Any.TcpOptions, Any.Payload).Sample(
            (pair, port, sequence, acknowledgment, flags, window, options, payload) =>
            {
                TcpHeader header = new(port, 80, new(sequence), new(acknowledgment), (TcpFlags)flags, window) { Options = options, UrgentPointer = 7 };
                byte[] bytes = Segment(pair.Source, pair.Destination, header, payload);
                return TcpView.TryRead(bytes, out TcpView view) && view.HeaderLength == header.Length && view.SourcePort == port
                    && view.DestinationPort == 80 && view.Sequence.Value == sequence && view.Acknowledgment.Value == acknowledgment
                    && view.Flags == (TcpFlags)flags && view.Window == window && view.UrgentPointer == 7
                    && view.IsChecksumRight(pair.Source, pair.Destination) && view.Payload.SequenceEqual(payload)
                    && view.Options == Cut(options);
            },
            iter: 5000);

    [Fact]
    public void Options_always_fit_and_end_on_a_word() =>
        Any.TcpOptions.Sample(options => options.Length <= TcpHeaderOptions.MaxLength && options.Length % 4 == 0);

    [Fact]
    public void No_beginning_of_a_header_is_read() => Any.TcpOptions.Sample(options =>
    {
        byte[] bytes = Segment(IPAddressValue.AllHosts, IPAddressValue.AllHosts, new TcpHeader(1, 2, default, default, TcpFlags.Syn, 0) { Options = options }, []);
        return Enumerable.Range(0, bytes.Length).All(length => !TcpView.TryRead(bytes.AsSpan(0, length), out _));
    });

    [Theory]
    [InlineData("0204 05b4 0402 080a 0000 0001 0000 0000 0103 0307", 1460, 7, true, true)]
    [InlineData("fe04 abcd 0204 0218 0000 0000 0303 0700", 536, null, false, false)]
    [InlineData("0204 0218 0301 0007", 536, null, false, false)]
    [InlineData("0204 0218 03ff 0700", 536, null, false, false)]
    [InlineData("0303 ff01", 0, 14, false, false)]
    [InlineData("0203 0501", 0, null, false, false)]
    public void Options_that_are_unknown_are_stepped_over_and_malformed_ones_end_the_list(string hex, int size, int? scale, bool permitted, bool timestamps)
    {
        TcpHeaderOptions options = TcpHeaderOptions.Read(Hex.Bytes(hex));
        Assert.Equal((size, scale, permitted, timestamps), (options.MaxSegmentSize, options.WindowScale, options.IsSackPermitted, options.HasTimestamps));
    }

    private static TcpHeaderOptions Cut(TcpHeaderOptions options)
    {
        Span<TcpSackBlock> blocks = stackalloc TcpSackBlock[options.FittingSackBlocks];
        for (int i = 0; i < blocks.Length; i++)
        {
            blocks[i] = options.Sack[i];
        }

        return options with { Sack = new TcpSackBlocks(blocks) };
    }

    private static byte[] Datagram(IPAddressValue source, IPAddressValue destination, ushort from, ushort to, byte[] payload)
    {
        UdpHeader header = new(from, to, payload.Length);
        byte[] bytes = [.. new byte[UdpHeader.Length], .. payload];
        InternetChecksum sum = default;
        sum.AddPseudoHeader(source, destination, IPProtocol.Udp, bytes.Length);
        sum.Add(payload);
        header.Write(bytes, sum);
        return bytes;
    }

    private static byte[] Segment(IPAddressValue source, IPAddressValue destination, TcpHeader header, byte[] payload)
    {
        byte[] bytes = [.. new byte[header.Length], .. payload];
        InternetChecksum sum = default;
        sum.AddPseudoHeader(source, destination, IPProtocol.Tcp, bytes.Length);
        sum.Add(payload);
        header.Write(bytes, sum);
        return bytes;
    }
}
