using SocketPools.Radios;
using SocketPools.Simulation.Network;

namespace SocketPools.Simulation;

/// <summary>
/// A node without a cable: it is in a network when it has associated with an access point and got an address. It finds a stronger access point of the
/// same network by itself, and connects again when the network is back.
/// </summary>
public sealed class SimulatedStation : SimulatedNode
{
    private readonly Random _random;
    private SimulatedAccessPoint? _accessPoint;
    private IDisposable? _pending;
    private (string Ssid, string? Password)? _wanted;
    private int _attempt;

    internal SimulatedStation(SimulatedNetwork network, string name, NodePlan plan)
        : base(network, name, plan)
    {
        _random = Seeding.CreateRandom(network.Seed, $"air {name}");
    }

    /// <summary>Whether the station tries to connect again when it has lost its network, until it leaves; true at first.</summary>
    public bool AutoReconnect { get; set; } = true;

    /// <summary>The access point that it is associated with; null for none.</summary>
    public SimulatedAccessPoint? AccessPoint => _accessPoint;

    /// <summary>Gets whether it is associated and has an address.</summary>
    public bool IsConnected => _accessPoint is not null && Addresses.Count > 0;

    /// <summary>Why it has lost its network the last time, or could not join it.</summary>
    public WifiFailure LastFailure { get; private set; }

    /// <summary>How strong it hears its access point, in dBm; null when it is associated with none.</summary>
    public int? SignalDbm => _accessPoint?.SignalAt(this);

    /// <summary>Raised when it has associated (true), or is no longer associated (false), also in between when it roams.</summary>
    public event Action<bool>? AssociationChanged;

    /// <summary>Lists the networks that it hears now, the strongest first. A real scan takes 1.6 s: see <see cref="ScanAsync"/>.</summary>
    public IReadOnlyList<WifiNetworkInfo> FindNetworks() =>
    [
        .. Heard(_ => true).Select(ap => new WifiNetworkInfo(ap.Ssid, ap.Bssid, ap.Channel, ap.SignalAt(this), ap.Password is not null)),
    ];

    /// <summary>Listens on all channels for 1.6 s, and lists the networks that it hears then.</summary>
    /// <param name="cancellationToken">Ends the scan.</param>
    public async Task<IReadOnlyList<WifiNetworkInfo>> ScanAsync(CancellationToken cancellationToken = default)
    {
        await Network.DelayAsync(AirRules.ScanTime, cancellationToken).ConfigureAwait(false);
        return FindNetworks();
    }

    /// <summary>Joins a network: finds its strongest access point, associates, and waits for an address. Another network is left first.</summary>
    /// <param name="ssid">The name of the network.</param>
    /// <param name="password">The password; null for an open network.</param>
    /// <param name="timeout">How long to wait for an address; null for 15 s.</param>
    /// <param name="channel">The channel that is searched, which is faster; 0 for all.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Whether it has joined, or why not.</returns>
    public async Task<WifiResult> ConnectAsync(string ssid, string? password = null, TimeSpan? timeout = null, int channel = 0, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(ssid);
        Disconnect();
        int attempt = ++_attempt;
        WifiFailure failure = await AssociateAsync(ssid, password, channel, attempt, cancellationToken).ConfigureAwait(false);
        if (failure == WifiFailure.None)
        {
            failure = await WaitForAddressAsync(timeout ?? TimeSpan.FromSeconds(15), attempt, cancellationToken).ConfigureAwait(false);
        }

        if (failure == WifiFailure.None)
        {
            _wanted = (ssid, password);
        }
        else if (attempt == _attempt)
        {
            Leave(failure);
        }

        WifiResult result = new(failure, ssid);
        Network.Log.Add("node", Name, result.ToString());
        return result;
    }

    /// <summary>The same as <see cref="ConnectAsync"/>, for programs that block: of <see cref="SimulatedNode.RunBlocking"/>.</summary>
    /// <param name="ssid">The name of the network.</param>
    /// <param name="password">The password; null for an open network.</param>
    /// <param name="timeout">How long to wait for an address; null for 15 s.</param>
    /// <param name="channel">The channel that is searched; 0 for all.</param>
    /// <returns>Whether it has joined, or why not.</returns>
    public WifiResult Connect(string ssid, string? password = null, TimeSpan? timeout = null, int channel = 0)
    {
        Task<WifiResult> attempt = ConnectAsync(ssid, password, timeout, channel);
        ((IWaitScheduler)Network.Clock).Block(attempt, Timeout.InfiniteTimeSpan);
        return attempt.GetAwaiter().GetResult();
    }

    /// <summary>Leaves the network, or gives up an attempt to join one.</summary>
    public void Disconnect()
    {
        _wanted = null;
        _attempt++;
        Leave(WifiFailure.Left);
    }

    /// <summary>A signal has changed, or an access point was switched on or off.</summary>
    internal void OnAirChanged()
    {
        if (_accessPoint is not { } current)
        {
            return;
        }

        if (!Hears(current))
        {
            // It only knows when beacons were missing for a while.
            _pending?.Dispose();
            _pending = Network.In(AirRules.BeaconTimeout, () =>
            {
                if (_accessPoint == current && !Hears(current))
                {
                    OnLost(WifiFailure.BeaconLost);
                }
            });
        }
        else if (current.SignalAt(this) < AirRules.RoamingDbm && StrongerThan(current) is { } next)
        {
            Roam(current, next);
        }
    }

