using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Stack.Kernel.Tests;

/// <summary>How connections end, and stand still, between the stack and the kernel.</summary>
public sealed class ClosingTests
{
    private static readonly byte[] s_question = "question"u8.ToArray();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void We_end_our_half_and_read_on(bool ipv6) => KernelNetwork.Run(network =>
    {
        using Connection connection = network.Connect(ipv6, byKernel: false);
        connection.Ours.SendAll(s_question);
        connection.Ours.Shutdown(SocketShutdown.Send);
        Assert.Equal(s_question.Length, Transfer.ReadToEnd(connection.Kernels.Receive).Length);
        Assert.Equal(Errno.EPIPE, Assert.Throws<PoolSocketException>(() => connection.Ours.Send(s_question)).Errno);
        Transfer.Run(connection, toKernel: false, 300_000);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_kernel_ends_its_half_and_reads_on(bool ipv6) => KernelNetwork.Run(network =>
    {
        using Connection connection = network.Connect(ipv6, byKernel: true);
        Transfer.Send(connection.Kernels, s_question);
        connection.Kernels.Shutdown(SocketShutdown.Send);
        Assert.Equal(s_question.Length, Transfer.ReadToEnd(connection.Ours.ReceiveInto).Length);
        Transfer.Run(connection, toKernel: true, 300_000);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_reset_of_the_kernels_is_told_once(bool ipv6) => KernelNetwork.Run(network =>
    {
        using Connection connection = network.Connect(ipv6, byKernel: true);
        connection.Kernels.LingerState = new LingerOption(true, 0);
        connection.Kernels.Close();
        byte[] buffer = new byte[10];
        Assert.Equal(Errno.ECONNRESET, Assert.Throws<PoolSocketException>(() => connection.Ours.ReceiveInto(buffer)).Errno);
        Assert.Equal(0, connection.Ours.ReceiveInto(buffer));
        Assert.Equal(Errno.EPIPE, Assert.Throws<PoolSocketException>(() => connection.Ours.Send(buffer)).Errno);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_reset_of_ours_reaches_the_kernel(bool ipv6) => KernelNetwork.Run(network =>
    {
        using Connection connection = network.Connect(ipv6, byKernel: false);
        connection.Ours.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Linger, [1, 0, 0, 0, 0, 0, 0, 0]);
        connection.Ours.Close();
        Assert.Equal(SocketError.ConnectionReset, Assert.Throws<SocketException>(() => connection.Kernels.Receive(new byte[10])).SocketErrorCode);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Closing_with_unread_text_is_a_reset_on_both_sides(bool ipv6) => KernelNetwork.Run(network =>
    {
        byte[] buffer = new byte[10];
        using (Connection connection = network.Connect(ipv6, byKernel: false))
        {
            connection.Ours.SendAll(s_question);
            Assert.True(connection.Kernels.Poll(KernelNetwork.Patience, SelectMode.SelectRead));
            connection.Kernels.Close();
            Assert.Equal(Errno.ECONNRESET, Assert.Throws<PoolSocketException>(() => connection.Ours.ReceiveInto(buffer)).Errno);
        }

        using (Connection connection = network.Connect(ipv6, byKernel: true))
        {
            Transfer.Send(connection.Kernels, s_question);
            Assert.Equal(Readiness.Readable, connection.Ours.Poll(Readiness.Readable, KernelNetwork.Patience));
            connection.Ours.Close();
            Assert.Equal(SocketError.ConnectionReset, Assert.Throws<SocketException>(() => connection.Kernels.Receive(buffer)).SocketErrorCode);
        }
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Nobody_listens_there(bool ipv6) => KernelNetwork.Run(network =>
    {
        using (PoolSocket ours = network.OurSocket(ipv6))
        {
            PoolSocketException refused = Assert.Throws<PoolSocketException>(() => ours.Connect(new IPEndPoint(KernelNetwork.Kernels(ipv6), 9)));
            Assert.Equal(Errno.ECONNREFUSED, refused.Errno);
        }

        using Socket kernels = KernelNetwork.KernelSocket(ipv6);
        Assert.Equal(
            SocketError.ConnectionRefused,
            Assert.Throws<SocketException>(() => kernels.Connect(new IPEndPoint(KernelNetwork.Ours(ipv6), 9))).SocketErrorCode);
    });

    [Fact]
    public void The_kernel_stops_reading_and_goes_on() => KernelNetwork.Run(network =>
    {
        using Connection connection = network.Connect(ipv6: false, byKernel: false);
        byte[] block = new byte[100_000];
        long sent = 0;
        connection.Ours.SetTimeout(0.7); // longer than the first probes of a closed window take
        try
        {
            while (true)
            {
                sent += connection.Ours.Send(block);
            }
        }
        catch (PoolSocketException e) when (e.Errno == Errno.ETIMEDOUT)
        {
            Assert.InRange(sent, 100_000, long.MaxValue);
        }

        connection.Ours.Timeout = KernelNetwork.Patience;
        connection.Ours.Shutdown(SocketShutdown.Send);
        Assert.Equal(sent, Transfer.ReadToEnd(connection.Kernels.Receive).Length);
    });

    [Fact]
    public void We_stop_reading_and_go_on() => KernelNetwork.Run(network =>
    {
        using Connection connection = network.Connect(ipv6: false, byKernel: true);
        byte[] block = new byte[100_000];
        long sent = 0;
        connection.Kernels.Blocking = false;
        while (connection.Kernels.Poll(TimeSpan.FromSeconds(0.7), SelectMode.SelectWrite))
        {
            sent += connection.Kernels.Send(block);
        }

        connection.Kernels.Shutdown(SocketShutdown.Send);
        Assert.Equal(sent, Transfer.ReadToEnd(connection.Ours.ReceiveInto).Length);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Both_close_at_the_same_time_and_the_port_is_free_again(bool ipv6) => KernelNetwork.Run(network =>
    {
        for (int i = 0; i < 50; i++)
        {
            Connection connection = network.Connect(ipv6, byKernel: i % 2 == 0);
            Thread closing = new(connection.Kernels.Close);
            closing.Start();
            connection.Ours.Close();
            closing.Join();
        }

        using Connection last = network.Connect(ipv6, byKernel: true);
        Transfer.Run(last, toKernel: true, 10_000);
    });
}
