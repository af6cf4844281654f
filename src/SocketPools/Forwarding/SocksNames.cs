using SocketPools.Radios;

namespace SocketPools.Forwarding;

/// <summary>
/// The names that datagrams of one association go to. A name is looked up when it comes first, and again after 64 others; what comes during a
/// lookup is dropped but for the first.
/// </summary>
internal sealed class SocksNames(SocketPool pool, TimeSpan timeout)
{
    private const int MaxNames = 64;

    private readonly Dictionary<string, IPSocketAddress> _known = [];
    private readonly Queue<string> _order = [];

    /// <summary>Takes the datagram when the lookup has ended; without an address where the name has none.</summary>
    internal delegate void SendLater(ReadOnlySpan<byte> data, IPSocketAddress remote);

    /// <summary>Finds the address of a name that was looked up.</summary>
    internal bool TryFind(ReadOnlySpan<byte> address, out IPSocketAddress remote)
    {
        lock (_known)
        {
            return _known.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(KeyOf(address, stackalloc char[260]), out remote) && remote.HasValue;
        }
    }

    /// <summary>Looks a name up, and sends the datagram then.</summary>
    /// <returns>False if the name is none, is being looked up already, or too many others are.</returns>
    internal bool TryLookUp(ReadOnlySpan<byte> address, ReadOnlySpan<byte> data, SendLater send, CancellationToken stop)
    {
        if (SocksMessages.ReadTarget(address) is not { } target)
        {
            return false;
        }

        string key = KeyOf(address, stackalloc char[260]).ToString();
        lock (_known)
        {
            if (_known.ContainsKey(key) || (_known.Count >= MaxNames && !TryForgetOldest()))
            {
                return false;
            }

            _known[key] = default;
        }

        _ = LookUpAsync(key, target, data.ToArray(), send, stop);
        return true;
    }

    private async Task LookUpAsync(string key, ForwardTarget target, byte[] data, SendLater send, CancellationToken stop)
    {
        try
        {
            IPSocketAddress remote = await target.ResolveAsync(pool, timeout, stop).ConfigureAwait(false);
            lock (_known)
            {
                _known[key] = remote;
                _order.Enqueue(key);
            }

            send(data, remote);
        }
        catch (Exception e) when (ConnectFailures.IsOne(e))
        {
            // The next datagram asks again.
            lock (_known)
            {
                _known.Remove(key);
            }

            send(data, default);
        }
    }

    /// <summary>Makes room for another name. Those that are being looked up stay.</summary>
    private bool TryForgetOldest() => _order.TryDequeue(out string? oldest) && _known.Remove(oldest);

    /// <summary>The bytes of a name and a port, each as one character.</summary>
    private static ReadOnlySpan<char> KeyOf(ReadOnlySpan<byte> address, Span<char> characters)
    {
        for (int i = 0; i < address.Length; i++)
        {
            characters[i] = (char)address[i];
        }

        return characters[..address.Length];
    }
}
