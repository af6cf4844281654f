using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MQTTnet;

namespace SocketPools.Endurance;

/// <summary>What became of a server whose clients have left.</summary>
internal enum Recovery
{
    Answers,
    Deaf,
    Dead,
}

/// <summary>
/// A server that may have 400 descriptors gets 500 idle clients. When they have left, it has to answer. Where the process holds files
/// besides, the pool's own budget does not keep it from running out.
/// </summary>
internal static class ExhaustionRun
{
    private const int Limit = 400;
    private const int Clients = 500;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    internal static async Task<int> RunAllAsync(int repeat, string? only, CancellationToken stop)
    {
        bool isFine = true;
        Console.WriteLine("protocol  transport  files held  answers  deaf  dead  slowest answer");
        foreach (string protocol in (string[])["http1", "h2c", "tls", "mqtt"])
        {
            foreach ((string transport, int files) in ((string, int)[])[("pool", 0), ("pool", 150), ("standard", 0)])
            {
                if (only is not null && only != protocol)
                {
                    continue;
                }

                Dictionary<Recovery, int> counts = [];
                TimeSpan slowest = TimeSpan.Zero;
                for (int i = 0; i < repeat; i++)
                {
                    (Recovery recovery, TimeSpan time) = await RunAsync(transport, protocol, files, stop);
                    counts[recovery] = counts.GetValueOrDefault(recovery) + 1;
                    slowest = time > slowest ? time : slowest;
                }

                int Count(Recovery recovery) => counts.GetValueOrDefault(recovery);
                isFine &= transport != "pool" || Count(Recovery.Answers) == repeat;
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{protocol,-8}  {transport,-9}  {files,10}  {Count(Recovery.Answers),7}  {Count(Recovery.Deaf),4}  {Count(Recovery.Dead),4}  {slowest.TotalSeconds:0.000} s"));
            }
        }

        return isFine ? 0 : 1;
    }

    internal static async Task<(Recovery Recovery, TimeSpan Time)> RunAsync(string transport, string protocol, int files, CancellationToken stop)
    {
        using Process server = Start(transport, protocol, files);
        try
        {
            int port = int.Parse((await server.StandardOutput.ReadLineAsync(stop))!, CultureInfo.InvariantCulture);
            await CrowdAsync(server, port, stop);
            long start = Stopwatch.GetTimestamp();
            bool answers = await AnswersAsync(protocol, port, stop);
            Recovery recovery = answers ? Recovery.Answers : server.HasExited ? Recovery.Dead : Recovery.Deaf;
            return (recovery, Stopwatch.GetElapsedTime(start));
        }
        finally
        {
            if (!server.HasExited)
            {
                server.Kill();
            }

            await server.WaitForExitAsync(stop);
        }
    }

    private static Process Start(string transport, string protocol, int files)
    {
        string own = typeof(ExhaustionRun).Assembly.Location;
        ProcessStartInfo info = new("prlimit", [
            $"--nofile={Limit}", Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet" ? path : "dotnet", own, "server", transport, protocol,
            files.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process = Process.Start(info)!;
        process.ErrorDataReceived += (_, line) => Console.Error.WriteLine(line.Data);
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Connects the clients, waits until the server opens nothing more, and lets them leave.</summary>
    private static async Task CrowdAsync(Process server, int port, CancellationToken stop)
    {
        List<Socket> clients = [];
        try
        {
            for (int i = 0; i < Clients; i++)
            {
                Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                clients.Add(client);
                await client.ConnectAsync(IPAddress.Loopback, port, stop);
            }

            // Quiet for a second: longer than the longest pause between two attempts.
            int quiet = 0;
            for (int last = -1; quiet < 20 && !server.HasExited; quiet++)
            {
                int open = CountDescriptors(server.Id);
                quiet = open == last ? quiet : 0;
                last = open;
                await Task.Delay(50, stop);
            }
        }
        catch (SocketException)
        {
            // It is dead already.
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    private static int CountDescriptors(int process)
    {
        try
        {
            return Directory.GetFileSystemEntries($"/proc/{process}/fd").Length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0; // it is gone
        }
    }

    private static async Task<bool> AnswersAsync(string protocol, int port, CancellationToken stop)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(s_patience);
        try
        {
            if (protocol == "mqtt")
            {
                using IMqttClient mqtt = new MqttClientFactory().CreateMqttClient();
                await mqtt.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithTimeout(s_patience).Build(), patience.Token);
                await mqtt.PingAsync(patience.Token);
                return true;
            }

            using HttpClient client = WebServers.CreateClient(protocol, port);
            return await client.GetStringAsync("", patience.Token) == "hello";
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or MQTTnet.Exceptions.MqttCommunicationException && !stop.IsCancellationRequested)
        {
            return false;
        }
    }
}
