using System.Text;
using SocketPools;
using SocketPools.Simulation;

namespace Mistakes;

/// <summary>Lines of text over TCP: what the five programs need of a protocol.</summary>
internal static class Messages
{
    internal const int Port = 7000;

    /// <summary>Answers each line of each connection.</summary>
    internal static Task ServeAsync(SimulatedNode node, Func<string, Task<string>> answer) => node.Run(async self =>
    {
        using PoolSocket listener = self.Pool.CreateSocket();
        listener.Bind("0.0.0.0", Port);
        listener.Listen();
        while (true)
        {
            PoolSocket connection = await listener.AcceptAsync();
            _ = Task.Run(async () =>
            {
                using (connection)
                {
                    while (await ReadLineAsync(connection) is { } line)
                    {
                        await WriteLineAsync(connection, await answer(line));
                    }
                }
            });
        }
    });

    internal static async Task<PoolSocket> ConnectAsync(SimulatedNode from, SimulatedNode to, double timeout)
    {
        PoolSocket socket = from.Pool.CreateSocket();
        socket.SetTimeout(timeout);
        await socket.ConnectAsync(to.Name, Port);
        return socket;
    }

    /// <summary>One question on a connection of its own.</summary>
    internal static async Task<string> AskAsync(SimulatedNode from, SimulatedNode to, string line, double timeout = 60)
    {
        using PoolSocket socket = await ConnectAsync(from, to, timeout);
        return await AskAsync(socket, line);
    }

    internal static async Task<string> AskAsync(PoolSocket socket, string line)
    {
        await WriteLineAsync(socket, line);
        return await ReadLineAsync(socket) ?? throw new IOException("The connection was closed without an answer.");
    }

    private static async Task WriteLineAsync(PoolSocket socket, string line) => await socket.SendAllAsync(Encoding.UTF8.GetBytes(line + "\n"));

    private static async Task<string?> ReadLineAsync(PoolSocket socket)
    {
        StringBuilder line = new();
        byte[] one = new byte[1];
        while (await socket.ReceiveIntoAsync(one) > 0)
        {
            if (one[0] == '\n')
            {
                return line.ToString();
            }

            line.Append((char)one[0]);
        }

        return null;
    }
}
