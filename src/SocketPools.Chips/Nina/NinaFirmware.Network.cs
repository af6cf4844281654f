using System.Net;
using System.Net.Sockets;
using System.Text;
using SocketPools.Radios;

namespace SocketPools.Chips.Nina;

/// <summary>Commands about Wi-Fi, addresses and names.</summary>
internal sealed partial class NinaFirmware
{
    private const int Rssi = -50;
    private const int Channel = 6;
    private const byte EncryptionOpen = 7;
    private const byte EncryptionWpa2 = 4;

    private static readonly byte[] s_hardwareAddress = [0x10, 0x57, 0x00, 0x57, 0x57, 0x02]; // the lowest byte first
    private static readonly byte[] s_bssid = [0x01, 0x57, 0x00, 0x57, 0x57, 0x02];

    private Status _status = options.StartsConnected ? Status.Connected : Status.Idle;
    private string _ssid = options.StartsConnected ? options.Ssid ?? "" : "";
    private IPAddress? _address;
    private IPAddress? _mask;
    private IPAddress? _gateway;
    private byte[][] _dns = [new byte[4], new byte[4]];

    private enum Status : byte
    {
        Idle = 0,
        NoSsidAvailable = 1,
        Connected = 3,
        ConnectFailed = 4,
        Disconnected = 6,
        AccessPointListening = 7,
    }

    private bool IsInNetwork => _status is Status.Connected or Status.AccessPointListening;

    private byte[]? HandleNetwork(NinaMessage message)
    {
        byte command = message.Command;
        switch (command)
        {
            case NinaCommand.SetNetwork:
                Join(message.Text(0), "");
                return NinaReply.Byte(command, 1);
            case NinaCommand.SetPassphrase:
                Join(message.Text(0), message.Text(1));
                return NinaReply.Byte(command, 1);
            case NinaCommand.SetEnterpriseIdentity or NinaCommand.SetEnterpriseUser or NinaCommand.SetEnterprisePassword or NinaCommand.EnableEnterprise:
            case NinaCommand.SetHostname or NinaCommand.StartScan:
                return NinaReply.Byte(command, 1);
            case NinaCommand.SetIPConfiguration when message.Bytes(1).Length == 4 && message.Bytes(2).Length == 4 && message.Bytes(3).Length == 4:
                (_address, _gateway, _mask) = (new IPAddress(message.Bytes(1)), new IPAddress(message.Bytes(2)), new IPAddress(message.Bytes(3)));
                return NinaReply.Byte(command, 0); // the firmware leaves the byte as it was
            case NinaCommand.SetDnsConfiguration when message.Bytes(1).Length == 4 && message.Bytes(2).Length == 4:
                _dns = [message.Bytes(1).ToArray(), message.Bytes(2).ToArray()];
                return NinaReply.Byte(command, 1);
            case NinaCommand.GetDnsConfiguration:
                return NinaReply.Of(command, _dns);
            case NinaCommand.SetAccessPoint or NinaCommand.SetAccessPointPassphrase:
                _ssid = message.Text(0);
                _status = Status.AccessPointListening;
                return NinaReply.Byte(command, 1);
            case NinaCommand.Disconnect:
                Leave();
                return NinaReply.Byte(command, 1);
            case NinaCommand.GetReasonCode:
                return NinaReply.Byte(command, _status == Status.Disconnected ? 8 : 1); // the station left; unspecified
            case NinaCommand.GetConnectionStatus:
                return NinaReply.Byte(command, (byte)_status);
            case NinaCommand.GetAddress:
                return NinaReply.Of(command, IsInNetwork ? [Bytes(_address ?? options.Address), Bytes(_mask ?? options.SubnetMask), Bytes(_gateway ?? options.Gateway)]
                    : [new byte[4], new byte[4], new byte[4]]);
            case NinaCommand.GetHardwareAddress:
                return NinaReply.Of(command, [s_hardwareAddress]);
            case NinaCommand.GetSsid:
                return NinaReply.Of(command, [Encoding.UTF8.GetBytes(_ssid)]);
            case NinaCommand.ScanNetworks:
                return NinaReply.Of(command, [Encoding.UTF8.GetBytes(options.Ssid ?? "socketpool")]);
            case NinaCommand.GetBssid or NinaCommand.GetScannedBssid:
                return NinaReply.Of(command, [s_bssid]);
            case NinaCommand.GetRssi or NinaCommand.GetScannedRssi:
                return NinaReply.Of(command, [BitConverter.GetBytes(Rssi)]);
            case NinaCommand.GetEncryption or NinaCommand.GetScannedEncryption:
                return NinaReply.Byte(command, options.Passphrase is null ? EncryptionOpen : EncryptionWpa2);
            case NinaCommand.GetScannedChannel:
                return NinaReply.Byte(command, Channel);
            case NinaCommand.GetHost:
                return NinaReply.Of(command, [_host]);
            default:
                return null;
        }
    }

    private static byte[] Bytes(IPAddress address) => address.GetAddressBytes();

    private void Join(string ssid, string passphrase)
    {
        _ssid = ssid;
        _status = options.Ssid is not null && options.Ssid != ssid ? Status.NoSsidAvailable
            : options.Passphrase is not null && options.Passphrase != passphrase ? Status.ConnectFailed
            : Status.Connected;
    }

    /// <summary>The firmware closes the sockets that do not listen.</summary>
    private void Leave()
    {
        _status = Status.Disconnected;
        foreach (NinaSlot slot in _slots)
        {
            slot.StopClient();
        }
    }

    private async ValueTask<bool> ResolveAsync(string host)
    {
        IPAddress? address = IsInNetwork || IPAddress.TryParse(host, out _) ? await LookUpAsync(host).ConfigureAwait(false) : null;
        if (address is null)
        {
            return false;
        }

        _host = address.GetAddressBytes();
        return true;
    }

    private async ValueTask<IPAddress?> LookUpAsync(string host)
    {
        AddressQuery query = new(host, null, AddressFamily.InterNetwork, SocketType.Stream);
        AddressLookup answer = await radio.ResolveAsync(query, CancellationToken.None).ConfigureAwait(false);
        return answer.Failed ? null : answer.Rows[0].Address.ToIPAddress();
    }
}