    /// <summary>The network is gone.</summary>
    internal void OnLost(WifiFailure failure)
    {
        string ssid = _accessPoint?.Ssid ?? "";
        SimulatedAccessPoint? other = failure == WifiFailure.BeaconLost ? Heard(ap => ap.Ssid == ssid && ap.HasRoom).FirstOrDefault() : null;
        if (_accessPoint is { } current && other is not null)
        {
            Roam(current, other);
            return;
        }

        Leave(failure);
        Network.Log.Add("node", Name, $"loses {ssid}: {failure}");
        if (AutoReconnect && _wanted is not null)
        {
            _pending = Network.In(AirRules.ReconnectInterval, () => _ = ReconnectAsync());
        }
    }

    internal override void Stop()
    {
        _attempt++;
        _wanted = null;
        _pending?.Dispose();
        _accessPoint?.Remove(this);
        _accessPoint = null;
        base.Stop();
    }

    private async Task ReconnectAsync()
    {
        if (_wanted is not { } wanted || _accessPoint is not null || !IsRunning)
        {
            return;
        }

        int attempt = ++_attempt;
        WifiFailure failure = await AssociateAsync(wanted.Ssid, wanted.Password, 0, attempt, CancellationToken.None).ConfigureAwait(false);
        if (failure == WifiFailure.None || attempt != _attempt)
        {
            return;
        }

        LastFailure = failure;
        _pending = Network.In(AirRules.ReconnectInterval, () => _ = ReconnectAsync());
    }

    private async Task<WifiFailure> AssociateAsync(string ssid, string? password, int channel, int attempt, CancellationToken cancellationToken)
    {
        await Network.DelayAsync(channel == 0 ? AirRules.ScanTime : AirRules.ChannelScanTime, cancellationToken).ConfigureAwait(false);
        if (Heard(ap => ap.Ssid == ssid && (channel == 0 || ap.Channel == channel)).FirstOrDefault() is not { } found)
        {
            return WifiFailure.NetworkNotFound;
        }

        if (found.Password is { } right && right != password)
        {
            await Network.DelayAsync(AirRules.HandshakeTimeout, cancellationToken).ConfigureAwait(false);
            return WifiFailure.AuthenticationFailed;
        }

        await Network.DelayAsync(AirRules.AssociationTime, cancellationToken).ConfigureAwait(false);
        if (attempt != _attempt || !IsRunning)
        {
            return WifiFailure.Left;
        }

        if (!Hears(found))
        {
            return WifiFailure.NetworkNotFound;
        }

        if (!found.HasRoom)
        {
            return WifiFailure.AssociationRefused;
        }

        Join(found);
        Configure();
        return WifiFailure.None;
    }

    private async Task<WifiFailure> WaitForAddressAsync(TimeSpan timeout, int attempt, CancellationToken cancellationToken)
    {
        TimeSpan end = Network.Clock.Elapsed + timeout;
        while (attempt == _attempt && _accessPoint is not null)
        {
            if (Addresses.Count > 0)
            {
                return WifiFailure.None;
            }

            if (Network.Clock.Elapsed >= end)
            {
                return WifiFailure.NoAddress;
            }

            await Network.DelayAsync(TimeSpan.FromMilliseconds(10), cancellationToken).ConfigureAwait(false);
        }

        return attempt == _attempt ? LastFailure : WifiFailure.Left;
    }

    private void Join(SimulatedAccessPoint next)
    {
        _accessPoint = next;
        next.Add(this);
        Port!.Air = LoseFrame;
        Plug(next.Switch);
        Network.Log.Add("node", Name, $"associates with {next.Name} ({next.Ssid})");
        AssociationChanged?.Invoke(true);
        OnAirChanged();
    }

    private void Leave(WifiFailure failure)
    {
        _pending?.Dispose();
        if (_accessPoint is not { } current)
        {
            LastFailure = failure;
            return;
        }

        LastFailure = failure;
        _accessPoint = null;
        current.Remove(this);
        Port?.Detach();
        Unconfigure();
        AssociationChanged?.Invoke(false);
    }

    // Addresses stay; the DHCP client asks for its own again when the carrier is back (RFC 2131, section 3.2).
    private void Roam(SimulatedAccessPoint from, SimulatedAccessPoint to)
    {
        from.Remove(this);
        _accessPoint = null;
        Port?.Detach();
        AssociationChanged?.Invoke(false);
        Network.Log.Add("node", Name, $"roams from {from.Name} to {to.Name}");
        int attempt = _attempt;
        _pending?.Dispose();
        _pending = Network.In(AirRules.RoamingTime, () =>
        {
            if (attempt == _attempt && IsRunning && _accessPoint is null)
            {
                Join(to);
            }
        });
    }

    private string? LoseFrame()
    {
        double loss = _accessPoint is { } current && Hears(current) ? AirRules.LossAt(current.SignalAt(this)) : 1;
        return loss > 0 && _random.NextDouble() < loss ? "air" : null;
    }

    private bool Hears(SimulatedAccessPoint ap) => ap.IsOn && ap.SignalAt(this) >= AirRules.SensitivityDbm;

    // Of equally strong ones the first that was made.
    private IEnumerable<SimulatedAccessPoint> Heard(Func<SimulatedAccessPoint, bool> wanted) =>
        Network.AccessPoints.Where(ap => Hears(ap) && wanted(ap)).OrderByDescending(ap => ap.SignalAt(this));

    private SimulatedAccessPoint? StrongerThan(SimulatedAccessPoint current) => Heard(ap =>
        ap != current && ap.Ssid == current.Ssid && ap.HasRoom && ap.SignalAt(this) >= current.SignalAt(this) + AirRules.RoamingGain).FirstOrDefault();
}
