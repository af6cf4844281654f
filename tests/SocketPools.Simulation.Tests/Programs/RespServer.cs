using System.Globalization;
using System.Text;
using SocketPools.Streams;

namespace SocketPools.Simulation.Tests.Programs;

/// <summary>A server of the Redis protocol (RESP2) on a pool, with the commands that the tests and the client's handshake send.</summary>
internal sealed class RespServer
{
    internal const int Port = 6379;

    private readonly Dictionary<string, byte[]> _values = [];
    private readonly List<(string Channel, PoolSocketStream Stream)> _subscribers = [];

    /// <summary>Serves until its node ends.</summary>
    internal async Task ServeAsync(SimulatedNode node)
    {
        using PoolSocket listener = node.Pool.CreateSocket();
        listener.Bind("0.0.0.0", Port);
        listener.Listen();
        while (true)
        {
            _ = ServeAsync(await listener.AcceptAsync());
        }
    }

    private static byte[] Bulk(ReadOnlySpan<byte> value) => [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"${value.Length}\r\n")), .. value, .. "\r\n"u8];

    private static async Task<byte[][]?> ReadCommandAsync(PoolSocketStream stream)
    {
        if (await ReadNumberAsync(stream) is not { } count)
        {
            return null;
        }

        byte[][] parts = new byte[count][];
        for (int i = 0; i < count; i++)
        {
            byte[] part = new byte[(await ReadNumberAsync(stream) ?? 0) + 2];
            await stream.ReadExactlyAsync(part);
            parts[i] = part[..^2];
        }

        return parts;
    }

    // Of a line as "*3" or "$5". Null at the end.
    private static async Task<int?> ReadNumberAsync(PoolSocketStream stream)
    {
        StringBuilder line = new();
        byte[] one = new byte[1];
        while (await stream.ReadAsync(one) == 1)
        {
            if (one[0] == '\n')
            {
                return int.Parse(line.ToString(1, line.Length - 2), CultureInfo.InvariantCulture);
            }

            line.Append((char)one[0]);
        }

        return null;
    }

    private async Task ServeAsync(PoolSocket connection)
    {
        await using PoolSocketStream stream = new(connection, ownsSocket: true);
        try
        {
            while (await ReadCommandAsync(stream) is { } command)
            {
                await stream.WriteAsync(await AnswerAsync(command, stream));
            }
        }
        catch (IOException)
        {
            // The connection is lost.
        }

        _subscribers.RemoveAll(s => s.Stream == stream);
    }

    private async Task<byte[]> AnswerAsync(byte[][] command, PoolSocketStream stream)
    {
        string First() => Encoding.UTF8.GetString(command[1]);
        switch (Encoding.ASCII.GetString(command[0]).ToUpperInvariant())
        {
            case "PING":
                return "+PONG\r\n"u8.ToArray();
            case "ECHO":
                return Bulk(command[1]);
            case "CLIENT":
                return "+OK\r\n"u8.ToArray();
            case "INFO":
                return Bulk("redis_version:7.0.15\r\nredis_mode:standalone\r\nrole:master\r\n"u8);
            case "SET":
                _values[First()] = command[2];
                return "+OK\r\n"u8.ToArray();
            case "GET":
                return _values.TryGetValue(First(), out byte[]? value) ? Bulk(value) : "$-1\r\n"u8.ToArray();
            case "SUBSCRIBE":
                _subscribers.Add((First(), stream));
                return [.. "*3\r\n$9\r\nsubscribe\r\n"u8, .. Bulk(command[1]), .. ":1\r\n"u8];
            case "PUBLISH":
                PoolSocketStream[] hearers = [.. _subscribers.Where(s => s.Channel == First()).Select(s => s.Stream)];
                foreach (PoolSocketStream hearer in hearers)
                {
                    await hearer.WriteAsync((byte[])[.. "*3\r\n$7\r\nmessage\r\n"u8, .. Bulk(command[1]), .. Bulk(command[2])]);
                }

                return Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $":{hearers.Length}\r\n"));
            default:
                return "-ERR unknown command\r\n"u8.ToArray();
        }
    }
}
