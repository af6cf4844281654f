using System.Net.Sockets;
using SocketPools;
using SocketPools.Simulation;

namespace Sweeps;

/// <summary>A shop that takes an order twice when its answer is lost: what a sweep finds.</summary>
internal static class Shop
{
    /// <summary>One order. For 10 s nothing passes; when that begins depends on the seed.</summary>
    internal static async Task OrderAsync(Simulation sim)
    {
        SimulatedNode shop = sim.Network.AddNode("shop"), desk = sim.Network.AddNode("desk");
        int orders = 0;
        _ = shop.Run(node => ServeAsync(node, () => orders++));
        TimeSpan cut = TimeSpan.FromMicroseconds(sim.CreateRandom("cut").Next(6_000));
        sim.In(cut, () => sim.Network.Partition(shop, desk).For(TimeSpan.FromSeconds(10)));
        while (!await TryOrderAsync(desk, shop))
        {
            // No answer: once more.
        }

        if (orders != 1)
        {
            throw new InvalidOperationException($"The shop has {orders} orders, not 1.");
        }
    }

    private static async Task<bool> TryOrderAsync(SimulatedNode desk, SimulatedNode shop)
    {
        try
        {
            using PoolSocket socket = desk.Pool.CreateSocket();
            socket.SetTimeout(2);
            await socket.ConnectAsync(shop.Address.ToString(), 80);
            await socket.SendAllAsync("one"u8.ToArray());
            return await socket.ReceiveIntoAsync(new byte[16]) > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task ServeAsync(SimulatedNode node, Action order)
    {
        using PoolSocket listener = node.Pool.CreateSocket();
        listener.Bind("0.0.0.0", 80);
        listener.Listen();
        while (true)
        {
            using PoolSocket connection = await listener.AcceptAsync();
            if (await connection.ReceiveIntoAsync(new byte[16]) > 0)
            {
                order();
                await connection.SendAllAsync("done"u8.ToArray());
            }
        }
    }
}
