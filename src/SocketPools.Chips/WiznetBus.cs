using System.Buffers.Binary;
using System.Device.Spi;
using SocketPools.Chips.Wiznet;

namespace SocketPools.Chips;

/// <summary>Frames to the chip. Used under the radio's lock; its buffers are made once.</summary>
internal abstract class WiznetBus
{
    private const int HeaderLength = 3;

    private readonly SpiDevice _device;
    private readonly byte[] _output = new byte[HeaderLength + BufferSize];
    private readonly byte[] _input = new byte[HeaderLength + BufferSize];

    private protected WiznetBus(SpiDevice device) => _device = device;

    /// <summary>Bytes of each of a socket's two buffers, as they are after reset.</summary>
    internal const int BufferSize = 2048;

    internal abstract string ChipName { get; }

    internal abstract int SocketCount { get; }

    /// <summary>RTR: retry time in units of 100 µs; RCR, one byte, follows.</summary>
    internal abstract int RetryRegister { get; }

    internal abstract int PhyRegister { get; }

    internal abstract int InterruptMaskRegister { get; }

    /// <summary>Resets whichever chip is there. Null when none answers.</summary>
    internal static WiznetBus? Detect(SpiDevice device)
    {
        foreach (WiznetBus bus in (WiznetBus[])[new W5100SBus(device), new W5500Bus(device)])
        {
            bus.WriteCommon(0, 0x80);
            if (bus.IsThere())
            {
                return bus;
            }
        }

        return null;
    }

    internal abstract void ReadCommon(int address, Span<byte> data);

    internal abstract void WriteCommon(int address, params ReadOnlySpan<byte> data);

    internal abstract void ReadSocket(int socket, int register, Span<byte> data);

    internal abstract void WriteSocket(int socket, int register, params ReadOnlySpan<byte> data);

    internal abstract void ReadBuffer(int socket, ushort pointer, Span<byte> data);

    internal abstract void WriteBuffer(int socket, ushort pointer, ReadOnlySpan<byte> data);

    internal void WriteSocketWord(int socket, int register, int value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        WriteSocket(socket, register, bytes);
    }

    internal void Command(int socket, byte command)
    {
        WriteSocket(socket, SocketRegister.Command, command);
        Span<byte> busy = stackalloc byte[1];
        for (int i = 0; i < 1000; i++)
        {
            ReadSocket(socket, SocketRegister.Command, busy);
            if (busy[0] == 0)
            {
                return; // accepted
            }
        }
    }

    private protected abstract bool IsThere();

    private protected void Read(byte first, byte second, byte third, Span<byte> data)
    {
        Span<byte> output = _output.AsSpan(0, HeaderLength + data.Length);
        output.Clear();
        (output[0], output[1], output[2]) = (first, second, third);
        Span<byte> input = _input.AsSpan(0, output.Length);
        _device.TransferFullDuplex(output, input);
        input[HeaderLength..].CopyTo(data);
    }

    private protected void Write(byte first, byte second, byte third, ReadOnlySpan<byte> data)
    {
        (_output[0], _output[1], _output[2]) = (first, second, third);
        data.CopyTo(_output.AsSpan(HeaderLength));
        _device.Write(_output.AsSpan(0, HeaderLength + data.Length));
    }

    private protected byte ReadOne(int address)
    {
        Span<byte> one = stackalloc byte[1];
        ReadCommon(address, one);
        return one[0];
    }
}

/// <summary>W5500: a control byte says block and direction, and buffers wrap by themselves.</summary>
internal sealed class W5500Bus(SpiDevice device) : WiznetBus(device)
{
    internal override string ChipName => "W5500";

    internal override int SocketCount => 8;

    internal override int RetryRegister => 0x19;

    internal override int PhyRegister => 0x2E;

    internal override int InterruptMaskRegister => 0x18;

    internal override void ReadCommon(int address, Span<byte> data) => ReadBlock(0, address, data);

    internal override void WriteCommon(int address, params ReadOnlySpan<byte> data) => WriteBlock(0, address, data);

    internal override void ReadSocket(int socket, int register, Span<byte> data) => ReadBlock((socket * 4) + 1, register, data);

    internal override void WriteSocket(int socket, int register, params ReadOnlySpan<byte> data) => WriteBlock((socket * 4) + 1, register, data);

    internal override void ReadBuffer(int socket, ushort pointer, Span<byte> data) => ReadBlock((socket * 4) + 3, pointer, data);

    internal override void WriteBuffer(int socket, ushort pointer, ReadOnlySpan<byte> data) => WriteBlock((socket * 4) + 2, pointer, data);

    private protected override bool IsThere() => ReadOne(0x39) == 0x04;

    private void ReadBlock(int block, int address, Span<byte> data) => Read((byte)(address >> 8), (byte)address, (byte)(block << 3), data);

    private void WriteBlock(int block, int address, ReadOnlySpan<byte> data) => Write((byte)(address >> 8), (byte)address, (byte)((block << 3) | 4), data);
}

/// <summary>W5100S: everything has an address, and the driver wraps.</summary>
internal sealed class W5100SBus(SpiDevice device) : WiznetBus(device)
{
    internal override string ChipName => "W5100S";

    internal override int SocketCount => 4;

    internal override int RetryRegister => 0x17;

    internal override int PhyRegister => 0x3C;

    internal override int InterruptMaskRegister => 0x16;

    internal override void ReadCommon(int address, Span<byte> data) => Read(0x0F, (byte)(address >> 8), (byte)address, data);

    internal override void WriteCommon(int address, params ReadOnlySpan<byte> data) => Write(0xF0, (byte)(address >> 8), (byte)address, data);

    internal override void ReadSocket(int socket, int register, Span<byte> data) => ReadCommon(SocketAt(socket, register), data);

    internal override void WriteSocket(int socket, int register, params ReadOnlySpan<byte> data) => WriteCommon(SocketAt(socket, register), data);

    internal override void ReadBuffer(int socket, ushort pointer, Span<byte> data)
    {
        int first = Math.Min(data.Length, BufferSize - Offset(pointer));
        ReadCommon(0x6000 + (socket * BufferSize) + Offset(pointer), data[..first]);
        if (first < data.Length)
        {
            ReadCommon(0x6000 + (socket * BufferSize), data[first..]);
        }
    }

    internal override void WriteBuffer(int socket, ushort pointer, ReadOnlySpan<byte> data)
    {
        int first = Math.Min(data.Length, BufferSize - Offset(pointer));
        WriteCommon(0x4000 + (socket * BufferSize) + Offset(pointer), data[..first]);
        if (first < data.Length)
        {
            WriteCommon(0x4000 + (socket * BufferSize), data[first..]);
        }
    }

    private protected override bool IsThere() => ReadOne(0x80) == 0x51;

    private static int SocketAt(int socket, int register) => 0x400 + (socket * 0x100) + register;

    private static int Offset(ushort pointer) => pointer & (BufferSize - 1);
}
