using System.Net;
using System.Net.NetworkInformation;
using SocketPools.Chips.Spi;
using SocketPools.Chips.Wiznet;
using SocketPools.Radios;

namespace SocketPools.Chips.Tests.Support;

/// <summary>Two chips, each driven over its own emulated bus, on one cable.</summary>
internal sealed class ChipPair : IDisposable
{
    private readonly Cable _cable;
    private readonly WiznetChip[] _chips;

    internal ChipPair(string kind, TimeProvider? clock = null)
    {
        _cable = new Cable(clock);
        _chips = [Make(kind, _cable.Near), Make(kind, _cable.Far)];
        Near = Drive(_chips[0], Cable.NearAddress, 1, clock);
        Far = Drive(_chips[1], Cable.FarAddress, 2, clock);
    }

    internal WiznetRadio Near { get; }

    internal WiznetRadio Far { get; }

    internal WiznetChip NearChip => _chips[0];

    internal Cable Cable => _cable;

    private static WiznetChip Make(string kind, Radio radio) => kind == "W5100S" ? new W5100SChip(radio) : new W5500Chip(radio);

    private static WiznetRadio Drive(WiznetChip chip, IPAddress address, byte number, TimeProvider? clock)
    {
        WiznetRadio radio = new(new SpiTargetDevice(chip), new WiznetRadioOptions
        {
            Address = address,
            HardwareAddress = new PhysicalAddress([2, 0, 0, 0, 0, number]),
            LingerTimeout = TimeSpan.FromSeconds(20),
            TimeProvider = clock ?? TimeProvider.System,
        });
        chip.InterruptAsserted += radio.NotifyInterrupt;
        return radio;
    }

    public void Dispose()
    {
        Near.Dispose();
        Far.Dispose();
        foreach (WiznetChip chip in _chips)
        {
            chip.Dispose();
        }

        _cable.Dispose();
    }
}
