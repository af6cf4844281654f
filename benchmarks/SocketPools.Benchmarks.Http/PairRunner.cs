using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using SocketPools.Stack;
using SocketPools.Stack.Links;
using SocketPools.Streams;

namespace SocketPools.Benchmarks.Http;

/// <summary>
/// HttpClient and Kestrel on two stacks over a link pair, in turns with the same over the kernel's loopback. Client and server are in this
/// process both times, because a pair is.
/// </summary>
internal sealed class PairRunner(string? filter, int rounds, TimeSpan slice)
{
    private readonly record struct Turn(double RequestsPerSecond, double Microseconds);

    internal async Task<int> RunAsync()
    {
        LinkPair cable = LinkPair.Create();
        using StackRadio near = new(), far = new();
        near.AddInterface(cable.A).AddAddress(IPAddress.Parse("192.0.2.1"), 24);
        far.AddInterface(cable.B).AddAddress(IPAddress.Parse("192.0.2.2"), 24);
        using SocketPool clients = SocketPool.For(near), servers = SocketPool.For(far);
        await using WebApplication onStack = await BenchmarkServer.StartAsync(servers, IPAddress.Parse("192.0.2.2"), usesThreadPool: false, CancellationToken.None);
        await using WebApplication onKernel = await BenchmarkServer.StartAsync(null, IPAddress.Loopback, usesThreadPool: false, CancellationToken.None);
        using HttpClient stackClient = new(new SocketsHttpHandler { UseProxy = false }.UseSocketPool(clients));
        using HttpClient kernelClient = new(new SocketsHttpHandler { UseProxy = false });
        Uri stackAddress = new($"http://192.0.2.2:{BenchmarkServer.PortOf(onStack)}");
        Uri kernelAddress = new($"http://127.0.0.1:{BenchmarkServer.PortOf(onKernel)}");

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} CPUs, {rounds} rounds of {slice.TotalSeconds} s, medians; ratios are medians of the rounds' ratios to the kernel's loopback\n"));
        Console.WriteLine("| workload | loopback, requests/s | pair, requests/s | ratio | quartiles | CPU/request, ratio |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|");
        foreach (Workload workload in Workload.Matching(filter))
        {
            List<Turn> pair = [], kernel = [];
            for (int round = -2; round < rounds; round++)
            {
                // The stack and the kernel begin in turns.
                for (int turn = 0; turn < 2; turn++)
                {
                    bool isPair = (turn + round) % 2 == 0;
                    Turn result = await RunTurnAsync(isPair ? stackClient : kernelClient, workload, new Uri(isPair ? stackAddress : kernelAddress, workload.Path));
                    if (round >= 0)
                    {
                        (isPair ? pair : kernel).Add(result);
                    }
                }
            }

            Report(workload, pair, kernel);
        }

        return 0;
    }

    private async Task<Turn> RunTurnAsync(HttpClient client, Workload workload, Uri uri)
    {
        double before = Environment.CpuUsage.TotalTime.TotalMicroseconds;
        (int requests, double seconds) = await BenchmarkClient.LoadAsync(client, workload, uri, slice);
        return new Turn(requests / seconds, (Environment.CpuUsage.TotalTime.TotalMicroseconds - before) / requests);
    }

    private static void Report(Workload workload, List<Turn> pair, List<Turn> kernel)
    {
        double[] ratios = [.. pair.Zip(kernel, (p, k) => p.RequestsPerSecond / k.RequestsPerSecond).Order()];
        double cpu = Runner.Median(pair.Zip(kernel, (p, k) => p.Microseconds / k.Microseconds));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {workload.Name} | {Runner.Median(kernel.Select(t => t.RequestsPerSecond)):F0} | {Runner.Median(pair.Select(t => t.RequestsPerSecond)):F0} | {Runner.Median(ratios):F2} | {ratios[ratios.Length / 4]:F2} - {ratios[ratios.Length * 3 / 4]:F2} | {cpu:F2} |"));
    }
}
