using System.Buffers.Binary;
using SocketPools.Radios;

namespace SocketPools.Chips.Wiznet;

/// <summary>
/// A model of the W5500: 8 sockets, 16 KB of transmit and 16 KB of receive memory. A frame is an address of 16 bits, a control byte with
/// block, direction and length mode, and data with the address counting up. Used with <c>SpiTargetDevice</c>.
/// </summary>
public sealed class W5500Chip : WiznetChip
{
    private const int MemorySize = 16 * 1024;
    private const byte Version = 0x04;

    private readonly byte[] _common = new byte[0x40];
    private readonly byte[] _header = new byte[3];
    private int _headerCount;
    private int _address;
    private int _left;

    /// <summary>Makes a chip, as after power-on.</summary>
    /// <param name="radio">What carries its sockets. They do not count against the radio's budget.</param>
    /// <param name="options">How it is connected; null for the defaults.</param>
    public W5500Chip(Radio radio, WiznetChipOptions? options = null)
        : base(radio, options, 8, MemorySize) => Reset();

    internal override RetrySettings Retry => new(BinaryPrimitives.ReadUInt16BigEndian(_common.AsSpan(Register.RetryTime, 2)), _common[Register.RetryCount]);

    private protected override bool IsInterruptPending =>
        (SocketInterrupts & _common[Register.SocketInterruptMask]) != 0 || (_common[Register.Interrupt] & _common[Register.InterruptMask]) != 0;

    private protected override void BeginHeader() => _headerCount = 0;

    private protected override byte Exchange(byte output)
    {
        if (_headerCount < 3)
        {
            _header[_headerCount++] = output;
            if (_headerCount == 3)
            {
                _address = BinaryPrimitives.ReadUInt16BigEndian(_header);
                _left = (_header[2] & 3) switch { 1 => 1, 2 => 2, 3 => 4, _ => int.MaxValue };
            }

            return (byte)_headerCount; // what the chip sends during the header: 01 02 03
        }

        int block = _header[2] >> 3;
        bool writes = (_header[2] & 4) != 0;
        byte input = writes ? (byte)0 : Read(block, _address);
        if (writes)
        {
            Write(block, _address, output);
        }

        _address = (_address + 1) & 0xFFFF;
        if (_left != int.MaxValue && --_left == 0)
        {
            _headerCount = 0; // a frame of fixed length may be followed by another one
        }

        return input;
    }

    private protected override void ResetRegisters()
    {
        Array.Clear(_common);
        BinaryPrimitives.WriteUInt16BigEndian(_common.AsSpan(Register.RetryTime), 2000);
        _common[Register.RetryCount] = 8;
        _common[Register.PppTimer] = 0x28;
        _common.AsSpan(Register.PppUnit, 2).Fill(0xFF);
        _common[Register.Phy] = 0xB8;
        _common[Register.Version] = Version;
    }

    // Blocks: 0 is common; then for each socket registers, transmit buffer, receive buffer, and one that is reserved.
    private byte Read(int block, int address) => (block & 3, block >> 2) switch
    {
        (0, 0) => ReadCommon(address),
        (1, int n) => Sockets[n].Read(address),
        (2, int n) => Sockets[n].ReadTransmit(address),
        (3, int n) => Sockets[n].ReadReceive(address),
        _ => 0,
    };

    private void Write(int block, int address, byte value)
    {
        switch (block & 3)
        {
            case 0 when block == 0:
                WriteCommon(address, value);
                break;
            case 1:
                Sockets[block >> 2].Write(address, value);
                break;
            case 2:
                Sockets[block >> 2].WriteTransmit(address, value);
                break;
        }
    }

    private byte ReadCommon(int address) => address switch
    {
        Register.SocketInterrupt => SocketInterrupts,
        Register.Phy => (byte)((_common[Register.Phy] & 0xF8) | (IsLinkUpUnsynchronized ? 0x07 : 0x00)),
        < 0x40 => _common[address],
        _ => 0,
    };

    private void WriteCommon(int address, byte value)
    {
        switch (address)
        {
            case Register.Mode when (value & 0x80) != 0:
                ResetUnsynchronized();
                break;
            case Register.Interrupt:
                _common[address] &= (byte)~value;
                break;
            case Register.SocketInterrupt or Register.Version:
            case >= Register.UnreachableAddress and < Register.Phy:
                break; // read only
            case < 0x40:
                _common[address] = value;
                break;
        }
    }

    /// <summary>Common registers (data sheet, section 4.1).</summary>
    private static class Register
    {
        internal const int Mode = 0x00;
        internal const int HardwareAddress = 0x09;
        internal const int OwnAddress = 0x0F;
        internal const int Interrupt = 0x15;
        internal const int InterruptMask = 0x16;
        internal const int SocketInterrupt = 0x17;
        internal const int SocketInterruptMask = 0x18;
        internal const int RetryTime = 0x19;
        internal const int RetryCount = 0x1B;
        internal const int PppTimer = 0x1C;
        internal const int PppUnit = 0x26;
        internal const int UnreachableAddress = 0x28;
        internal const int Phy = 0x2E;
        internal const int Version = 0x39;
    }
}
