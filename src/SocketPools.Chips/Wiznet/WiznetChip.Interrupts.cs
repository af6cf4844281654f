namespace SocketPools.Chips.Wiznet;

public abstract partial class WiznetChip
{
    private bool _interruptAsserted;

    /// <summary>Whether the INTn line is low: an interrupt is pending that the mask registers let through.</summary>
    public bool IsInterruptAsserted
    {
        get
        {
            lock (Gate)
            {
                return _interruptAsserted;
            }
        }
    }

    /// <summary>
    /// The INTn line has gone low. Called on the thread that caused it, or on one of the thread pool, under no lock of the chip. A driver may
    /// talk to the chip from here.
    /// </summary>
    public event Action? InterruptAsserted;

    /// <summary>Whether a pending interrupt is let through, from the common registers.</summary>
    private protected abstract bool IsInterruptPending { get; }

    /// <summary>One bit for each socket of which Sn_IR has a bit that Sn_IMR lets through.</summary>
    private protected byte SocketInterrupts
    {
        get
        {
            int bits = 0;
            for (int i = 0; i < Sockets.Length; i++)
            {
                bits |= Sockets[i].HasInterrupt ? 1 << i : 0;
            }

            return (byte)bits;
        }
    }

    private bool UpdateInterrupt()
    {
        bool before = _interruptAsserted;
        _interruptAsserted = IsInterruptPending;
        return _interruptAsserted && !before;
    }

    private void Announce(bool asserted)
    {
        if (asserted)
        {
            InterruptAsserted?.Invoke();
        }
    }
}
