using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Numerics;
using SocketPools.Chips.Spi;
using SocketPools.Radios;

namespace SocketPools.Chips.Wiznet;

/// <summary>
/// A register-level model of a WIZnet chip: SPI bytes in, SPI bytes out, and sockets of any radio in place of the Ethernet port. What is
/// modelled, and what is not, is listed in docs/chips.md.
/// </summary>
/// <remarks>
/// All members may be called from any thread. No bytes on the bus make it throw, and its memory is that of the chip. Times are measured
/// on the radio's clock.
/// </remarks>
public abstract partial class WiznetChip : ISpiTarget, IDisposable
{
    private readonly ChipSocket[] _sockets;
    private readonly Dictionary<int, PortListener> _listeners = [];
    private bool _selected;
    private bool _linkUp = true;
    private bool _disposed;

    private protected WiznetChip(Radio radio, WiznetChipOptions? options, int sockets, int memory)
    {
        ArgumentNullException.ThrowIfNull(radio);
        Radio = radio;
        Options = options ?? new WiznetChipOptions();
        Transmit = new byte[memory];
        Receive = new byte[memory];
        _sockets = new ChipSocket[sockets];
        for (int i = 0; i < sockets; i++)
        {
            _sockets[i] = new ChipSocket(this, i);
        }
    }

    /// <summary>The radio that carries the chip's sockets.</summary>
    public Radio Radio { get; }

    /// <summary>How many hardware sockets the chip has.</summary>
    public int SocketCount => _sockets.Length;

    /// <summary>
    /// Whether a cable is plugged in, as the PHY's register shows. True at first. Without a link nothing arrives, and what is sent ends
    /// in the chip's time-outs.
    /// </summary>
    public bool IsLinkUp
    {
        get
        {
            lock (Gate)
            {
                return _linkUp;
            }
        }

        set => Enter(() =>
        {
            _linkUp = value;
            foreach (ChipSocket socket in _sockets)
            {
                socket.Service();
            }
        });
    }

    /// <summary>
    /// Why the radio refused the last request that a real chip would have carried out: a port that another program has, for instance. Null
    /// when there was none.
    /// </summary>
    public string? LastRadioFailure { get; internal set; }

    internal Lock Gate { get; } = new();

    internal bool IsLinkUpUnsynchronized => _linkUp;

    internal WiznetChipOptions Options { get; }

    internal byte[] Transmit { get; }

    internal byte[] Receive { get; }

    /// <summary>For one datagram of the radio; used under the gate.</summary>
    internal byte[] Scratch { get; } = new byte[65_536];

    /// <summary>Sn_RCR and RTR: how often and after which time the chip repeats.</summary>
    internal abstract RetrySettings Retry { get; }

    private protected ReadOnlySpan<ChipSocket> Sockets => _sockets;

