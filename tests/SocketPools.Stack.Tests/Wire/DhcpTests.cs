using System.Text;
using CsCheck;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Wire;

public sealed class DhcpTests
{
    private const uint Transaction = 0x3903_F326;

    private static readonly MacAddress s_mac = new(0x0200_0000_0001);
    private static readonly IPAddressValue s_address = IPAddressValue.Parse("192.0.2.50");
    private static readonly IPAddressValue s_server = IPAddressValue.Parse("192.0.2.1");

    [Theory]
    // RFC 2131, section 4.4.1, table 5: which message has the address where, and names the server.
    [InlineData("discover", nameof(DhcpMessageType.Discover), false, false, false, true)]
    [InlineData("discover again", nameof(DhcpMessageType.Discover), false, true, false, true)]
    [InlineData("select", nameof(DhcpMessageType.Request), false, true, true, true)]
    [InlineData("reboot", nameof(DhcpMessageType.Request), false, true, false, true)]
    [InlineData("renew", nameof(DhcpMessageType.Request), true, false, false, true)]
    [InlineData("decline", nameof(DhcpMessageType.Decline), false, true, true, false)]
    [InlineData("release", nameof(DhcpMessageType.Release), true, false, true, false)]
    public void Each_message_of_a_client_has_what_the_table_says(
        string name, string type, bool hasClientAddress, bool hasRequested, bool hasServer, bool hasParameters)
    {
        DhcpMessage message = name switch
        {
            "discover" => DhcpMessage.Discover(Transaction, s_mac),
            "discover again" => DhcpMessage.Discover(Transaction, s_mac, s_address),
            "select" => DhcpMessage.Select(Transaction, s_mac, s_address, s_server),
            "reboot" => DhcpMessage.Reboot(Transaction, s_mac, s_address),
            "renew" => DhcpMessage.Renew(Transaction, s_mac, s_address),
            "decline" => DhcpMessage.Decline(Transaction, s_mac, s_address, s_server),
            _ => DhcpMessage.Release(Transaction, s_mac, s_address, s_server),
        };
        byte[] bytes = new byte[DhcpMessage.MaxLength];
        int length = (message with { HostName = "desk", IsBroadcast = true, Seconds = 7 }).Write(bytes);
        Assert.True(DhcpView.TryRead(bytes.AsSpan(0, length), out DhcpView view));
        Assert.False(view.IsReply);
        Assert.True(view.IsBroadcast && length >= DhcpWriter.MinMessage);
        Assert.Equal((Enum.Parse<DhcpMessageType>(type), Transaction, s_mac, (ushort)7), (view.MessageType, view.TransactionId, view.ClientHardware, view.Seconds));
        Assert.Equal(hasClientAddress ? s_address : IPAddressValue.Parse("0.0.0.0"), view.ClientAddress);
        Assert.Equal(hasRequested, view.TryGetAddress(DhcpOption.RequestedAddress, out IPAddressValue requested) && requested == s_address);
        Assert.Equal(hasServer, view.TryGetAddress(DhcpOption.ServerIdentifier, out IPAddressValue server) && server == s_server);
        Assert.Equal(hasParameters, view.TryGet(DhcpOption.ParameterList, out ReadOnlySpan<byte> list) && list.Contains((byte)DhcpOption.Routers));
        Assert.Equal(hasParameters, list.Contains((byte)DhcpOption.LeaseTime));
        Assert.Equal(hasParameters, view.TryGetShort(DhcpOption.MaxMessageSize, out ushort size) && size == 1500);
        Assert.Equal(hasParameters, view.TryGet(DhcpOption.HostName, out ReadOnlySpan<byte> host) && host.SequenceEqual("desk"u8));
        Assert.True(view.TryGet(DhcpOption.ClientIdentifier, out ReadOnlySpan<byte> id) && id.SequenceEqual(Hex.Bytes("01 020000000001")));
    }

    [Fact]
    public void An_offer_is_read()
    {
        Assert.True(DhcpView.TryRead(Offer(), out DhcpView view));
        Assert.True(view.IsReply);
        Assert.Equal((DhcpMessageType.Offer, s_address), (view.MessageType, view.YourAddress));
        Assert.True(view.TryGetNumber(DhcpOption.LeaseTime, out uint lease) && lease == 3600);
        Assert.True(view.TryGetAddress(DhcpOption.SubnetMask, out IPAddressValue mask) && IPPrefix.TryReadMask(mask, out int prefix) && prefix == 24);
        IPAddressValue[] servers = new IPAddressValue[3];
        Assert.Equal(2, view.CopyAddresses(DhcpOption.DnsServers, servers));
        Assert.Equal(IPAddressValue.Parse("192.0.2.54"), servers[1]);
        Assert.Equal(1, view.CopyAddresses(DhcpOption.DnsServers, servers.AsSpan(0, 1)));
        Assert.False(view.TryGetNumber(DhcpOption.RenewalTime, out _));
        Assert.False(view.TryGetAddress(DhcpOption.Message, out _));
    }

