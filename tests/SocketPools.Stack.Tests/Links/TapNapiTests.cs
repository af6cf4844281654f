using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Links;

namespace SocketPools.Stack.Tests.Links;

/// <summary>A TAP device whose frames go to a thread of the kernel.</summary>
[SupportedOSPlatform("linux")]
[Collection(nameof(LinkTests))]
public sealed class TapNapiTests
{
    [Theory]
    [InlineData(LinkOffloads.None)]
    [InlineData(LinkOffloads.PartialChecksums | LinkOffloads.Segmentation)]
    public void A_thread_of_the_kernel_takes_the_frames_and_every_byte_arrives(LinkOffloads offloads) => TapNetwork.Run(() =>
    {
        using TapLink link = TapLink.Open(new TapLinkOptions { Name = "napi%d", Offloads = offloads, UseThreadedNapi = true });
        Assert.SkipUnless(link.UsesThreadedNapi, "this kernel has no threaded NAPI, or the process no right to it");
        Assert.Contains($"napi/{link.Name}-", string.Join('\n', Threads()), StringComparison.Ordinal);
        NetworkNamespace.Ip($"addr add 10.7.9.1/24 dev {link.Name}");
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Parse("10.7.9.1"), 0));
        listener.Listen();

        using StackRadio radio = new(new StackOptions { Seed = 1 });
        radio.AddInterface(link).AddAddress(IPAddress.Parse("10.7.9.2"), 24);
        using PoolSocket client = SocketPool.For(radio).CreateSocket();
        client.Timeout = TimeSpan.FromSeconds(30);
        client.Connect((IPEndPoint)listener.LocalEndPoint!);
        using Socket server = listener.Accept();
        server.ReceiveTimeout = 30_000;
        byte[] sent = new byte[1_000_000];
        new Random(17).NextBytes(sent);
        byte[] received = new byte[sent.Length];
        Task reading = Task.Run(() => ReadAll(server, received), TestContext.Current.CancellationToken);
        client.SendAll(sent);
        reading.GetAwaiter().GetResult();
        Assert.Equal(sent, received);
    });

    [Fact]
    public void Without_the_right_to_start_the_thread_the_device_is_as_if_none_was_asked_for() => TapNetwork.Run(() =>
    {
        const int systemAdministration = 21; // CAP_SYS_ADMIN
        NetworkNamespace.DropCapability(systemAdministration);
        using TapLink link = TapLink.Open(new TapLinkOptions { Name = "tap7", UseThreadedNapi = true });
        Assert.Equal(("tap7", false), (link.Name, link.UsesThreadedNapi));
        Assert.DoesNotContain("napi/tap7-", string.Join('\n', Threads()), StringComparison.Ordinal);
        Assert.True(link.TrySend(Frame.Copy(new byte[60])));
    });

    [Fact]
    public void A_device_has_no_thread_unless_it_is_asked_for() => TapNetwork.Run(() =>
    {
        using TapLink link = TapLink.Open(new TapLinkOptions { Name = "plain%d" });
        Assert.False(link.UsesThreadedNapi);
        Assert.DoesNotContain($"napi/{link.Name}-", string.Join('\n', Threads()), StringComparison.Ordinal);
    });

    private static void ReadAll(Socket socket, byte[] buffer)
    {
        int count = 0;
        while (count < buffer.Length)
        {
            int read = socket.Receive(buffer, count, buffer.Length - count, SocketFlags.None);
            Assert.NotEqual(0, read);
            count += read;
        }
    }

    // The names of the kernel's threads; one that ends meanwhile is left out.
    private static IEnumerable<string> Threads() => Directory.EnumerateDirectories("/proc")
        .Where(folder => char.IsAsciiDigit(folder[6]))
        .Select(folder =>
        {
            try
            {
                return File.ReadAllText(Path.Combine(folder, "comm"));
            }
            catch (IOException)
            {
                return "";
            }
        });
}
