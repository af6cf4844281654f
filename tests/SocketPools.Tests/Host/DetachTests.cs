using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using SocketPools.Radios;

namespace SocketPools.Tests.Host;

public sealed class DetachTests
{
    [Fact]
    public async Task Of_a_close_and_a_detach_at_once_one_gets_the_descriptor_and_both_return()
    {
        HostNetwork radio = new();
        const int Rounds = 2_000;
        RadioSocket? socket = null;
        using Barrier barrier = new(2);
        Task closing = OnThread(() =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                barrier.SignalAndWait();
                socket!.Close();
                barrier.SignalAndWait();
            }
        });
        int detached = await OnThread(() =>
        {
            int count = 0;
            for (int i = 0; i < Rounds; i++)
            {
                radio.OpenSocket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Unspecified, out socket);
                barrier.SignalAndWait();
                if (!socket!.Detach(out nint descriptor).Failed)
                {
                    using SafeFileHandle handle = new(descriptor, ownsHandle: true);
                    count++;
                }

                barrier.SignalAndWait();
            }

            return count;
        });
        await closing;
        Assert.InRange(detached, 0, Rounds);
    }

    private static Task<T> OnThread<T>(Func<T> body) =>
        Task.Factory.StartNew(body, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static Task OnThread(Action body) =>
        Task.Factory.StartNew(body, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
