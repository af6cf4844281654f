using SocketPools.Radios;

namespace SocketPools.Host.Linux;

// How long the kernel lets a call wait: its timeouts (SO_RCVTIMEO, SO_SNDTIMEO) and the descriptor's mode.
internal sealed unsafe partial class LinuxSocket
{
    // No timeout of any call: the kernel's is being changed, or was not read yet.
    private const long Unknown = long.MinValue;

    // The timeouts, in ticks, that the kernel keeps now.
    private long _receiveTimeout = System.Threading.Timeout.InfiniteTimeSpan.Ticks;
    private long _sendTimeout = System.Threading.Timeout.InfiniteTimeSpan.Ticks;

    // The descriptor's mode, and who asks for it: timeout 0 was set; an accept that must not wait was asked for.
    private readonly Lock _modeGate = new();
    private bool _nonBlocking;
    private bool _wantsNonBlocking;
    private bool _mustNotBlock;

    /// <summary>Flags of a receive: it waits in the kernel if that keeps the deadline's time.</summary>
    private int ReceiveFlags(in Deadline deadline) =>
        KernelKeeps(Libc.SO_RCVTIMEO, deadline.Timeout, ref _receiveTimeout) ? 0 : Libc.MSG_DONTWAIT;

    /// <summary>Flags of a send of everything: it waits in the kernel if that keeps the deadline's time.</summary>
    private int SendAllFlags(in Deadline deadline) =>
        KernelKeeps(Libc.SO_SNDTIMEO, deadline.Timeout, ref _sendTimeout) ? Libc.MSG_NOSIGNAL : Libc.MSG_NOSIGNAL | Libc.MSG_DONTWAIT;

    /// <summary>Flags of one send: with a time limit it takes what fits at once, as CPython's does; only without any it waits for all of it.</summary>
    private int SendFlags(in Deadline deadline) =>
        deadline.IsInfinite ? SendAllFlags(deadline) : Libc.MSG_NOSIGNAL | Libc.MSG_DONTWAIT;

    /// <summary>
    /// Whether a call may wait in the kernel: it keeps this timeout, or does from now on. Where it says no, the call must
    /// not wait there; <see cref="MayRetry"/> waits for it, as long as the call's own deadline says.
    /// </summary>
    /// <remarks>
    /// The kernel has one timeout for all calls of a direction, so it is changed only by a call that is alone in the gate,
    /// and a later call sees that it is being changed.
    /// </remarks>
    private bool KernelKeeps(int option, TimeSpan timeout, ref long current)
    {
        if (Volatile.Read(ref current) == timeout.Ticks)
        {
            return true;
        }

        if (timeout == TimeSpan.Zero || Volatile.Read(ref _gate) != 1)
        {
            return false;
        }

        Interlocked.Exchange(ref current, Unknown);
        if (Volatile.Read(ref _gate) != 1)
        {
            return false;
        }

        SetKernelTimeout(option, timeout);
        Volatile.Write(ref current, timeout.Ticks);
        return true;
    }

    /// <summary>
    /// Tells the kernel how long a call may wait. It is told an eighth less: its timers are late by up to a tick, and long
    /// ones by up to an eighth of their time; poll(2), which waits for the rest, is exact. Its unit is the microsecond,
    /// rounded up here; 0 means for ever.
    /// </summary>
    private void SetKernelTimeout(int option, TimeSpan timeout)
    {
        Libc.TimeValue value = default;
        if (timeout != System.Threading.Timeout.InfiniteTimeSpan)
        {
            long ticks = timeout.Ticks - (timeout.Ticks / 8);
            long microseconds = (ticks + TimeSpan.TicksPerMicrosecond - 1) / TimeSpan.TicksPerMicrosecond;
            value.Seconds = (nint)(microseconds / 1_000_000);
            value.Microseconds = (nint)(microseconds % 1_000_000);
        }

        _ = Libc.setsockopt(_fd, Libc.SOL_SOCKET, option, &value, (uint)sizeof(Libc.TimeValue));
    }

    /// <summary>Makes the descriptor non-blocking for an accept, which no flag can forbid to wait.</summary>
    private int StopBlockingUnsynchronized()
    {
        // With timeout 0 the descriptor does not block already, and goes back when the timeout does.
        _mustNotBlock |= !_wantsNonBlocking;
        return SetDescriptorModeUnsynchronized(true);
    }

    private int SetDescriptorModeUnsynchronized(bool nonBlocking)
    {
        if (nonBlocking == _nonBlocking)
        {
            return 0;
        }

        int flag = nonBlocking ? 1 : 0;
        int result = Libc.ioctl(_fd, Libc.FIONBIO, &flag);
        if (result == 0)
        {
            _nonBlocking = nonBlocking;
        }

        return result;
    }
}
