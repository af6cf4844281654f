using System.Net;
using SocketPools.Chips.Lan;
using SocketPools.Chips.Nina;
using SocketPools.Chips.Spi;
using SocketPools.Chips.Wiznet;
using SocketPools.Python.PyTypes;

namespace SocketPools.Python;

/// <summary>What is behind a <c>_Chip</c>: a model over a radio of Python's.</summary>
internal sealed class PythonChip : IDisposable
{
    private readonly LeadFunction _lead;
    private readonly NinaChip? _nina;
    private readonly WiznetChip? _wiznet;

    private PythonChip(LeadFunction lead, NinaChip? nina, WiznetChip? wiznet)
    {
        _lead = lead;
        _nina = nina;
        _wiznet = wiznet;
    }

    internal ISpiTarget Target => _nina is null ? _wiznet! : _nina;

    internal bool IsBusy => _nina?.IsBusy ?? false;

    internal string? LastFailure => _nina?.LastRadioFailure ?? _wiznet?.LastRadioFailure;

    internal bool IsLinkUp
    {
        get => _wiznet?.IsLinkUp ?? true;
        set
        {
            if (_wiznet is not null)
            {
                _wiznet.IsLinkUp = value;
            }
        }
    }

    /// <summary>A chip by its name; null for a name that is none.</summary>
    internal static PythonChip? Create(string kind, PythonRadio radio, LeadFunction lead, ChipPlace place)
    {
        LedRadio led = new(radio.Radio, lead);
        WiznetChipOptions wired = new() { Lan = new EmulatedLan(led) { Address = place.Address, SubnetMask = place.Mask, Gateway = place.Gateway } };
        return kind switch
        {
            "airlift" => new PythonChip(lead, new NinaChip(led, Wireless(place, lead)), null),
            "w5500" => new PythonChip(lead, null, new W5500Chip(led, wired)),
            "w5100s" => new PythonChip(lead, null, new W5100SChip(led, wired)),
            _ => null,
        };
    }

    internal void Reset(bool held)
    {
        if (_nina is not null)
        {
            _nina.IsHeldInReset = held;
        }
        else if (held)
        {
            _wiznet!.Reset();
        }
    }

    public void Dispose()
    {
        _nina?.Dispose();
        _wiznet?.Dispose();
    }

    /// <summary>Lets go of the function. The caller holds the interpreter's lock.</summary>
    internal void Release() => _lead.Release();

    private static NinaChipOptions Wireless(ChipPlace place, LeadFunction lead) => new()
    {
        Address = place.Address,
        SubnetMask = place.Mask,
        Gateway = place.Gateway,
        StartsConnected = place.IsJoined,
        Ssid = place.Ssid,
        Passphrase = place.Passphrase,
        IsPlain = (host, port) =>
        {
            string name = host;
            int number = port;
            return lead.Ask("plain", ref name, ref number) == 1;
        },
    };
}

/// <summary>Where a chip is in its network.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Mask">The network's mask.</param>
/// <param name="Gateway">The gateway, which is the DHCP and DNS server too.</param>
/// <param name="IsJoined">Whether a Wi-Fi module is in its network from the start.</param>
/// <param name="Ssid">The only network, or null.</param>
/// <param name="Passphrase">Its passphrase, or null.</param>
internal sealed record ChipPlace(IPAddress Address, IPAddress Mask, IPAddress Gateway, bool IsJoined, string? Ssid, string? Passphrase);