    /// <inheritdoc/>
    public void BeginFrame()
    {
        lock (Gate)
        {
            if (!_selected)
            {
                _selected = true;
                BeginHeader();
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

        bool asserted;
        lock (Gate)
        {
            if (!_selected || _disposed)
            {
                input.Clear();
                return;
            }

            for (int i = 0; i < output.Length; i++)
            {
                input[i] = Exchange(output[i]);
            }

            asserted = UpdateInterrupt();
        }

        Announce(asserted);
    }

    /// <inheritdoc/>
    public void EndFrame()
    {
        lock (Gate)
        {
            _selected = false;
        }
    }

    /// <summary>The reset line goes low and high again: all registers have their first values and all sockets are gone.</summary>
    public void Reset() => Enter(ResetUnsynchronized);

    /// <summary>Closes the sockets of the radio. The chip then ignores what arrives.</summary>
    public void Dispose()
    {
        Enter(() =>
        {
            ResetUnsynchronized();
            _disposed = true;
        });
        GC.SuppressFinalize(this);
    }

    /// <summary>A frame begins: the next bytes are its header.</summary>
    private protected abstract void BeginHeader();

    /// <summary>One byte in each direction.</summary>
    private protected abstract byte Exchange(byte output);

    /// <summary>Gives the common registers their first values.</summary>
    private protected abstract void ResetRegisters();

    /// <summary>Sets where each socket's buffers are, from their sizes.</summary>
    internal void LayOutBuffers()
    {
        int transmit = 0;
        int receive = 0;
        foreach (ChipSocket socket in _sockets)
        {
            socket.TransmitBase = transmit & (Transmit.Length - 1);
            socket.TransmitSize = SizeOf(socket.TransmitKilobytes);
            socket.ReceiveBase = receive & (Receive.Length - 1);
            socket.ReceiveSize = SizeOf(socket.ReceiveKilobytes);
            transmit += socket.TransmitSize;
            receive += socket.ReceiveSize;
        }
    }

    // A power of two, up to all of the chip's memory; any other value gives none.
    private int SizeOf(byte kilobytes) => BitOperations.IsPow2(kilobytes) && kilobytes * 1024 <= Transmit.Length ? kilobytes * 1024 : 0;

    private protected void ResetUnsynchronized()
    {
        ResetRegisters();
        foreach (ChipSocket socket in _sockets)
        {
            socket.Reset();
        }

        LayOutBuffers();
        Array.Clear(Transmit);
        Array.Clear(Receive);
    }

    /// <summary>Runs a change under the chip's lock, and tells of an interrupt afterwards.</summary>
    internal void Enter(Action change)
    {
        bool asserted;
        lock (Gate)
        {
            change();
            asserted = UpdateInterrupt();
        }

        Announce(asserted);
    }

    /// <summary>The listener of the radio that sockets of the chip share which listen on one port; null when the radio refuses.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "The dictionary owns it.")]
    internal PortListener? ListenOn(int port, ChipSocket socket)
    {
        if (!_listeners.TryGetValue(port, out PortListener? listener))
        {
            listener = PortListener.Open(this, port);
            if (listener is null)
            {
                return null;
            }

            _listeners.Add(port, listener);
        }

        listener.Add(socket);
        return listener;
    }

    /// <summary>The last socket has left a listener.</summary>
    internal void Forget(PortListener listener) => _listeners.Remove(listener.Port);

    /// <summary>Opens a socket of the radio, bound to the chip's port where it is free.</summary>
    internal RadioSocket? OpenBound(SocketType type, int port, bool anyPort, int receiveBuffer)
    {
        RadioResult result = Radio.OpenSocket(AddressFamily.InterNetwork, type, ProtocolType.Unspecified, out RadioSocket? socket);
        if (socket is null)
        {
            Refused("open a socket", result);
            return null;
        }

        SetInt(socket, SocketOptionName.ReuseAddress, 1);
        if (type == SocketType.Dgram)
        {
            SetInt(socket, SocketOptionName.Broadcast, 1); // the chip needs no permission
        }
        else if (Options.LimitsReceiveBuffers && receiveBuffer > 0)
        {
            SetInt(socket, SocketOptionName.ReceiveBuffer, receiveBuffer);
        }

        System.Net.IPAddress address = Options.BindAddress ?? System.Net.IPAddress.Any;
        result = socket.Bind(new IPSocketAddress(address, port));
        if (result.Failed && anyPort)
        {
            result = socket.Bind(new IPSocketAddress(address, 0));
        }

        if (!result.Failed)
        {
            return socket;
        }

        Refused($"bind to port {port}", result);
        socket.Close();
        return null;
    }

    internal void Refused(string what, RadioResult result) => LastRadioFailure = $"{Radio.Name} did not {what}: {result.Errno}";

    private static void SetInt(RadioSocket socket, SocketOptionName name, int value) =>
        socket.SetOption(SocketOptionLevel.Socket, name, BitConverter.GetBytes(value));
}
