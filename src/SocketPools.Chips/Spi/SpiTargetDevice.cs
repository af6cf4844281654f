using System.Device.Spi;

namespace SocketPools.Chips.Spi;

/// <summary>
/// An emulated <see cref="SpiDevice"/> whose far end is a chip model. Each call is one frame: the chip is selected, the bytes are
/// exchanged, and the chip is deselected, as Linux does for spidev. Calls may come from any thread; frames do not overlap.
/// </summary>
public sealed class SpiTargetDevice : SpiDevice
{
    private readonly ISpiTarget _target;
    private readonly Lock _frame = new();
    private byte[] _scratch = new byte[64];

    /// <summary>Creates an SPI device that is connected to a chip model.</summary>
    /// <param name="target">The chip.</param>
    public SpiTargetDevice(ISpiTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        _target = target;
    }

    /// <summary>How the bus is configured. The speed has no effect.</summary>
    public override SpiConnectionSettings ConnectionSettings { get; } = new(0, 0) { ClockFrequency = 20_000_000, Mode = SpiMode.Mode0 };

    /// <inheritdoc/>
    public override void Read(Span<byte> buffer)
    {
        lock (_frame)
        {
            Span<byte> zeros = Scratch(buffer.Length);
            zeros.Clear();
            Exchange(zeros, buffer);
        }
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (_frame)
        {
            Exchange(buffer, Scratch(buffer.Length));
        }
    }

    /// <inheritdoc/>
    public override void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        if (writeBuffer.Length != readBuffer.Length)
        {
            throw new ArgumentException("Both buffers of a full duplex transfer have the same length.", nameof(readBuffer));
        }

        lock (_frame)
        {
            Exchange(writeBuffer, readBuffer);
        }
    }

    private void Exchange(ReadOnlySpan<byte> output, Span<byte> input)
    {
        _target.BeginFrame();
        _target.Transfer(output, input);
        _target.EndFrame();
    }

    private Span<byte> Scratch(int length)
    {
        if (_scratch.Length < length)
        {
            _scratch = new byte[length];
        }

        return _scratch.AsSpan(0, length);
    }
}
