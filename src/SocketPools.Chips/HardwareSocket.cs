using System.Buffers.Binary;
using System.Net.Sockets;
using SocketPools.Chips.Wiznet;
using SocketPools.Radios;

namespace SocketPools.Chips;

/// <summary>One hardware socket of the chip, as its registers were when they were last read. Used under the radio's lock.</summary>
internal sealed class HardwareSocket(WiznetBus bus, int number)
{
    private const int SnapshotLength = SocketRegister.ReceiveWrite + 2;

    private readonly byte[] _registers = new byte[SnapshotLength];
    private bool _sending;

    internal byte Status => _registers[SocketRegister.Status];

    internal byte Interrupts => _registers[SocketRegister.Interrupt];

    internal bool TimedOut => (Interrupts & SocketInterrupt.Timeout) != 0;

    /// <summary>How many bytes wait in the receive buffer.</summary>
    internal int Received => Math.Min(Word(SocketRegister.Received), WiznetBus.BufferSize);

    /// <summary>Whether an earlier SEND is still under way. The chip takes no second one.</summary>
    internal bool IsSending => _sending;

    internal int Free => _sending ? 0 : Math.Min(Word(SocketRegister.TransmitFree), WiznetBus.BufferSize);

    internal IPSocketAddress Peer => new(_registers.AsSpan(SocketRegister.DestinationAddress, 4), Word(SocketRegister.DestinationPort));

    /// <summary>
    /// Reads all registers in one frame. The status stands before the sizes, so that all data that came before an end is counted with it. Sizes have two
    /// bytes and may change between them: they are read until they are the same twice, as the data sheet asks.
    /// </summary>
    internal void Refresh()
    {
        bus.ReadSocket(number, 0, _registers);
        Span<byte> again = stackalloc byte[2];
        Span<byte> size = _registers.AsSpan(SocketRegister.Received, 2);
        for (int i = 0; i < 8; i++)
        {
            bus.ReadSocket(number, SocketRegister.Received, again);
            if (again.SequenceEqual(size))
            {
                break;
            }

            again.CopyTo(size);
        }

        if (_sending && (Interrupts & (SocketInterrupt.SendOk | SocketInterrupt.Timeout)) != 0)
        {
            _sending = false;
            if ((Interrupts & SocketInterrupt.SendOk) != 0)
            {
                bus.WriteSocket(number, SocketRegister.Interrupt, SocketInterrupt.SendOk);
            }
        }
    }

    /// <summary>Opens it for TCP or UDP with a port of its own. False when the chip does not.</summary>
    internal bool Open(SocketType type, int port)
    {
        bus.Command(number, SocketCommand.Close);
        bus.WriteSocket(number, SocketRegister.Interrupt, 0xFF);
        bus.WriteSocket(number, SocketRegister.Mode, type == SocketType.Stream ? SocketProtocol.Tcp : SocketProtocol.Udp);
        bus.WriteSocketWord(number, SocketRegister.Port, port);
        bus.Command(number, SocketCommand.Open);
        _sending = false;
        Refresh();
        return Status == (type == SocketType.Stream ? SocketStatus.Init : SocketStatus.Udp);
    }

    internal void SetPeer(in IPSocketAddress peer)
    {
        Span<byte> bytes = stackalloc byte[6];
        peer.WriteAddress(bytes);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], (ushort)peer.Port);
        bus.WriteSocket(number, SocketRegister.DestinationAddress, bytes);
    }

    internal void Command(byte command) => bus.Command(number, command);

    internal void ClearInterrupts(byte bits) => bus.WriteSocket(number, SocketRegister.Interrupt, bits);

    /// <summary>Puts data behind what the transmit buffer has and sends it. There has to be room.</summary>
    internal void Send(ReadOnlySpan<byte> data)
    {
        ushort pointer = (ushort)Word(SocketRegister.TransmitWrite);
        if (!data.IsEmpty)
        {
            bus.WriteBuffer(number, pointer, data);
        }

        bus.WriteSocketWord(number, SocketRegister.TransmitWrite, (ushort)(pointer + data.Length));
        bus.Command(number, SocketCommand.Send);
        _sending = true;
    }

    /// <summary>Copies from the receive buffer without taking.</summary>
    internal void Peek(int offset, Span<byte> data)
    {
        if (!data.IsEmpty)
        {
            bus.ReadBuffer(number, (ushort)(Word(SocketRegister.ReceiveRead) + offset), data);
        }
    }

    /// <summary>Takes bytes from the receive buffer: the chip may use their room.</summary>
    internal void Take(int count)
    {
        bus.WriteSocketWord(number, SocketRegister.ReceiveRead, (ushort)(Word(SocketRegister.ReceiveRead) + count));
        bus.Command(number, SocketCommand.Receive);
    }

    private int Word(int register) => BinaryPrimitives.ReadUInt16BigEndian(_registers.AsSpan(register, 2));
}
