using System.Diagnostics.CodeAnalysis;
using System.Net;
using SocketPools.Simulation.Links;
using SocketPools.Stack;
using SocketPools.Stack.Diagnostics;

namespace SocketPools.Simulation;

/// <summary>A computer in a simulated network: a TCP/IP stack of its own with its pool.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The network closes its nodes when the simulation is over.")]
public sealed class SimulatedNode
{
    private readonly SimulatedNetwork _network;
    private readonly SimulatedSwitch _switch;
    private readonly byte[] _hardwareAddress;
    private readonly IPNetworkAddress[] _addresses;
    private readonly List<Func<SimulatedNode, Task>> _programs = [];
    private SimulatedPort? _port;
    private int _starts;

    internal SimulatedNode(SimulatedNetwork network, SimulatedSwitch attached, string name, byte[] hardwareAddress, IPNetworkAddress[] addresses)
    {
        _network = network;
        _switch = attached;
        _hardwareAddress = hardwareAddress;
        _addresses = addresses;
        Name = name;
        Start();
    }

    /// <summary>Its name, which is also in the network's DNS.</summary>
    public string Name { get; }

    /// <summary>Gets whether the node runs, which it does not after a crash.</summary>
    public bool IsRunning => _port is not null;

    /// <summary>Gets the IP addresses of the node.</summary>
    public IReadOnlyList<IPAddress> Addresses => [.. _addresses.Select(a => a.Address)];

    /// <summary>Gets the first IP address of the node.</summary>
    public IPAddress Address => _addresses[0].Address;

    /// <summary>Its stack. A new one after <see cref="Restart"/>.</summary>
    public StackRadio Radio { get; private set; }

    /// <summary>The pool of its sockets. A new one after <see cref="Restart"/>.</summary>
    public SocketPool Pool { get; private set; }

    /// <summary>Its connections, sockets, neighbours and counters now.</summary>
    public StackSnapshot GetSnapshot() => Radio.GetSnapshot();

    /// <summary>Runs a program on the node. It is started again by <see cref="Restart"/>.</summary>
    /// <param name="program">The program.</param>
    /// <returns>The end of this run of it.</returns>
    public Task Run(Func<SimulatedNode, Task> program)
    {
        ArgumentNullException.ThrowIfNull(program);
        _programs.Add(program);
        return RunOnce(program);
    }

    /// <summary>Runs a program that blocks in sockets, on a thread of its own.</summary>
    /// <param name="program">The program.</param>
    /// <returns>Its end.</returns>
    public Task RunBlocking(Action<SimulatedNode> program)
    {
        ArgumentNullException.ThrowIfNull(program);
        return _network.RunBlocking(Name, () => program(this));
    }

    /// <summary>
    /// Stops the node without sending anything: its sockets are gone, and its peers get no packet. Calls of its programs end with EBADF.
    /// </summary>
    public void Crash()
    {
        if (_port is not null)
        {
            _network.Log.Add("node", Name, "crashes");
            Stop();
        }
    }

    /// <summary>Starts the node again, with an empty stack, and its programs; a running one crashes first.</summary>
    public void Restart()
    {
        Crash();
        _network.Log.Add("node", Name, "starts again");
        Start();
        foreach (Func<SimulatedNode, Task> program in _programs.ToArray())
        {
            _ = RunOnce(program);
        }
    }

    /// <summary>Holds everything that the node sends and receives, as if it were suspended. Its timers go on.</summary>
    /// <returns>Disposing it lets the frames go that were held.</returns>
    public IDisposable Freeze()
    {
        _network.Log.Add("node", Name, "freezes");
        SimulatedPort? port = _port;
        port?.SetFrozen(true);
        return new Undo(() =>
        {
            _network.Log.Add("node", Name, "goes on");
            port?.SetFrozen(false);
        });
    }

    internal void Stop()
    {
        // First the port, so that nothing is said.
        _port?.Dispose();
        _port = null;
        Pool.Dispose();
        Radio.Dispose();
    }

    [MemberNotNull(nameof(Radio), nameof(Pool))]
    private void Start()
    {
        Radio = new StackRadio(_network.OptionsFor(Name, _starts++));
        _port = new SimulatedPort(_switch, Name, _hardwareAddress, SimulatedNetwork.Mtu);
        StackInterface one = Radio.AddInterface(_port);
        foreach (IPNetworkAddress address in _addresses)
        {
            one.AddAddress(address.Address, address.PrefixLength, skipDuplicateAddressDetection: true);
        }

        _switch.Add(_port);
        Pool = new SocketPool(Radio);
    }

    [SuppressMessage("Design", "CA1031", Justification = "It is logged, and the task's.")]
    private async Task RunOnce(Func<SimulatedNode, Task> program)
    {
        try
        {
            await Task.Run(() => program(this)).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // After a crash, and when the simulation is over, its calls end with EBADF.
            if (IsRunning)
            {
                _network.Log.Add("node", Name, $"a program has ended with {e.GetType().Name}: {e.Message}");
            }

            throw;
        }
    }

    private sealed class Undo(Action action) : IDisposable
    {
        private Action? _action = action;

        public void Dispose() => Interlocked.Exchange(ref _action, null)?.Invoke();
    }
}

/// <summary>An address with the length of its network's prefix.</summary>
internal readonly record struct IPNetworkAddress(IPAddress Address, int PrefixLength)
{
    internal static IPNetworkAddress Parse(string text)
    {
        string[] parts = text.Split('/');
        IPAddress address = IPAddress.Parse(parts[0]);
        int all = address.GetAddressBytes().Length * 8;
        int length = parts.Length == 1 ? (all == 32 ? 24 : 64) : int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture);
        return length < 0 || length > all ? throw new FormatException($"{text} has a prefix that is too long.") : new IPNetworkAddress(address, length);
    }
}
