namespace SocketPools.Chips.Spi;

/// <summary>
/// A chip at the far end of an SPI bus: it sees the chip-select line and the bytes. SPI is full duplex, so each byte that arrives sends one
/// back. Implemented by the chip models of this package. Used with <see cref="SpiTargetDevice"/>.
/// </summary>
public interface ISpiTarget
{
    /// <summary>The chip-select line goes low: a frame begins. Does nothing when the chip is selected.</summary>
    void BeginFrame();

    /// <summary>Exchanges bytes. Without a chip select the chip ignores them and answers 0.</summary>
    /// <param name="output">The bytes that the chip receives.</param>
    /// <param name="input">Takes the bytes that the chip sends at the same time; of the same length as <paramref name="output"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    void Transfer(ReadOnlySpan<byte> output, Span<byte> input);

    /// <summary>The chip-select line goes high: the frame ends. Does nothing when the chip is not selected.</summary>
    void EndFrame();
}
