using System.Buffers.Binary;
using SocketPools.Radios;

namespace SocketPools.Chips.Wiznet;

/// <summary>
/// A model of the W5100S: 4 sockets, 8 KB of transmit and 8 KB of receive memory. A frame is an operation (0xF0 writes, 0x0F reads), an
/// address of 16 bits, and data with the address counting up. Buffers are memory at fixed addresses: the driver wraps. Used with
/// <c>SpiTargetDevice</c>.
/// </summary>
public sealed class W5100SChip : WiznetChip
{
    private const int MemorySize = 8 * 1024;
    private const int SocketBase = 0x0400;
    private const int TransmitMemory = 0x4000;
    private const int ReceiveMemory = 0x6000;
    private const byte WriteOperation = 0xF0;
    private const byte ReadOperation = 0x0F;

    private readonly byte[] _common = new byte[0x90];
    private readonly byte[] _header = new byte[3];
    private int _headerCount;
    private int _address;

    /// <summary>Makes a chip, as after power-on.</summary>
    /// <param name="radio">What carries its sockets. They do not count against the radio's budget.</param>
    /// <param name="options">How it is connected; null for the defaults.</param>
    public W5100SChip(Radio radio, WiznetChipOptions? options = null)
        : base(radio, options, 4, MemorySize) => Reset();

    internal override RetrySettings Retry => new(BinaryPrimitives.ReadUInt16BigEndian(_common.AsSpan(Register.RetryTime, 2)), _common[Register.RetryCount]);

    private protected override bool IsInterruptPending =>
        (_common[Register.Mode2] & 0x40) != 0 && (InterruptRegister & _common[Register.InterruptMask]) != 0;

    private byte InterruptRegister => (byte)(_common[Register.Interrupt] | SocketInterrupts);

    private protected override void BeginHeader() => _headerCount = 0;

    private protected override byte Exchange(byte output)
    {
        if (_headerCount < 3)
        {
            _header[_headerCount++] = output;
            _address = _header[1] << 8 | _header[2];
            return (byte)(_headerCount - 1); // what the chip sends during the header: 00 01 02
        }

        int address = _address;
        _address = (_address + 1) & 0xFFFF;
        switch (_header[0])
        {
            case WriteOperation:
                Write(address, output);
                return 3;
            case ReadOperation:
                return Read(address);
            default:
                return 0;
        }
    }

    private protected override void ResetRegisters()
    {
        Array.Clear(_common);
        _common[Register.Mode] = 0x03;
        BinaryPrimitives.WriteUInt16BigEndian(_common.AsSpan(Register.RetryTime), 2000);
        _common[Register.RetryCount] = 8;
        _common[Register.ReceiveSizes] = 0x55;
        _common[Register.TransmitSizes] = 0x55;
        _common[Register.PppTimer] = 0x28;
        _common[Register.Mode2] = 0x40;
        _common.AsSpan(Register.PppUnit, 2).Fill(0xFF);
        _common[Register.Version] = 0x51;
    }

    private byte Read(int address) => address switch
    {
        Register.Interrupt => InterruptRegister,
        Register.PhyStatus => (byte)(IsLinkUpUnsynchronized ? 0x01 : 0x00), // 100 Mbit/s full duplex while the link is up
        < 0x90 => _common[address],
        >= SocketBase and < SocketBase + 0x400 => Sockets[(address - SocketBase) >> 8].Read(address & 0xFF),
        >= TransmitMemory and < TransmitMemory + MemorySize => Transmit[address - TransmitMemory],
        >= ReceiveMemory and < ReceiveMemory + MemorySize => Receive[address - ReceiveMemory],
        _ => 0,
    };

    private void Write(int address, byte value)
    {
        switch (address)
        {
            case >= SocketBase and < SocketBase + 0x400:
                Sockets[(address - SocketBase) >> 8].Write(address & 0xFF, value);
                break;
            case >= TransmitMemory and < TransmitMemory + MemorySize:
                Transmit[address - TransmitMemory] = value;
                break;
            case < 0x90:
                WriteCommon(address, value);
                break;
        }
    }

    private void WriteCommon(int address, byte value)
    {
        switch (address)
        {
            case Register.Mode when (value & 0x80) != 0:
                ResetUnsynchronized();
                break;
            case Register.Interrupt:
                _common[address] &= (byte)~value; // the sockets' bits are cleared at the sockets
                break;
            case Register.ReceiveSizes:
                _common[address] = value;
                for (int i = 0; i < Sockets.Length; i++)
                {
                    Sockets[i].ReceiveKilobytes = (byte)(1 << (value >> (2 * i) & 3));
                }

                LayOutBuffers();
                break;
            case Register.TransmitSizes:
                _common[address] = value;
                for (int i = 0; i < Sockets.Length; i++)
                {
                    Sockets[i].TransmitKilobytes = (byte)(1 << (value >> (2 * i) & 3));
                }

                LayOutBuffers();
                break;
            case Register.PhyStatus or Register.Version:
            case >= Register.UnreachableAddress and < Register.UnreachableAddress + 6:
                break; // read only
            default:
                _common[address] = value;
                break;
        }
    }

    /// <summary>Common registers (data sheet, section 3.1).</summary>
    private static class Register
    {
        internal const int Mode = 0x00;
        internal const int HardwareAddress = 0x09;
        internal const int OwnAddress = 0x0F;
        internal const int Interrupt = 0x15;
        internal const int InterruptMask = 0x16;
        internal const int RetryTime = 0x17;
        internal const int RetryCount = 0x19;
        internal const int ReceiveSizes = 0x1A;
        internal const int TransmitSizes = 0x1B;
        internal const int PppTimer = 0x28;
        internal const int UnreachableAddress = 0x2A;
        internal const int Mode2 = 0x30;
        internal const int PppUnit = 0x3A;
        internal const int PhyStatus = 0x3C;
        internal const int Version = 0x80;
    }
}
