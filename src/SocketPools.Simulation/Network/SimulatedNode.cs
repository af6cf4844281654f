using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;
using SocketPools.Radios;
using SocketPools.Simulation.Clock;
using SocketPools.Simulation.Links;
using SocketPools.Simulation.Network;
using SocketPools.Simulation.Packets;
using SocketPools.Stack;
using SocketPools.Stack.Configuration;
using SocketPools.Stack.Diagnostics;

namespace SocketPools.Simulation;

/// <summary>A computer in a simulated network: a TCP/IP stack of its own with its pool.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The network closes its nodes when the simulation is over.")]
public partial class SimulatedNode : SimulatedDevice
{
    private readonly NodePlan _plan;
    private readonly List<Func<SimulatedNode, Task>> _programs = [];
    private SimulatedPort? _port;
    private int _starts;

    internal SimulatedNode(SimulatedNetwork network, string name, NodePlan plan)
        : base(network, name)
    {
        _plan = plan;
        _clock = new NodeClock(network.Clock);
        Start();
    }

    /// <inheritdoc/>
    public override bool IsRunning => _port is not null;

    /// <summary>Gets the IP addresses of the node: those that it was given, then those that routers gave. Link-local ones are not among them.</summary>
    public IReadOnlyList<IPAddress> Addresses
    {
        get
        {
            IEnumerable<IPAddress> given = _plan.Addresses.Select(a => a.Address.ToIPAddress());
            IEnumerable<IPAddress> learned = IsRunning && !_plan.IsStatic
                ? Interface.Addresses.Select(a => a.Address).Where(a => !a.IsIPv6LinkLocal).OrderBy(a => a.AddressFamily)
                : [];
            return [.. given.Union(learned)];
        }
    }

    /// <summary>Gets the first IP address of the node.</summary>
    /// <exception cref="InvalidOperationException">It has none yet: see <see cref="WaitForAddressAsync"/>.</exception>
    public IPAddress Address => Addresses is [IPAddress first, ..]
        ? first
        : throw new InvalidOperationException($"The node \"{Name}\" has no address yet. Await {nameof(WaitForAddressAsync)}.");

    /// <summary>Its stack. A new one after <see cref="Restart"/>.</summary>
    public StackRadio Radio { get; private set; }

    /// <summary>The interface of its stack that is connected to the network. A new one after <see cref="Restart"/>.</summary>
    public StackInterface Interface { get; private set; }

    /// <summary>The DHCP client at work; null where addresses are given by hand.</summary>
    public DhcpClient? DhcpClient { get; private set; }

    /// <summary>The pool of its sockets. A new one after <see cref="Restart"/>.</summary>
    public SocketPool Pool { get; private set; }

    /// <summary>Gets how often it was started again.</summary>
    public int Restarts => _starts - 1;

    /// <summary>Raised when it was started again, after the programs of <see cref="Run"/>: for programs that were started in other ways.</summary>
    public event Action<SimulatedNode>? Restarted;

    private protected override IEnumerable<SwitchPort> Ports => _port is null ? [] : [_port];

    internal NodePlan Plan => _plan;

    /// <summary>Its connections, sockets, neighbours and counters now.</summary>
    public StackSnapshot GetSnapshot() => Radio.GetSnapshot();

    /// <summary>Waits until the node has an address that is not link-local.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The address.</returns>
    public async Task<IPAddress> WaitForAddressAsync(CancellationToken cancellationToken = default)
    {
        while (Addresses.Count == 0)
        {
            await Network.DelayAsync(s_addressPoll, cancellationToken).ConfigureAwait(false);
        }

        return Address;
    }

    private static readonly TimeSpan s_addressPoll = TimeSpan.FromMilliseconds(10);

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
        return Network.RunBlocking(Name, () => program(this));
    }

    /// <summary>
    /// Stops the node without sending anything: its sockets are gone, and its peers get no packet. Calls of its programs end with EBADF.
    /// </summary>
    public override void Crash()
    {
        if (_port is not null)
        {
            Network.Log.Add("node", Name, "crashes");
            Stop();
        }
    }

    /// <summary>Starts the node again, with an empty stack, and its programs; a running one crashes first.</summary>
    public override void Restart()
    {
        Crash();
        Network.Log.Add("node", Name, "starts again");
        Start();
        foreach (Func<SimulatedNode, Task> program in _programs.ToArray())
        {
            _ = RunOnce(program);
        }

        Restarted?.Invoke(this);
    }

    internal virtual void Stop()
    {
        // First the port, so that nothing is said.
        _port?.Dispose();
        _port = null;
        DhcpClient = null;
        Pool.Dispose();
        Radio.Dispose();
    }

    /// <summary>Uses a router of its network for everything that is elsewhere; the first one of each version is used.</summary>
    internal void UseGateway(AddressValue gateway)
    {
        if (IsRunning && _plan.Addresses.Any(a => a.Contains(gateway)) && Interface.GetDefaultGateway(gateway.ToIPAddress().AddressFamily) is null)
        {
            Radio.AddRoute((gateway with { Bits = 0 }).ToIPAddress(), 0, gateway.ToIPAddress());
        }
    }

    [MemberNotNull(nameof(Radio), nameof(Pool), nameof(Interface))]
    private void Start()
    {
        Radio = new StackRadio(Network.OptionsFor(this, _starts++));
        _port = new SimulatedPort(Name, _plan.Switch.Name, _plan.Hardware, _plan.Switch.Mtu)
        {
            IsUnplugged = _plan.IsWireless,
            HasSegmentation = _plan.Switch.UseSegmentation && !_plan.IsWireless && !Network.IsCaptured,
        };
        Interface = Radio.AddInterface(_port);
        foreach (AddressPrefix address in _plan.Addresses)
        {
            Interface.AddAddress(address.Address.ToIPAddress(), address.Length, skipDuplicateAddressDetection: true);
        }

        if (!_plan.IsWireless)
        {
            Plug(_plan.Switch);
            Configure();
        }

        Radio carrier = _plan.Radio?.Invoke(Radio) ?? Radio;
        Pool = new SocketPool(carrier);
    }

    /// <summary>Connects the node to a switch, whose routers it uses.</summary>
    private protected void Plug(SimulatedSwitch attached)
    {
        foreach (AddressValue gateway in Network.GatewaysOf(attached))
        {
            UseGateway(gateway);
        }

        _port?.Attach(attached);
    }

    /// <summary>Asks for addresses, where they are not given by hand.</summary>
    private protected void Configure()
    {
        if (_plan.UsesDhcp)
        {
            DhcpClient = Interface.StartDhcp(new DhcpOptions { HostName = Name.Length <= 63 && Ascii.IsValid(Name) ? Name : null });
        }

        if (_plan.UsesSlaac)
        {
            Interface.EnableIPv6();
        }
    }

    /// <summary>Gives up what <see cref="Configure"/> has got.</summary>
    private protected void Unconfigure()
    {
        DhcpClient?.Dispose();
        DhcpClient = null;
        Interface.DisableIPv6();
    }

    private protected SwitchPort? Port => _port;

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
                Network.Log.Add("node", Name, $"a program has ended with {e.GetType().Name}: {e.Message}");
            }

            throw;
        }
    }
}
