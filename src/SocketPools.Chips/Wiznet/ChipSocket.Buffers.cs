namespace SocketPools.Chips.Wiznet;

/// <summary>The two rings of a hardware socket. Pointers have 16 bits and run on; an index into a ring is a pointer modulo its size.</summary>
internal sealed partial class ChipSocket
{
    private ushort _transmitRead;
    private ushort _receiveWrite;

    // What RECV has acknowledged; Sn_RX_RD may be ahead of it.
    private ushort _receiveRead;

    private ushort TransmitWrite => (ushort)Word(SocketRegister.TransmitWrite);

    private int TransmitFree => Math.Max(0, TransmitSize - (ushort)(TransmitWrite - _transmitRead));

    private int ReceivedSize => (ushort)(_receiveWrite - _receiveRead);

    private int ReceiveRoom => Math.Max(0, ReceiveSize - ReceivedSize);

    /// <summary>A byte of the transmit buffer, by an address that wraps at its size.</summary>
    internal byte ReadTransmit(int address) => TransmitSize == 0 ? (byte)0 : _chip.Transmit[TransmitIndex(address)];

    internal void WriteTransmit(int address, byte value)
    {
        if (TransmitSize > 0)
        {
            _chip.Transmit[TransmitIndex(address)] = value;
        }
    }

    /// <summary>A byte of the receive buffer, by an address that wraps at its size.</summary>
    internal byte ReadReceive(int address) => ReceiveSize == 0 ? (byte)0 : _chip.Receive[ReceiveIndex(address)];

    private int TransmitIndex(int address) => (TransmitBase + (address & (TransmitSize - 1))) & (_chip.Transmit.Length - 1);

    private int ReceiveIndex(int address) => (ReceiveBase + (address & (ReceiveSize - 1))) & (_chip.Receive.Length - 1);

    private void ResetPointers()
    {
        _transmitRead = 0;
        _receiveWrite = 0;
        _receiveRead = 0;
        _registers.AsSpan(SocketRegister.TransmitWrite, 2).Clear();
        _registers.AsSpan(SocketRegister.ReceiveRead, 2).Clear();
    }

    /// <summary>RECV: what is before Sn_RX_RD was read. A pointer beyond what has arrived empties the buffer.</summary>
    private void AcknowledgeRead()
    {
        ushort pointer = (ushort)Word(SocketRegister.ReceiveRead);
        _receiveRead = (ushort)(pointer - _receiveRead) <= ReceivedSize ? pointer : _receiveWrite;
        if (ReceivedSize > 0)
        {
            Raise(SocketInterrupt.Received);
        }
    }

    /// <summary>The bytes at a ring's index up to its end, or to the count.</summary>
    private Span<byte> ReceiveSpan(int count)
    {
        int index = ReceiveIndex(_receiveWrite);
        int untilEnd = ReceiveSize - (_receiveWrite & (ReceiveSize - 1));
        return _chip.Receive.AsSpan(index, Math.Min(Math.Min(count, untilEnd), _chip.Receive.Length - index));
    }

    private ReadOnlySpan<byte> TransmitSpan(int count)
    {
        if (TransmitSize == 0)
        {
            return [];
        }

        int index = TransmitIndex(_transmitRead);
        int untilEnd = TransmitSize - (_transmitRead & (TransmitSize - 1));
        return _chip.Transmit.AsSpan(index, Math.Min(Math.Min(count, untilEnd), _chip.Transmit.Length - index));
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            Span<byte> span = ReceiveSpan(bytes.Length);
            bytes[..span.Length].CopyTo(span);
            _receiveWrite += (ushort)span.Length;
            bytes = bytes[span.Length..];
        }
    }

    /// <summary>Copies from the transmit buffer without moving its pointer.</summary>
    private ReadOnlySpan<byte> CopyTransmit(int count)
    {
        Span<byte> copy = _chip.Scratch.AsSpan(0, count);
        ReadOnlySpan<byte> first = TransmitSpan(count);
        first.CopyTo(copy);
        for (int i = first.Length; i < count; i++)
        {
            copy[i] = ReadTransmit(_transmitRead + i);
        }

        return copy;
    }
}
