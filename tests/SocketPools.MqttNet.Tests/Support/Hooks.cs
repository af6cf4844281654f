using System.Buffers;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketPools.Radios;

namespace SocketPools.MqttNet.Tests;

/// <summary>The host's radio with doors for a test: it counts what is sent and set, and fails to accept when told to.</summary>
internal sealed class Hooks
{
    internal Hooks(TimeProvider? clock = null, int maxSockets = HostNetwork.DefaultMaxSockets) =>
        Radio = new WrappedRadio(new HostNetwork { MaxSockets = maxSockets }, (radio, inner) => new HookedSocket(this, radio, inner), clock);

    internal WrappedRadio Radio { get; }

    /// <summary>How many bytes each call to send took.</summary>
    internal List<int> Sent { get; } = [];

    /// <summary>What the next attempts to accept answer.</summary>
    internal Queue<Errno> AcceptFails { get; } = [];

    /// <summary>The numbers that were set as options, connections and listeners alike.</summary>
    internal List<(SocketOptionName Name, int Value)> Options { get; } = [];

    private sealed class HookedSocket(Hooks hooks, WrappedRadio radio, RadioSocket inner) : WrappedSocket(radio, inner)
    {
        private readonly RadioSocket _inner = inner;

        public override RadioResult TryAccept(out RadioSocket? accepted, out IPSocketAddress remote)
        {
            lock (hooks.AcceptFails)
            {
                if (hooks.AcceptFails.TryDequeue(out Errno errno))
                {
                    (accepted, remote) = (null, default);
                    return errno;
                }
            }

            return base.TryAccept(out accepted, out remote);
        }

        public override RadioResult SetOption(SocketOptionLevel level, SocketOptionName name, ReadOnlySpan<byte> value)
        {
            lock (hooks.Options)
            {
                hooks.Options.Add((name, MemoryMarshal.Read<int>(value)));
            }

            return base.SetOption(level, name, value);
        }

        public override RadioResult TrySend(ReadOnlySpan<byte> data) => Note(_inner.TrySend(data));

        public override RadioResult TrySend(in ReadOnlySequence<byte> data) => Note(_inner.TrySend(data));

        private RadioResult Note(RadioResult result)
        {
            lock (hooks.Sent)
            {
                hooks.Sent.Add(result.Failed ? 0 : result.Count);
            }

            return result;
        }
    }
}
