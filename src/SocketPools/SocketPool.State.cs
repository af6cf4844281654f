using SocketPools.Diagnostics;
using SocketPools.Radios;
using SocketPools.Slots;

namespace SocketPools;

public sealed partial class SocketPool
{
    /// <summary>
    /// What all pool objects of one radio share: the budget and who uses it. <see cref="For"/> gives each caller an object of its own, so
    /// that none of them can close what another opened.
    /// </summary>
    private sealed class State(Radio radio)
    {
        internal Lock Gate { get; } = new();

        internal Radio Radio { get; } = radio;

        internal TimeProvider Clock { get; } = radio.TimeProvider;

        internal SocketTags?[] Tags { get; } = new SocketTags?[SocketTags.TableSize];

        internal Queue<SocketSnapshot> Leaks { get; } = new();

        internal CapacityWaits Waits { get; } = new();

        /// <summary>Is cancelled when the pool ends.</summary>
        internal CancellationTokenSource End { get; } = new();

        // Guarded by Gate: the slots in the order of making, and counts.
        internal SocketSlot? First;
        internal SocketSlot? Last;
        internal int Open;
        internal int HighWater;
        internal long LastNumber;
        internal long Opened;
        internal long Leaked;
        internal long Exhausted;

        // Guarded by Gate: who keeps the pool, and whether it has ended.
        internal bool HasOwner;
        internal int Users;
        internal bool IsDisposed;

        // Guarded by Gate: collected sockets that the thread pool has still to close.
        internal int Collecting;
        internal TaskCompletionSource? Collected;

        // Replaced as a whole under the gate, and read without it.
        internal SocketPoolObserver[] Observers = [];

        internal EventHandler<SocketLeakedEventArgs>? SocketLeaked;

        internal bool TrackCallers;
        internal Func<string?>? FindCaller;
        internal TimeSpan LingerTimeout = TimeSpan.FromSeconds(2);
        internal TimeSpan CapacityTimeout = TimeSpan.FromSeconds(30);

        /// <summary>The budget was changed. The lock makes those who have just found the pool full hear of it.</summary>
        internal void SignalBudget()
        {
            int places;
            lock (Gate)
            {
                places = Radio.MaxSockets - Open;
            }

            Waits.Signal(places);
        }
    }

    /// <summary>What disposing a pool object ends.</summary>
    private enum Role
    {
        /// <summary>Made by the constructor: the whole pool.</summary>
        Owner,

        /// <summary>Made by <see cref="For"/>: its own sockets, and the pool with the last user where there is no owner.</summary>
        User,

        /// <summary>Made by <see cref="Find"/>, or for telemetry: its own sockets.</summary>
        Viewer,
    }
}
