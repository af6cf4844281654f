using System.Net.Sockets;
using SocketPools.Stack.Links;

namespace SocketPools.Stack.Kernel.Tests;

/// <summary>Streams between the stack and the kernel, whole and in order.</summary>
public sealed class TransferTests
{
    public static MatrixTheoryData<bool, bool, bool> AllWays => new([false, true], [false, true], [false, true]);

    public static TheoryData<bool, bool, int> AllWaysAndMtus
    {
        get
        {
            TheoryData<bool, bool, int> data = [];
            foreach (int mtu in (int[])[576, 1280, 1500, 9000])
            {
                foreach (bool toKernel in (bool[])[false, true])
                {
                    data.Add(false, toKernel, mtu);
                    if (mtu >= 1280)
                    {
                        data.Add(true, toKernel, mtu);
                    }
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(AllWays))]
    [Trait("Speed", "Slow")]
    public void A_hundred_megabytes_arrive_as_they_were_sent(bool ipv6, bool toKernel, bool offload) => KernelNetwork.Run(
        network =>
        {
            using Connection connection = network.Connect(ipv6, byKernel: toKernel);
            Transfer.Run(connection, toKernel, 100_000_000);
        },
        new KernelSetup
        {
            Offloads = offload ? LinkOffloads.PartialChecksums | LinkOffloads.Segmentation : LinkOffloads.None,
            IsCaptured = false,
        });

    [Theory]
    [MemberData(nameof(AllWaysAndMtus))]
    public void A_stream_fits_into_every_MTU(bool ipv6, bool toKernel, int mtu) => KernelNetwork.Run(
        network =>
        {
            using Connection connection = network.Connect(ipv6, byKernel: !toKernel);
            Transfer.Run(connection, toKernel, 3_000_000);
        },
        new KernelSetup { Mtu = mtu, Offloads = LinkOffloads.None });

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void A_stream_passes_a_TUN_device(bool ipv6, bool toKernel) => KernelNetwork.Run(
        network =>
        {
            using Connection connection = network.Connect(ipv6, byKernel: toKernel);
            Transfer.Run(connection, toKernel, 3_000_000);
        },
        new KernelSetup { Medium = LinkMedium.IP });

    [Theory]
    [InlineData(false, false, 11)]
    [InlineData(false, true, 12)]
    [InlineData(true, false, 13)]
    [InlineData(true, true, 14)]
    public void A_stream_survives_loss_delay_and_reordering(bool ipv6, bool toKernel, int seed) => KernelNetwork.Run(
        network =>
        {
            using Connection connection = network.Connect(ipv6, byKernel: !toKernel);
            Transfer.Run(connection, toKernel, 2_000_000);
            Assert.True(network.Faulty!.InboundCounters.FramesLost + network.Faulty.OutboundCounters.FramesLost > 0, "nothing was lost");
        },
        new KernelSetup
        {
            Seed = seed,
            Offloads = LinkOffloads.None,
            Faults = new LinkFaults
            {
                Loss = 0.01,
                Reordering = 0.02,
                ReorderDelay = TimeSpan.FromMilliseconds(3),
                Delay = TimeSpan.FromMilliseconds(2),
                Duplication = 0.01,
                Corruption = 0.002,
            },
        });

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Two_hundred_connections_are_open_at_once(bool ipv6, bool byKernel) => KernelNetwork.Run(network =>
    {
        const int Count = 200;
        using PoolSocket ourListener = network.OurListener(ipv6);
        using Socket kernelListener = KernelNetwork.KernelListener(ipv6);
        List<Connection> connections = [];
        for (int i = 0; i < Count; i++)
        {
            if (byKernel)
            {
                Socket kernels = KernelNetwork.KernelSocket(ipv6);
                kernels.Connect(ourListener.LocalEndPoint);
                connections.Add(new Connection(ourListener.Accept(), kernels));
            }
            else
            {
                PoolSocket ours = network.OurSocket(ipv6);
                ours.Connect((System.Net.IPEndPoint)kernelListener.LocalEndPoint!);
                connections.Add(new Connection(ours, kernelListener.Accept()));
            }
        }

        byte[] text = new byte[10_000];
        byte[] answer = new byte[text.Length];
        foreach ((int number, Connection connection) in connections.Index())
        {
            new Random(number).NextBytes(text);
            connection.Ours.SendAll(text);
            Transfer.Send(connection.Kernels, text);
        }

        foreach ((int number, Connection connection) in connections.Index())
        {
            new Random(number).NextBytes(text);
            Transfer.ReceiveExactly(connection.Ours.ReceiveInto, answer);
            Assert.Equal(text, answer);
            Transfer.ReceiveExactly(connection.Kernels.Receive, answer);
            Assert.Equal(text, answer);
            connection.Dispose();
        }

        Assert.Equal(Count + 1, network.Pool.HighWaterMark);
    });
}
