using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Stack.Tests.Radio;

/// <summary>What bind, connect and sendto answer for every kind of address, on a stack's loopback and on the kernel's.</summary>
public sealed class AddressOracleTests
{
    private static readonly string[] s_addresses =
    [
        "::", "::1", "::ffff:127.0.0.1", "::ffff:127.0.0.2", "::ffff:0.0.0.0", "::ffff:192.0.2.9", "::127.0.0.1", "2001:db8::9",
        "0.0.0.0", "127.0.0.1", "127.0.0.2", "192.0.2.9",
    ];

    [Fact]
    public void Every_pair_of_a_bound_address_and_a_peer_means_what_it_means_to_the_kernel()
    {
        List<string> kernels = [];
        NetworkNamespace.Run(() =>
        {
            using SocketPool pool = new(new HostNetwork());
            kernels = Ask(pool);
        });
        using StackRadio radio = new();
        using SocketPool ours = new(radio);
        List<string> differences = [.. kernels.Zip(Ask(ours)).Where(pair => pair.First != pair.Second).Select(pair => $"{pair.Second}; the kernel: {pair.First}")];
        Assert.True(differences.Count == 0, string.Join("\n", differences));
    }

    private static List<string> Ask(SocketPool pool)
    {
        List<string> answers = [];
        foreach (AddressFamily family in (AddressFamily[])[AddressFamily.InterNetworkV6, AddressFamily.InterNetwork])
        {
            foreach (SocketType type in (SocketType[])[SocketType.Dgram, SocketType.Stream])
            {
                foreach (bool isOnly in (bool[])[false, true])
                {
                    if (isOnly && family == AddressFamily.InterNetwork)
                    {
                        continue;
                    }

                    foreach (string? bound in s_addresses.Prepend(null))
                    {
                        foreach (string? peer in s_addresses.Prepend(null))
                        {
                            answers.Add($"{family} {type} only={isOnly} bind({bound}) connect({peer}): {Ask(pool, family, type, isOnly, bound, peer, isConnect: true)}");
                            if (type == SocketType.Dgram && peer is not null)
                            {
                                answers.Add($"{family} {type} only={isOnly} bind({bound}) sendto({peer}): {Ask(pool, family, type, isOnly, bound, peer, isConnect: false)}");
                            }
                        }
                    }
                }
            }
        }

        return answers;
    }

    private static string Ask(SocketPool pool, AddressFamily family, SocketType type, bool isOnly, string? bound, string? peer, bool isConnect)
    {
        using PoolSocket socket = pool.CreateSocket(family, type);
        string what = "";
        try
        {
            socket.SetTimeout(0);
            if (isOnly)
            {
                socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.IPv6Only, true);
            }

            if (bound is not null)
            {
                socket.Bind(new IPEndPoint(IPAddress.Parse(bound), 0));
                what = $"bound {socket.LocalEndPoint.Address} ";
            }

            if (peer is not null && isConnect)
            {
                socket.Connect(new IPEndPoint(IPAddress.Parse(peer), 9));
                what += $"from {socket.LocalEndPoint.Address} to {socket.RemoteEndPoint}";
            }
            else if (peer is not null)
            {
                socket.SendTo("x"u8, new IPEndPoint(IPAddress.Parse(peer), 9));
                what += "sent";
            }
        }
        catch (PoolSocketException e)
        {
            what += e.Errno == Errno.EINPROGRESS || (type == SocketType.Stream && e.Errno == Errno.ECONNREFUSED) ? "begun" : $"{e.Errno}";
        }
        catch (ArgumentException e)
        {
            what += e.GetType().Name;
        }

        return what;
    }
}
