using System.Buffers.Binary;

namespace SocketPools.Chips.Wiznet;

/// <summary>One hardware socket: its register block, and what the commands do. All members are called under the chip's lock.</summary>
internal sealed partial class ChipSocket
{
    private readonly WiznetChip _chip;
    private readonly byte[] _registers = new byte[SocketRegister.Count];
    private byte _interrupts;
    private byte _status;

    internal ChipSocket(WiznetChip chip, int number)
    {
        _chip = chip;
        Number = number;
    }

    internal int Number { get; }

    /// <summary>Where its transmit buffer begins in the chip's memory.</summary>
    internal int TransmitBase { get; set; }

    /// <summary>A power of two, or 0 for a socket without memory.</summary>
    internal int TransmitSize { get; set; }

    /// <summary>Where its receive buffer begins in the chip's memory.</summary>
    internal int ReceiveBase { get; set; }

    /// <summary>A power of two, or 0 for a socket without memory.</summary>
    internal int ReceiveSize { get; set; }

    /// <summary>Sn_RXBUF_SIZE in KB.</summary>
    internal byte ReceiveKilobytes
    {
        get => _registers[SocketRegister.ReceiveSize];
        set => _registers[SocketRegister.ReceiveSize] = value;
    }

    /// <summary>Sn_TXBUF_SIZE in KB.</summary>
    internal byte TransmitKilobytes
    {
        get => _registers[SocketRegister.TransmitSize];
        set => _registers[SocketRegister.TransmitSize] = value;
    }

    internal bool HasInterrupt => (_interrupts & _registers[SocketRegister.InterruptMask]) != 0;

    private int Protocol => _registers[SocketRegister.Mode] & SocketProtocol.Mask;

    private ReadOnlySpan<byte> Destination => _registers.AsSpan(SocketRegister.DestinationAddress, 4);

    private int DestinationPort => Word(SocketRegister.DestinationPort);

    private int Port => Word(SocketRegister.Port);

    /// <summary>Everything as after a reset of the chip.</summary>
    internal void Reset()
    {
        Release();
        Array.Clear(_registers);
        _registers.AsSpan(SocketRegister.DestinationHardware, 6).Fill(0xFF);
        _registers[SocketRegister.TimeToLive] = 0x80;
        _registers[SocketRegister.ReceiveSize] = 2;
        _registers[SocketRegister.TransmitSize] = 2;
        _registers[SocketRegister.InterruptMask] = 0xFF;
        _registers[SocketRegister.Fragment] = 0x40;
        _interrupts = 0;
        _status = SocketStatus.Closed;
        ResetPointers();
    }

    internal byte Read(int offset) => offset switch
    {
        SocketRegister.Command => 0, // every command is accepted at once
        SocketRegister.Interrupt => ReadShown(_interrupts),
        SocketRegister.Status => ReadShown(_status),
        SocketRegister.TransmitFree => (byte)(TransmitFree >> 8),
        SocketRegister.TransmitFree + 1 => (byte)TransmitFree,
        SocketRegister.TransmitRead => (byte)(_transmitRead >> 8),
        SocketRegister.TransmitRead + 1 => (byte)_transmitRead,
        SocketRegister.Received => (byte)(ReceivedSize >> 8),
        SocketRegister.Received + 1 => (byte)ReceivedSize,
        SocketRegister.ReceiveWrite => (byte)(_receiveWrite >> 8),
        SocketRegister.ReceiveWrite + 1 => (byte)_receiveWrite,
        < SocketRegister.Count => _registers[offset],
        _ => 0,
    };

    private byte ReadShown(byte value)
    {
        NoteEstablishedRead();
        return value;
    }

    internal void Write(int offset, byte value)
    {
        switch (offset)
        {
            case SocketRegister.Command:
                Execute(value);
                break;
            case SocketRegister.Interrupt:
                _interrupts &= (byte)~value;
                break;
            case SocketRegister.ReceiveSize or SocketRegister.TransmitSize:
                _registers[offset] = value;
                _chip.LayOutBuffers();
                break;
            case SocketRegister.Status:
            case SocketRegister.TransmitFree or SocketRegister.TransmitFree + 1 or SocketRegister.TransmitRead or SocketRegister.TransmitRead + 1:
            case SocketRegister.Received or SocketRegister.Received + 1 or SocketRegister.ReceiveWrite or SocketRegister.ReceiveWrite + 1:
                break; // read only
            case < SocketRegister.Count:
                _registers[offset] = value;
                break;
        }
    }

    private void Execute(byte command)
    {
        switch (command)
        {
            case SocketCommand.Open:
                Open();
                break;
            case SocketCommand.Listen when _status == SocketStatus.Init:
                Listen();
                break;
            case SocketCommand.Connect when _status == SocketStatus.Init:
                Connect();
                break;
            case SocketCommand.Disconnect:
                Disconnect();
                break;
            case SocketCommand.Close:
                Abort();
                _status = SocketStatus.Closed;
                break;
            case SocketCommand.Send or SocketCommand.SendMac:
                Send();
                break;
            case SocketCommand.Receive:
                AcknowledgeRead();
                Service();
                break;
        }
    }

    private void Open()
    {
        Release();
        ResetPointers();
        _status = SocketStatus.Closed;
        if (Protocol == SocketProtocol.Tcp)
        {
            _status = SocketStatus.Init;
        }
        else if (Protocol == SocketProtocol.Udp && OpenDatagrams())
        {
            _status = SocketStatus.Udp;
            Service();
        }
    }

    private void Raise(byte interrupt) => _interrupts |= interrupt;

    /// <summary>The connection is over, and the network below is given back.</summary>
    private void EndWith(byte interrupt)
    {
        Release();
        _status = SocketStatus.Closed;
        Raise(interrupt);
    }

    private int Word(int offset) => BinaryPrimitives.ReadUInt16BigEndian(_registers.AsSpan(offset, 2));
}
