using System.Diagnostics;
using System.Globalization;
using SocketPools.Streams;

namespace SocketPools.Benchmarks.Http;

/// <summary>The client's process: an HttpClient that keeps as many requests under way as the workload has connections.</summary>
internal static class BenchmarkClient
{
    internal static async Task<int> RunAsync(string transport)
    {
        using SocketsHttpHandler handler = CreateHandler(transport);
        using HttpClient client = new(handler);
        while (await Console.In.ReadLineAsync() is { } line)
        {
            string[] words = line.Split('\t');
            Workload workload = Workload.Named(words[0]);
            Uri uri = new($"http://127.0.0.1:{words[1]}{workload.Path}");
            TimeSpan time = TimeSpan.FromMilliseconds(int.Parse(words[2], CultureInfo.InvariantCulture));
            (int count, double seconds) = await LoadAsync(client, workload, uri, time);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count}\t{seconds:R}"));
        }

        return 0;
    }

    /// <summary>Sends the workload's requests for a time, over as many connections as it says.</summary>
    internal static async Task<(int Requests, double Seconds)> LoadAsync(HttpClient client, Workload workload, Uri uri, TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        int[] counts = await Task.WhenAll(
            Enumerable.Range(0, workload.Connections).Select(_ => Task.Run(() => LoopAsync(client, workload, uri, start, time))));
        return (counts.Sum(), Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    private static SocketsHttpHandler CreateHandler(string transport) => transport switch
    {
        "standard" => new SocketsHttpHandler { UseProxy = false },
        "pool" => new SocketsHttpHandler { UseProxy = false }.UseSocketPool(SocketPool.For(HostNetwork.Default)),
        _ => throw new ArgumentException($"There is no client on \"{transport}\"."),
    };

    private static async Task<int> LoopAsync(HttpClient client, Workload workload, Uri uri, long start, TimeSpan time)
    {
        byte[] upload = new byte[workload.UploadBytes];
        byte[] buffer = new byte[64 * 1024];
        int count = 0;
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            using HttpRequestMessage request = new(upload.Length > 0 ? HttpMethod.Post : HttpMethod.Get, uri);
            request.Content = upload.Length > 0 ? new ByteArrayContent(upload) : null;
            using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            response.EnsureSuccessStatusCode();
            using Stream body = await response.Content.ReadAsStreamAsync();
            while (await body.ReadAsync(buffer) > 0)
            {
            }

            count++;
        }

        return count;
    }
}
