using SocketPools.Radios;
using SocketPools.Stack;
using SocketPools.Stack.Configuration;
using SocketPools.Stack.Diagnostics;
using SocketPools.Tool.Netstat;
using SocketPools.Tool.Serving;

namespace SocketPools.Tool.Radios;

/// <summary>A radio and its pool for the time of one command.</summary>
internal sealed class RadioScope : IDisposable
{
    // What the kernel does after close(2) a stack can do only as long as its process lives.
    private static readonly TimeSpan s_goodbye = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_glance = TimeSpan.FromMilliseconds(5);

    private readonly CancellationToken _stop;
    private readonly CancellationTokenRegistration _registration;
    private readonly bool _isBorrowed;

    internal RadioScope(Radio radio, CancellationToken stop)
    {
        Radio = radio;
        Pool = new SocketPool(radio);
        _stop = stop;
        _registration = stop.Register(Pool.Dispose);
    }

    private RadioScope(SocketPool pool, ThreadStarter start)
    {
        Radio = pool.Radio;
        Pool = pool;
        StartThread = start;
        _isBorrowed = true;
    }

    internal Radio Radio { get; }

    internal SocketPool Pool { get; }

    /// <summary>Whether the radio has the host's own addresses, which all its programs share.</summary>
    internal bool IsWholeHost => Radio is HostNetwork { Interface: null };

    /// <summary>Whether 127.0.0.1 is there.</summary>
    internal bool HasLoopback => Radio is not HostNetwork host || host.Addresses.Contains(System.Net.IPAddress.Loopback);

    /// <summary>What starts the threads of a server; null for the system's.</summary>
    internal ThreadStarter? StartThread { get; }

    /// <summary>The capture of its frames, which ends after it.</summary>
    internal FrameCapture? Capture { get; init; }

    /// <summary>The DHCP client, whose address is given back at the end.</summary>
    internal DhcpClient? Dhcp { get; init; }

    /// <summary>Where <c>socketpool netstat</c> finds it.</summary>
    internal NetstatPublisher? Publisher { get; init; }

    /// <summary>The radio and the pool of the caller, which ends them.</summary>
    internal static RadioScope Share(SocketPool pool, ThreadStarter start) => new(pool, start);

    public void Dispose()
    {
        if (_isBorrowed)
        {
            return;
        }

        _registration.Dispose();
        Pool.Dispose();
        if (Radio is StackRadio stack)
        {
            SayGoodbye(stack);
            Publisher?.Dispose();
            Dhcp?.Dispose();
            stack.Dispose();
        }

        Capture?.Dispose();
    }

    /// <summary>Lets connections that are closed send what they still have, and the end.</summary>
    private void SayGoodbye(StackRadio stack)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (stack.GetSnapshot().Sockets.Any(HasMoreToSay) && TimeProvider.System.GetElapsedTime(start) < s_goodbye)
        {
            if (_stop.WaitHandle.WaitOne(s_glance))
            {
                return;
            }
        }
    }

    private static bool HasMoreToSay(StackSocketInfo socket) =>
        socket is { Tcp.Orphan: true, State: "ESTAB" or "CLOSE-WAIT" or "FIN-WAIT-1" or "CLOSING" or "LAST-ACK" };
}
