#:project ../src/SocketPools.Simulation/SocketPools.Simulation.csproj

// A home behind a router with NAT and DHCP, the internet, and a station on Wi-Fi: an hour in simulated time takes seconds. Needs no network and no privileges.
//
//   dotnet run samples/home-network.cs                    seed 1
//   dotnet run samples/home-network.cs -- 7 home.html     seed 7; the timeline is in the page

using System.Globalization;
using System.Net;
using System.Text;
using SocketPools;
using SocketPools.Simulation;

int seed = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1;
SimulationOptions options = new() { TimelinePath = args.Length > 1 ? args[1] : null };
await Simulation.RunAsync(seed, PlayAsync, options);

static async Task PlayAsync(Simulation sim)
{
    SimulatedNetwork net = sim.Network;
    SimulatedInternet internet = net.AddInternet();
    SimulatedSite home = net.AddSite("home", internet);
    net.AddAccessPoint("ap", home.Switch, new AccessPointOptions { Ssid = "home", Password = "secret123" });
    SimulatedNode shop = net.AddNode("shop", internet.Switch), nas = net.AddNode("nas", home.Switch, "192.168.1.50/24");
    SimulatedStation phone = net.AddStation("phone");

    // Every host may reach the server at home by port 8080 of the router.
    home.Nat.Forward(8080, new IPEndPoint(IPAddress.Parse("192.168.1.50"), 80));
    foreach (SimulatedNode server in (SimulatedNode[])[shop, nas])
    {
        _ = server.Run(GreetAsync);
    }

    WifiResult wrong = await phone.ConnectAsync("home", "password1");
    Say(sim, $"phone: {wrong.Message}");
    WifiResult joined = await phone.ConnectAsync("home", "secret123");
    Say(sim, $"phone: {joined}, {phone.Address}");
    Say(sim, $"phone asks shop: {await AskAsync(phone, "shop", 80)}");
    Say(sim, $"shop asks port 8080 of the router: {await AskAsync(shop, home.Nat.Address.ToString(), 8080)}");
    foreach (NatMappingInfo mapping in home.Nat.Mappings)
    {
        Say(sim, $"{home.Router.Name}: {mapping}{(mapping.IsForwarding ? ", forwarded" : "")}");
    }

    // For ten minutes the router has no power; the phone keeps its network, and reaches no host.
    home.Router.PowerOff().For(TimeSpan.FromMinutes(10));
    await sim.DelayAsync(TimeSpan.FromMinutes(1));
    Say(sim, $"phone asks shop: {await AskAsync(phone, "shop", 80)}");
    await sim.DelayAsync(TimeSpan.FromHours(1));
    Say(sim, $"phone asks shop: {await AskAsync(phone, "shop", 80)}");
}

static async Task GreetAsync(SimulatedNode node)
{
    using PoolSocket listener = node.Pool.CreateSocket();
    listener.Bind(new IPEndPoint(IPAddress.Any, 80));
    listener.Listen();
    while (true)
    {
        using PoolSocket connection = await listener.AcceptAsync();
        await connection.SendAllAsync(Encoding.ASCII.GetBytes($"{node.Name} greets {connection.RemoteEndPoint}"));
    }
}

static async Task<string> AskAsync(SimulatedNode node, string host, int port)
{
    try
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(20));
        using PoolSocket socket = await node.Pool.CreateConnectionAsync(host, port, cancellationToken: limit.Token);
        byte[] buffer = new byte[200];
        return Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveIntoAsync(buffer));
    }
    catch (Exception e) when (e is PoolSocketException or OperationCanceledException)
    {
        return e is OperationCanceledException ? "no answer" : e.Message;
    }
}

static void Say(Simulation sim, string text) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sim.Elapsed.TotalSeconds,10:0.000} {text}"));
