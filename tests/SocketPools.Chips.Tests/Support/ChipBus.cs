using System.Buffers.Binary;
using System.Net;
using SocketPools.Chips.Wiznet;
using SocketPools.Radios;

namespace SocketPools.Chips.Tests.Support;

/// <summary>What a driver does, by hand and by the data sheets alone: frames on the bus, nothing of the model's inside.</summary>
internal sealed class ChipBus : IDisposable
{
    internal const byte Open = 1, Listen = 2, Connect = 4, Disconnect = 8, Close = 0x10, Send = 0x20, Recv = 0x40;
    internal const byte Con = 1, Discon = 2, Received = 4, TimedOut = 8, SendOk = 0x10;
    internal const byte Closed = 0, Init = 0x13, Listening = 0x14, SynSent = 0x15, Established = 0x17, FinWait = 0x18, CloseWait = 0x1C, Udp = 0x22;
    internal const int Mode = 0, Command = 1, Interrupt = 2, Status = 3, Port = 4, Address = 0x0C, PeerPort = 0x10, FreeSize = 0x20, TransmitRead = 0x22,
        TransmitWrite = 0x24, ReceivedSize = 0x26, ReadPointer = 0x28;

    private readonly bool _isW5100S;

    internal ChipBus(string kind, Radio radio, WiznetChipOptions? options = null)
    {
        _isW5100S = kind == "W5100S";
        Chip = _isW5100S ? new W5100SChip(radio, options) : new W5500Chip(radio, options);
    }

    internal WiznetChip Chip { get; }

    public void Dispose() => Chip.Dispose();

    /// <summary>One frame: a header of three bytes, then data.</summary>
    internal byte[] Frame(ReadOnlySpan<byte> output)
    {
        byte[] input = new byte[output.Length];
        Chip.BeginFrame();
        Chip.Transfer(output, input);
        Chip.EndFrame();
        return input;
    }

    internal byte[] ReadCommon(int address, int count) => _isW5100S ? Read100(address, count) : Read500(0, address, count);

    internal void WriteCommon(int address, params ReadOnlySpan<byte> data)
    {
        if (_isW5100S)
        {
            Write100(address, data);
        }
        else
        {
            Write500(0, address, data);
        }
    }

    internal byte[] ReadSocket(int socket, int register, int count) =>
        _isW5100S ? Read100(0x400 + (socket * 0x100) + register, count) : Read500((socket * 4) + 1, register, count);

    internal void WriteSocket(int socket, int register, params ReadOnlySpan<byte> data)
    {
        if (_isW5100S)
        {
            Write100(0x400 + (socket * 0x100) + register, data);
        }
        else
        {
            Write500((socket * 4) + 1, register, data);
        }
    }

    internal byte Byte(int socket, int register) => ReadSocket(socket, register, 1)[0];

    internal int Word(int socket, int register) => BinaryPrimitives.ReadUInt16BigEndian(ReadSocket(socket, register, 2));

    internal void Do(int socket, byte command)
    {
        WriteSocket(socket, Command, command);
        Assert.Equal(0, Byte(socket, Command));
    }

    internal void OpenTcp(int socket, int port = 0)
    {
        WriteSocket(socket, Mode, 0x21);
        WriteSocket(socket, Port, (byte)(port >> 8), (byte)port);
        Do(socket, Open);
        Assert.Equal(Init, Byte(socket, Status));
    }

    internal void OpenUdp(int socket, int port = 0)
    {
        WriteSocket(socket, Mode, 0x02);
        WriteSocket(socket, Port, (byte)(port >> 8), (byte)port);
        Do(socket, Open);
        Assert.Equal(Udp, Byte(socket, Status));
    }

    internal void SetPeer(int socket, IPAddress address, int port)
    {
        WriteSocket(socket, Address, address.GetAddressBytes());
        WriteSocket(socket, PeerPort, (byte)(port >> 8), (byte)port);
    }

    internal void ConnectTo(int socket, IPAddress address, int port)
    {
        OpenTcp(socket, 50_000 + socket);
        SetPeer(socket, address, port);
        Do(socket, Connect);
    }

    /// <summary>Writes into the transmit ring at Sn_TX_WR, wrapping as the chip's driver has to.</summary>
    internal void Put(int socket, ReadOnlySpan<byte> data, int size = 2048)
    {
        int pointer = Word(socket, TransmitWrite);
        if (_isW5100S)
        {
            for (int i = 0; i < data.Length;)
            {
                int offset = (pointer + i) & (size - 1);
                int count = Math.Min(data.Length - i, size - offset);
                Write100(0x4000 + (socket * size) + offset, data.Slice(i, count));
                i += count;
            }
        }
        else
        {
            Write500((socket * 4) + 2, pointer, data);
        }

        pointer = (pointer + data.Length) & 0xFFFF;
        WriteSocket(socket, TransmitWrite, (byte)(pointer >> 8), (byte)pointer);
    }

    internal void SendData(int socket, ReadOnlySpan<byte> data)
    {
        Put(socket, data);
        Do(socket, Send);
        Until(() => (Byte(socket, Interrupt) & SendOk) != 0, "SEND_OK");
        WriteSocket(socket, Interrupt, SendOk);
    }

    internal byte[] Take(int socket, int count, int size = 2048)
    {
        Until(() => Word(socket, ReceivedSize) >= count, $"{count} bytes in the receive buffer");
        int pointer = Word(socket, ReadPointer);
        List<byte> data = [];
        if (_isW5100S)
        {
            while (data.Count < count)
            {
                int offset = (pointer + data.Count) & (size - 1);
                data.AddRange(Read100(0x6000 + (socket * size) + offset, Math.Min(count - data.Count, size - offset)));
            }
        }
        else
        {
            data.AddRange(Read500((socket * 4) + 3, pointer, count));
        }

        pointer = (pointer + count) & 0xFFFF;
        WriteSocket(socket, ReadPointer, (byte)(pointer >> 8), (byte)pointer);
        Do(socket, Recv);
        return [.. data];
    }

    internal void UntilStatus(int socket, byte status) => Until(() => Byte(socket, Status) == status, $"status {status:X2}, not {Byte(socket, Status):X2}");

    internal static void Until(Func<bool> condition, string what) =>
        Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(120)), $"{what} did not come");

    private byte[] Read500(int block, int address, int count) =>
        Frame([(byte)(address >> 8), (byte)address, (byte)(block << 3), .. new byte[count]])[3..];

    private void Write500(int block, int address, ReadOnlySpan<byte> data) =>
        Frame([(byte)(address >> 8), (byte)address, (byte)((block << 3) | 4), .. data]);

    private byte[] Read100(int address, int count) => Frame([0x0F, (byte)(address >> 8), (byte)address, .. new byte[count]])[3..];

    private void Write100(int address, ReadOnlySpan<byte> data) => Frame([0xF0, (byte)(address >> 8), (byte)address, .. data]);
}
