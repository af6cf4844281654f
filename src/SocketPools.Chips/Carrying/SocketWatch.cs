using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using SocketPools.Radios;

namespace SocketPools.Chips.Carrying;

/// <summary>Is told that the radio has news for a chip.</summary>
internal interface IWatcher
{
    /// <summary>Called on a thread of the pool, under no lock.</summary>
    void SocketChanged(SocketWatch watch, Readiness readiness);
}

/// <summary>
/// Waits on a socket of the radio below for a chip, which has no thread of its own. At most one wait for each direction is under way.
/// What follows a wait always runs on the thread pool, so that no lock of a radio is held when the chip takes its own.
/// </summary>
internal sealed class SocketWatch
{
    private readonly Direction _readable;
    private readonly Direction _writable;

    internal SocketWatch(RadioSocket socket, IWatcher watcher)
    {
        Socket = socket;
        _readable = new Direction(this, watcher, Readiness.Readable);
        _writable = new Direction(this, watcher, Readiness.Writable);
    }

    internal RadioSocket Socket { get; }

    /// <summary>Makes sure that the watcher hears of this. The chip's lock is held.</summary>
    internal void Want(Readiness interest)
    {
        if ((interest & Readiness.Readable) != 0)
        {
            _readable.Begin();
        }

        if ((interest & Readiness.Writable) != 0)
        {
            _writable.Begin();
        }
    }

    /// <summary>A wait is over, and the next one may begin. The chip's lock is held.</summary>
    internal void Arrived(Readiness readiness) => (readiness == Readiness.Readable ? _readable : _writable).End();

    private sealed class Direction : IThreadPoolWorkItem
    {
        private readonly SocketWatch _watch;
        private readonly IWatcher _watcher;
        private readonly Readiness _interest;
        private readonly Action _queue;
        private ValueTaskAwaiter<RadioResult> _awaiter;
        private bool _waiting;

        internal Direction(SocketWatch watch, IWatcher watcher, Readiness interest)
        {
            _watch = watch;
            _watcher = watcher;
            _interest = interest;
            _queue = () => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        [SuppressMessage("Reliability", "CA2012", Justification = "The awaiter is used once, when the wait is over.")]
        internal void Begin()
        {
            if (_waiting)
            {
                return;
            }

            _waiting = true;
            _awaiter = _watch.Socket.WaitAsync(_interest, CancellationToken.None).GetAwaiter();
            if (_awaiter.IsCompleted)
            {
                _queue();
            }
            else
            {
                _awaiter.UnsafeOnCompleted(_queue);
            }
        }

        internal void End() => _waiting = false;

        void IThreadPoolWorkItem.Execute()
        {
            // Only says that the wait is over: what has come, the next attempt tells. EBADF: the chip closed the socket itself.
            if (_awaiter.GetResult().Errno != Errno.EBADF)
            {
                _watcher.SocketChanged(_watch, _interest);
            }
        }
    }
}
