using System.Net;
using System.Net.Sockets;
using SocketPools.Chips.Lan;
using SocketPools.Chips.Spi;
using SocketPools.Chips.Tests.Support;
using SocketPools.Chips.Wiznet;
using SocketPools.Radios;

namespace SocketPools.Chips.Tests.Driver;

/// <summary>Names, over DNS on a socket of the chip.</summary>
public sealed class LookupTests
{
    [Fact(Timeout = 240_000)]
    public async Task A_name_is_asked_of_the_DNS_server_and_the_socket_is_given_back()
    {
        using Cable cable = new();
        cable.Near.SetHostEntry("board.example", IPAddress.Parse("198.51.100.7"));
        using W5500Chip chip = new(cable.Near, new WiznetChipOptions { Lan = new EmulatedLan(cable.Near) { Gateway = Cable.FarAddress } });
        using WiznetRadio radio = new(new SpiTargetDevice(chip), new WiznetRadioOptions { Address = Cable.NearAddress, DnsServer = Cable.FarAddress });
        for (int i = 0; i < 20; i++)
        {
            AddressLookup answer = await radio.ResolveAsync(new AddressQuery("board.example", "80", Type: SocketType.Stream), TestContext.Current.CancellationToken);
            Assert.Equal("198.51.100.7:80", Assert.Single(answer.Rows).Address.ToString());
        }

        AddressLookup nobody = radio.Resolve(new AddressQuery("x.invalid"), new Deadline(TimeProvider.System, TimeSpan.FromSeconds(20)));
        Assert.True(nobody.Failed);
    }

    [Fact(Timeout = 240_000)]
    public void Without_an_answer_a_lookup_ends_at_its_deadline()
    {
        using Cable cable = new();
        using W5500Chip chip = new(cable.Near);
        using WiznetRadio radio = new(new SpiTargetDevice(chip), new WiznetRadioOptions { Address = Cable.NearAddress, DnsServer = Cable.FarAddress });
        AddressLookup late = radio.Resolve(new AddressQuery("board.example"), new Deadline(TimeProvider.System, TimeSpan.FromMilliseconds(50)));
        Assert.Equal((AddressInfoError.System, Errno.ETIMEDOUT), (late.Error, late.Errno));
    }
}
