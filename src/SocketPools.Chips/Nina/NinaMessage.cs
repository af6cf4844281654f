using System.Buffers.Binary;
using System.Text;

namespace SocketPools.Chips.Nina;

/// <summary>A command of the host: E0, number, count of parameters, each behind its length of one byte or two, EE.</summary>
internal readonly struct NinaMessage
{
    internal const byte Start = 0xE0;
    internal const byte End = 0xEE;
    internal const byte Error = 0xEF;
    internal const byte ReplyFlag = 0x80;

    private const int MostParameters = 16;

    private readonly byte[][] _parameters;

    private NinaMessage(byte command, byte[][] parameters)
    {
        Command = command;
        _parameters = parameters;
    }

    internal byte Command { get; }

    internal int Count => _parameters.Length;

    /// <summary>Reads a command; false for what is none.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, out NinaMessage message)
    {
        message = default;
        if (bytes.Length < 3 || bytes[0] != Start || bytes[1] >= ReplyFlag || bytes[2] > MostParameters)
        {
            return false;
        }

        bool wide = bytes[1] is NinaCommand.SendData or NinaCommand.GetDataBuffer or NinaCommand.InsertDataBuffer;
        byte[][] parameters = new byte[bytes[2]][];
        int at = 3;
        for (int i = 0; i < parameters.Length; i++)
        {
            int width = wide ? 2 : 1;
            if (at + width > bytes.Length)
            {
                return false;
            }

            int length = wide ? BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]) : bytes[at];
            at += width;
            if (at + length > bytes.Length)
            {
                return false;
            }

            parameters[i] = bytes.Slice(at, length).ToArray();
            at += length;
        }

        message = new NinaMessage(bytes[1], parameters);
        return true;
    }

    /// <summary>A parameter; empty when there is none.</summary>
    internal ReadOnlySpan<byte> Bytes(int index) => index >= 0 && index < _parameters.Length ? _parameters[index] : [];

    /// <summary>The first byte of a parameter; 0 without one, as in the firmware's cleared buffer.</summary>
    internal byte Byte(int index) => Bytes(index) is [byte first, ..] ? first : (byte)0;

    internal int BigEndian(int index) => Bytes(index) is { Length: >= 2 } bytes ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : 0;

    internal int LittleEndian(int index) => Bytes(index) is { Length: >= 2 } bytes ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : 0;

    internal string Text(int index) => Encoding.UTF8.GetString(Bytes(index));
}

/// <summary>An answer: E0, number with the reply flag, count of parameters, the parameters, EE, and zeros up to a multiple of four.</summary>
internal static class NinaReply
{
    private static readonly byte[] s_error = [NinaMessage.Error, 0, NinaMessage.End, 0];

    /// <summary>What the firmware answers to a command that it does not know.</summary>
    internal static byte[] Error => s_error;

    /// <summary>An answer without a parameter: a connect that has failed.</summary>
    internal static byte[] None(byte command) => [NinaMessage.Start, (byte)(command | NinaMessage.ReplyFlag), 0, NinaMessage.End];

    internal static byte[] Byte(byte command, int value) => Of(command, [[(byte)value]]);

    internal static byte[] Word(byte command, int value) => Of(command, [[(byte)value, (byte)(value >> 8)]]);

    internal static byte[] Of(byte command, byte[][] parameters, bool wide = false)
    {
        int length = 4 + parameters.Sum(p => p.Length + (wide ? 2 : 1));
        byte[] reply = new byte[(length + 3) & ~3];
        (reply[0], reply[1], reply[2]) = (NinaMessage.Start, (byte)(command | NinaMessage.ReplyFlag), (byte)parameters.Length);
        int at = 3;
        foreach (byte[] parameter in parameters)
        {
            if (wide)
            {
                reply[at++] = (byte)(parameter.Length >> 8);
            }

            reply[at++] = (byte)parameter.Length;
            parameter.CopyTo(reply, at);
            at += parameter.Length;
        }

        reply[at] = NinaMessage.End;
        return reply;
    }
}

/// <summary>The firmware's numbers of commands that this model carries out.</summary>
internal static class NinaCommand
{
    internal const byte SetNetwork = 0x10;
    internal const byte SetPassphrase = 0x11;
    internal const byte SetIPConfiguration = 0x14;
    internal const byte SetDnsConfiguration = 0x15;
    internal const byte SetHostname = 0x16;
    internal const byte SetPowerMode = 0x17;
    internal const byte SetAccessPoint = 0x18;
    internal const byte SetAccessPointPassphrase = 0x19;
    internal const byte SetDebug = 0x1A;
    internal const byte GetTemperature = 0x1B;
    internal const byte GetDnsConfiguration = 0x1E;
    internal const byte GetReasonCode = 0x1F;
    internal const byte GetConnectionStatus = 0x20;
    internal const byte GetAddress = 0x21;
    internal const byte GetHardwareAddress = 0x22;
    internal const byte GetSsid = 0x23;
    internal const byte GetBssid = 0x24;
    internal const byte GetRssi = 0x25;
    internal const byte GetEncryption = 0x26;
    internal const byte ScanNetworks = 0x27;
    internal const byte StartServer = 0x28;
    internal const byte GetServerState = 0x29;
    internal const byte DataSent = 0x2A;
    internal const byte AvailableData = 0x2B;
    internal const byte GetDataByte = 0x2C;
    internal const byte StartClient = 0x2D;
    internal const byte StopClient = 0x2E;
    internal const byte GetClientState = 0x2F;
    internal const byte Disconnect = 0x30;
    internal const byte GetScannedRssi = 0x32;
    internal const byte GetScannedEncryption = 0x33;
    internal const byte RequestHost = 0x34;
    internal const byte GetHost = 0x35;
    internal const byte StartScan = 0x36;
    internal const byte GetVersion = 0x37;
    internal const byte SendDatagram = 0x39;
    internal const byte GetRemote = 0x3A;
    internal const byte GetTime = 0x3B;
    internal const byte GetScannedBssid = 0x3C;
    internal const byte GetScannedChannel = 0x3D;
    internal const byte Ping = 0x3E;
    internal const byte GetSocket = 0x3F;
    internal const byte SetCertificate = 0x40;
    internal const byte SetPrivateKey = 0x41;
    internal const byte SendData = 0x44;
    internal const byte GetDataBuffer = 0x45;
    internal const byte InsertDataBuffer = 0x46;
    internal const byte SetEnterpriseIdentity = 0x4A;
    internal const byte SetEnterpriseUser = 0x4B;
    internal const byte SetEnterprisePassword = 0x4C;
    internal const byte EnableEnterprise = 0x4F;
    internal const byte SetPinMode = 0x50;
    internal const byte WriteDigital = 0x51;
    internal const byte WriteAnalog = 0x52;
    internal const byte ReadDigital = 0x53;
    internal const byte ReadAnalog = 0x54;
}
