using SocketPools.Chips.Nina;
using SocketPools.Radios;

namespace SocketPools.Chips.Tests.Support;

/// <summary>What AirLift's library does: a frame for the command, a wait for the ready line, a frame for the answer.</summary>
internal sealed class NinaBus(Radio radio, NinaChipOptions? options = null) : IDisposable
{
    internal NinaChip Chip { get; } = new(radio, options ?? new NinaChipOptions { StartsConnected = true });

    public void Dispose() => Chip.Dispose();

    internal byte[] Frame(ReadOnlySpan<byte> output)
    {
        byte[] input = new byte[output.Length];
        Chip.BeginFrame();
        Chip.Transfer(output, input);
        Chip.EndFrame();
        return input;
    }

    internal void Ready() => ChipBus.Until(() => !Chip.IsBusy, "the ready line");

    /// <summary>The parameters of an answer; null for the firmware's error.</summary>
    internal byte[][]? Ask(byte command, params byte[][] parameters)
    {
        bool wideOut = command is 0x44 or 0x45 or 0x46;
        List<byte> frame = [0xE0, command, (byte)parameters.Length];
        foreach (byte[] parameter in parameters)
        {
            if (wideOut)
            {
                frame.Add((byte)(parameter.Length >> 8));
            }

            frame.Add((byte)parameter.Length);
            frame.AddRange(parameter);
        }

        frame.Add(0xEE);
        Ready();
        Frame([.. frame]);
        Ready();
        byte[] answer = Frame(new byte[4096]);
        if (answer[0] == 0xEF)
        {
            return null;
        }

        Assert.Equal((0xE0, command | 0x80), (answer[0], answer[1]));
        byte[][] values = new byte[answer[2]][];
        int at = 3;
        for (int i = 0; i < values.Length; i++)
        {
            int length = command == 0x45 ? (answer[at++] << 8) | answer[at++] : answer[at++];
            values[i] = answer[at..(at + length)];
            at += length;
        }

        Assert.Equal(0xEE, answer[at]);
        return values;
    }

    internal int AskByte(byte command, params byte[][] parameters) => Ask(command, parameters)![0][0];

    internal int AskWord(byte command, params byte[][] parameters) => BitConverter.ToUInt16(Ask(command, parameters)![0]);

    internal byte[][]? Connect(byte socket, System.Net.IPAddress address, int port, byte mode = 0) =>
        Ask(0x2D, address.GetAddressBytes(), [(byte)(port >> 8), (byte)port], [socket], [mode]);
}
