using SocketPools.Chips.Spi;
using SocketPools.Radios;

namespace SocketPools.Chips.Nina;

/// <summary>
/// A model of an ESP32 with Adafruit's NINA firmware (AirLift): commands over SPI, a ready line, and sockets of any radio in place of its
/// Wi-Fi. <c>docs/chips.md</c> lists what is modelled and what is not.
/// </summary>
/// <remarks>
/// A frame in which a command arrives is followed by work, during which the ready line is high, and by a frame in which the answer leaves. All members
/// may be called from any thread. No bytes on the bus make it throw, and its memory is bounded.
/// </remarks>
public sealed class NinaChip : ISpiTarget, IDisposable
{
    private const int FrameSize = 4096;

    private readonly Lock _gate = new();
    private readonly byte[] _command = new byte[FrameSize];
    private readonly NinaFirmware _firmware;
    private byte[]? _answer;
    private int _count;
    private int _generation;
    private bool _selected;
    private bool _working;
    private bool _held;
    private bool _disposed;

    /// <summary>Makes a module, started and ready.</summary>
    /// <param name="radio">What carries its sockets. They do not count against the radio's budget.</param>
    /// <param name="options">Its surroundings; null for the defaults.</param>
    public NinaChip(Radio radio, NinaChipOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(radio);
        Radio = radio;
        _firmware = new NinaFirmware(radio, options ?? new NinaChipOptions());
    }

    /// <summary>The radio that carries the module's sockets.</summary>
    public Radio Radio { get; }

    /// <summary>Why the radio refused the last request, a server's port for instance; null when there was none.</summary>
    public string? LastRadioFailure => _firmware.LastRadioFailure;

    /// <summary>
    /// The ready line (BUSY on boards): low (false) when the module waits for the chip select, for a command or to give an answer; high while it is selected
    /// and while it works.
    /// </summary>
    public bool IsBusy
    {
        get
        {
            lock (_gate)
            {
                return _selected || _working || _held || _disposed;
            }
        }
    }

    /// <summary>The reset line. While it is low (true) the module is off; when it goes high the firmware starts anew, without network or sockets.</summary>
    public bool IsHeldInReset
    {
        get
        {
            lock (_gate)
            {
                return _held;
            }
        }

        set
        {
            lock (_gate)
            {
                if (value && !_held)
                {
                    Stop();
                }

                _held = value;
            }
        }
    }

    /// <inheritdoc/>
    public void BeginFrame()
    {
        lock (_gate)
        {
            if (!_selected)
            {
                _selected = true;
                _count = 0;
            }
        }
    }

    /// <inheritdoc/>
    public void Transfer(ReadOnlySpan<byte> output, Span<byte> input)
    {
        if (output.Length != input.Length)
        {
            throw new ArgumentException("As many bytes leave the chip as arrive.", nameof(input));
        }

        lock (_gate)
        {
            input.Clear();
            if (!_selected || _working || _held || _disposed)
            {
                return;
            }

            if (_answer is not null)
            {
                ReadOnlySpan<byte> rest = _answer.AsSpan(Math.Min(_count, _answer.Length));
                rest[..Math.Min(rest.Length, input.Length)].CopyTo(input);
            }
            else
            {
                int room = Math.Max(0, FrameSize - _count);
                output[..Math.Min(room, output.Length)].CopyTo(_command.AsSpan(Math.Min(_count, FrameSize)));
            }

            _count = Math.Min(_count + output.Length, FrameSize);
        }
    }

    /// <inheritdoc/>
    public void EndFrame()
    {
        byte[] command;
        int generation;
        lock (_gate)
        {
            if (!_selected)
            {
                return;
            }

            _selected = false;
            if (_working || _held || _disposed)
            {
                return;
            }

            if (_answer is not null)
            {
                _answer = null; // one frame takes an answer, however much of it was read
                return;
            }

            if (_count == 0)
            {
                return;
            }

            command = _command.AsSpan(0, _count).ToArray();
            generation = _generation;
            _working = true;
        }

        _ = WorkAsync(command, generation);
    }

    /// <summary>Closes all sockets and turns the module off.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            Stop();
            _disposed = true;
        }

        _firmware.Dispose();
    }

    private async Task WorkAsync(byte[] command, int generation)
    {
        byte[] answer = NinaMessage.TryRead(command, out NinaMessage message)
            ? await _firmware.HandleAsync(message).ConfigureAwait(false)
            : NinaReply.Error;
        lock (_gate)
        {
            if (generation == _generation)
            {
                _answer = answer;
                _working = false;
            }
        }
    }

    private void Stop()
    {
        _generation++;
        _answer = null;
        _working = false;
        _count = 0;
        _firmware.Restart();
    }
}
