using System.Text;
using SocketPools.Radios;

namespace SocketPools.Chips.Nina;

/// <summary>The firmware: a table of sockets, and what each command does to it. One command runs at a time.</summary>
internal sealed partial class NinaFirmware(Radio radio, NinaChipOptions options) : IDisposable
{
    private const string Version = "3.3.0";
    private const int MaxSockets = 6;
    private const int MostRead = 4076;

    private readonly NinaSlot[] _slots = [.. Enumerable.Range(0, MaxSockets).Select(_ => new NinaSlot())];
    private readonly Lock _slotsLock = new();
    private byte[] _host = new byte[4];

    internal string? LastRadioFailure { get; private set; }

    /// <summary>Carries a command out.</summary>
    internal async ValueTask<byte[]> HandleAsync(NinaMessage message)
    {
        byte command = message.Command;
        switch (command)
        {
            case NinaCommand.StartClient:
                return await StartClientAsync(message).ConfigureAwait(false) ? NinaReply.Byte(command, 1) : NinaReply.None(command);
            case NinaCommand.SendData:
                return NinaReply.Word(command, await SendAsync(message).ConfigureAwait(false));
            case NinaCommand.RequestHost:
                return NinaReply.Byte(command, await ResolveAsync(message.Text(0)).ConfigureAwait(false) ? 1 : 0);
            case NinaCommand.Ping:
                return NinaReply.Word(command, await PingAsync(message).ConfigureAwait(false));
            default:
                lock (_slotsLock)
                {
                    return HandleSockets(message) ?? HandleNetwork(message) ?? HandleModule(message) ?? NinaReply.Error;
                }
        }
    }

    /// <summary>As after a reset.</summary>
    internal void Restart()
    {
        lock (_slotsLock)
        {
            foreach (NinaSlot slot in _slots)
            {
                slot.Reset();
            }

            _status = options.StartsConnected ? Status.Connected : Status.Idle;
            _ssid = options.StartsConnected ? options.Ssid ?? "" : "";
        }
    }

    public void Dispose() => Restart();

    private NinaSlot? Slot(byte number) => number < MaxSockets ? _slots[number] : null;

    /// <summary>Commands about the module itself.</summary>
    private byte[]? HandleModule(NinaMessage message)
    {
        byte command = message.Command;
        switch (command)
        {
            case NinaCommand.GetVersion:
                return NinaReply.Of(command, [[.. Encoding.ASCII.GetBytes(Version), 0]]);
            case NinaCommand.SetDebug or NinaCommand.SetPowerMode or NinaCommand.SetPinMode or NinaCommand.WriteDigital or NinaCommand.WriteAnalog:
            case NinaCommand.SetCertificate or NinaCommand.SetPrivateKey:
                return NinaReply.Byte(command, 1);
            case NinaCommand.ReadDigital:
                return NinaReply.Byte(command, 0);
            case NinaCommand.ReadAnalog:
                return NinaReply.Of(command, [new byte[4]]);
            case NinaCommand.GetTemperature:
                return NinaReply.Of(command, [BitConverter.GetBytes(42.2f)]);
            case NinaCommand.GetTime:
                long now = _status == Status.Connected ? radio.TimeProvider.GetUtcNow().ToUnixTimeSeconds() : 0;
                return NinaReply.Of(command, [BitConverter.GetBytes((int)now)]);
            default:
                return null;
        }
    }

    private void Refused(string? failure) => LastRadioFailure = failure ?? LastRadioFailure;
}

/// <summary>What a number of a socket stands for.</summary>
internal sealed class NinaSlot
{
    internal enum Mode : byte
    {
        Tcp = 0,
        Udp = 1,
        Tls = 2,
        Multicast = 3,
        None = 0xFF,
    }

    internal Mode Type { get; set; } = Mode.None;

    /// <summary>Whether it ever was a client's connection. Only then the end of one frees the number by itself.</summary>
    internal bool WasConnected { get; set; }

    internal NinaClient? Client { get; private set; }

    internal NinaUdp Udp { get; } = new();

    /// <summary>Stays when the socket is stopped, as in the firmware.</summary>
    internal RadioSocket? Server { get; set; }

    internal void Take(NinaClient client, Mode type, bool connected)
    {
        Client?.Dispose();
        Client = client;
        Type = type;
        WasConnected |= connected;
    }

    internal void StopClient()
    {
        Client?.Dispose();
        Client = null;
    }

    internal void Reset()
    {
        StopClient();
        Udp.Dispose();
        Server?.Close();
        Server = null;
        Type = Mode.None;
        WasConnected = false;
    }
}