    [Fact]
    public void Routes_of_RFC_3442_are_read()
    {
        // The examples of the RFC's section "Classless Route Option Format", each by the router 10.0.0.1.
        DhcpRoutes routes = new(Hex.Bytes("00 0a000001  08 0a 0a000001  18 0a0000 0a000001  10 0a11 0a000001  19 0a1b8100 0a000001  20 0a0a0a0a 0a000001  21"));
        StringBuilder all = new();
        while (routes.MoveNext())
        {
            all.Append(routes.Prefix).Append('>').Append(routes.Router).Append(' ');
        }

        Assert.Equal(
            "0.0.0.0/0>10.0.0.1 10.0.0.0/8>10.0.0.1 10.0.0.0/24>10.0.0.1 10.17.0.0/16>10.0.0.1 10.27.129.0/25>10.0.0.1 10.10.10.10/32>10.0.0.1 ", all.ToString());
    }

    [Theory]
    [InlineData(0, "53 end")]
    [InlineData(1, "53 52 file")]
    [InlineData(2, "53 52 name")]
    [InlineData(3, "53 52 file name")]
    public void Options_go_on_in_the_fields_that_the_message_names(byte overload, string expected)
    {
        byte[] bytes = new byte[DhcpView.MinLength + 20];
        DhcpWriter writer = new(bytes, isReply: true, DhcpMessageType.Offer, Transaction, s_mac);
        if (overload != 0)
        {
            writer.Add(DhcpOption.Overload, [overload]);
        }

        writer.Finish();
        Hex.Bytes("00 0f01 66 3401 03 ff").CopyTo(bytes, 108); // padding, "f", an overload that says it again, end
        Hex.Bytes("0f01 6e ff").CopyTo(bytes, 44);
        Assert.True(DhcpView.TryRead(bytes, out DhcpView view));
        DhcpOptionReader options = view.Options;
        List<string> seen = [];
        while (options.MoveNext())
        {
            seen.Add(options.Type == DhcpOption.DomainName ? (options.Body[0] == (byte)'f' ? "file" : "name") : ((byte)options.Type).ToString());
        }

        // The second overload is an option like any other.
        string text = string.Join(' ', seen).Replace("file 52", "file", StringComparison.Ordinal);
        Assert.Equal(overload == 0 ? "53" : expected, text);
    }

    [Fact]
    public void No_beginning_of_a_message_is_read_past_its_end()
    {
        byte[] offer = Offer();
        for (int length = 0; length < offer.Length; length++)
        {
            bool isRead = DhcpView.TryRead(offer.AsSpan(0, length), out DhcpView view);
            Assert.Equal(length >= DhcpView.MinLength, isRead);
            int options = 0;
            for (DhcpOptionReader walk = isRead ? view.Options : default; walk.MoveNext(); options++)
            {
                Assert.True(walk.Body.Length <= length);
            }
        }
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(1, 6)]
    [InlineData(2, 16)]
    [InlineData(236, 0)]
    public void A_message_of_something_else_is_not_read(int at, byte value)
    {
        byte[] offer = Offer();
        offer[at] = value;
        Assert.False(DhcpView.TryRead(offer, out _));
    }

    [Fact]
    public void Work_is_less_than_the_bytes() => Gen.OneOf(Gen.Byte, Gen.OneOf<byte>(0, 52, 3, 1)).Array[0, 600].Sample(tail =>
    {
        byte[] bytes = Offer()[..DhcpView.MinLength].Concat(tail).ToArray();
        DhcpOptionReader options = DhcpView.TryRead(bytes, out DhcpView view) ? view.Options : default;
        while (options.MoveNext())
        {
        }

        return options.Steps <= bytes.Length;
    });

    [Fact]
    public void An_option_that_does_not_fit_is_not_written()
    {
        Assert.Throws<ArgumentException>(() =>
        {
            DhcpWriter writer = new(new byte[300], isReply: true, DhcpMessageType.Offer, Transaction, s_mac);
            writer.Add(DhcpOption.Message, new byte[100]);
        });
        Assert.Throws<ArgumentOutOfRangeException>(() => DhcpMessage.Discover(1, s_mac) with { HostName = new string('a', 64) });
    }

    private static byte[] Offer()
    {
        byte[] bytes = new byte[DhcpMessage.MaxLength];
        DhcpWriter writer = new(bytes, isReply: true, DhcpMessageType.Offer, Transaction, s_mac) { YourAddress = s_address };
        writer.AddIfAny(DhcpOption.ServerIdentifier, s_server);
        writer.Add(DhcpOption.LeaseTime, 3600);
        writer.AddIfAny(DhcpOption.SubnetMask, IPAddressValue.Parse("255.255.255.0"));
        writer.Add(DhcpOption.DnsServers, [192, 0, 2, 53, 192, 0, 2, 54]);
        writer.Add(DhcpOption.Message, "hello"u8);
        return bytes[..writer.Finish()];
    }
}
