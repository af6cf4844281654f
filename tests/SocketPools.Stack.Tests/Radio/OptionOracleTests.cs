using System.Net.Sockets;

namespace SocketPools.Stack.Tests.Radio;

/// <summary>What options are before and after they are set, on a stack and on the kernel.</summary>
public sealed class OptionOracleTests
{
    private static readonly int[] s_values = [0, 1, 2, 64, 127, 128, 255, 256, 1000, 2303, 4096, 10_000, 32_767, 32_768, 100_000, 1_000_000];

    private static readonly (SocketOptionLevel Level, SocketOptionName Name)[] s_options =
    [
        (SocketOptionLevel.Socket, SocketOptionName.Broadcast),
        (SocketOptionLevel.Socket, SocketOptionName.KeepAlive),
        (SocketOptionLevel.Socket, SocketOptionName.ReuseAddress),
        (SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer),
        (SocketOptionLevel.Socket, SocketOptionName.SendBuffer),
        (SocketOptionLevel.Socket, SocketOptionName.Type),
        (SocketOptionLevel.Socket, SocketOptionName.Error),
        (SocketOptionLevel.IP, SocketOptionName.IpTimeToLive),
        (SocketOptionLevel.IP, SocketOptionName.TypeOfService),
        (SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive),
        (SocketOptionLevel.IP, SocketOptionName.MulticastLoopback),
        (SocketOptionLevel.IPv6, SocketOptionName.HopLimit),
        (SocketOptionLevel.IPv6, SocketOptionName.MulticastTimeToLive),
        (SocketOptionLevel.IPv6, SocketOptionName.MulticastLoopback),
        (SocketOptionLevel.IPv6, SocketOptionName.IPv6Only),
        (SocketOptionLevel.Tcp, SocketOptionName.NoDelay),
        (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime),
        (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval),
        (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount),
    ];

    /// <summary>Options that a stack does not have are in docs/stack.md. A stack's streams begin with larger buffers, which grow.</summary>
    [Fact]
    public void Every_option_takes_and_gives_the_values_of_the_kernel()
    {
        List<string> kernels = [];
        NetworkNamespace.Run(() =>
        {
            using SocketPool pool = new(new HostNetwork());
            kernels = Ask(pool);
        });
        using StackRadio radio = new();
        using SocketPool ours = new(radio);
        List<string> differences = [.. kernels.Zip(Ask(ours)).Where(pair => pair.First != pair.Second && !IsAbsent(pair.Second)).Select(pair => $"{pair.Second}; the kernel: {pair.First}")];
        Assert.True(differences.Count == 0, string.Join("\n", differences));
    }

    private static bool IsAbsent(string ours) =>
        ours.EndsWith("ENOPROTOOPT", StringComparison.Ordinal) || ours.Contains("Stream Socket SendBuffer fresh", StringComparison.Ordinal)
        || ours.Contains("Raw Socket ReuseAddress fresh", StringComparison.Ordinal); // sockets of a pool begin without it

    private static List<string> Ask(SocketPool pool)
    {
        List<string> answers = [];
        foreach (AddressFamily family in (AddressFamily[])[AddressFamily.InterNetwork, AddressFamily.InterNetworkV6])
        {
            foreach (SocketType type in (SocketType[])[SocketType.Stream, SocketType.Dgram, SocketType.Raw])
            {
                foreach ((SocketOptionLevel level, SocketOptionName name) in s_options)
                {
                    using PoolSocket fresh = pool.CreateSocket(family, type, type == SocketType.Raw ? (ProtocolType)200 : ProtocolType.Unspecified);
                    answers.Add($"{family} {type} {level} {name} fresh {Try(() => $"{fresh.GetSocketOption(level, name)}")}");
                    foreach (int value in s_values)
                    {
                        using PoolSocket socket = pool.CreateSocket(family, type, type == SocketType.Raw ? (ProtocolType)200 : ProtocolType.Unspecified);
                        string set = Try(() =>
                        {
                            socket.SetSocketOption(level, name, value);
                            return "ok";
                        });
                        answers.Add($"{family} {type} {level} {name} {value} {set} {Try(() => $"{socket.GetSocketOption(level, name)}")}");
                    }
                }
            }
        }

        return answers;
    }

    private static string Try(Func<string> action)
    {
        try
        {
            return action();
        }
        catch (PoolSocketException e)
        {
            return $"{e.Errno}";
        }
        catch (ArgumentException e)
        {
            return e.GetType().Name;
        }
    }
}
