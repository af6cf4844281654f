using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SocketPools.Radios;

namespace SocketPools.Stack.Links;

/// <summary>
/// A thread that waits for a device to have something to read and then calls back; it reads nothing itself. It reports once and is
/// silent until it is armed again, so a reader that is at work is not disturbed.
/// </summary>
internal sealed unsafe class TapWaiter
{
    private const ulong DeviceKey = 1;
    private const ulong EndKey = 2;
    private const ulong MonitorKey = 3;

    // struct epoll_event is packed on x86 only: 32 bits of events, then 64 of the user's own.
    private static readonly int s_keyOffset =
        RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? 4 : 8;

    private readonly DescriptorGate _gate;
    private readonly Action _ready;
    private readonly Action<bool> _isUp;
    private readonly LinkMonitor _monitor;
    private readonly string _name;
    private int _epoll = -1;
    private int _end = -1;
    private int _isStarted;
    private int _isArmed = 1;

    /// <summary>Makes one, armed; its thread is not started yet.</summary>
    /// <param name="fd">The device.</param>
    /// <param name="name">Its name.</param>
    /// <param name="ready">Called on the thread.</param>
    /// <param name="isUp">Called, on the thread or by the constructor, when the state of an interface has changed: whether the device is up.</param>
    internal TapWaiter(int fd, string name, Action ready, Action<bool> isUp)
    {
        _isUp = isUp;
        _monitor = new LinkMonitor(name, fd);
        _gate = new DescriptorGate(CloseDescriptors);
        _ready = ready;
        _name = name;
        _epoll = TunLibc.epoll_create1(TunLibc.EPOLL_CLOEXEC);
        Errno errno = _epoll < 0 ? TunLibc.LastError : Errno.None;
        if (errno == Errno.None)
        {
            _end = TunLibc.eventfd(0, TunLibc.EFD_CLOEXEC);
            errno = _end < 0 ? TunLibc.LastError : Errno.None;
        }

        errno = errno == Errno.None ? Control(TunLibc.EPOLL_CTL_ADD, _end, TunLibc.EPOLLIN, EndKey) : errno;
        errno = errno == Errno.None ? Control(TunLibc.EPOLL_CTL_ADD, fd, TunLibc.EPOLLIN | TunLibc.EPOLLONESHOT, DeviceKey) : errno;
        if (errno == Errno.None && _monitor.Fd >= 0)
        {
            errno = Control(TunLibc.EPOLL_CTL_ADD, _monitor.Fd, TunLibc.EPOLLIN, MonitorKey);
        }

        if (errno != Errno.None)
        {
            _gate.Close();
            throw new LinkException(name, "epoll", errno, "the device cannot be waited for");
        }

        isUp(_monitor.IsUp());
    }

    /// <summary>Starts the thread, once.</summary>
    internal void Start()
    {
        if (Interlocked.Exchange(ref _isStarted, 1) == 0 && _gate.TryEnter())
        {
            new Thread(Run, 256 * 1024) { IsBackground = true, Name = $"socketpool {_name}" }.UnsafeStart();
        }
    }

    /// <summary>Asks for one more report; at once if there is something to read. The device is open.</summary>
    internal void Arm(int fd)
    {
        if (Volatile.Read(ref _isArmed) == 0 && _gate.TryEnter())
        {
            Volatile.Write(ref _isArmed, 1);
            _ = Control(TunLibc.EPOLL_CTL_MOD, fd, TunLibc.EPOLLIN | TunLibc.EPOLLONESHOT, DeviceKey);
            _gate.Leave();
        }
    }

    /// <summary>Ends the thread. A report may still be under way.</summary>
    internal void Close()
    {
        if (!_gate.TryEnter())
        {
            return;
        }

        _gate.Close();
        ulong one = 1;
        _ = TunLibc.write(_end, &one, sizeof(ulong));
        _gate.Leave();
    }

    private void Run()
    {
        byte* happened = stackalloc byte[16];
        while (!_gate.IsClosed)
        {
            int count = TunLibc.epoll_wait(_epoll, happened, 1, -1);
            ulong key = count == 1 ? Unsafe.ReadUnaligned<ulong>(happened + s_keyOffset) : 0;
            if (key == MonitorKey)
            {
                _isUp(_monitor.IsUp());
            }
            else if (key == DeviceKey)
            {
                // Before the report: who reads until there is nothing has to be able to arm it again.
                Volatile.Write(ref _isArmed, 0);
                _ready();
            }
        }

        _gate.Leave();
    }

    private Errno Control(int operation, int fd, uint events, ulong key)
    {
        byte* change = stackalloc byte[16];
        Unsafe.WriteUnaligned(change, events);
        Unsafe.WriteUnaligned(change + s_keyOffset, key);
        return TunLibc.epoll_ctl(_epoll, operation, fd, change) == 0 ? Errno.None : TunLibc.LastError;
    }

    private void CloseDescriptors()
    {
        _monitor.Close();
        if (_epoll >= 0)
        {
            _ = TunLibc.close(_epoll);
        }

        if (_end >= 0)
        {
            _ = TunLibc.close(_end);
        }
    }
}
