using System.Diagnostics;
using System.Globalization;
using SocketPools;
using SocketPools.Benchmarks.Common;
using SocketPools.Benchmarks.Forwarding;
using SocketPools.Forwarding;

// dotnet run -c Release --project benchmarks/SocketPools.Benchmarks.Forwarding [-- ROUNDS]
// Each forwarder is a process of its own, between a client and a server in this one. They take turns, round by round.
if (args is ["contender", string kind, string target])
{
    int port = int.Parse(target, CultureInfo.InvariantCulture);
    if (kind == "pool")
    {
        using SocketPool pool = new(new HostNetwork());
        pool.Radio.MaxSockets = 1024;
        await using SocketForwarder forwarder = SocketForwarder.FromLoopback(pool, "127.0.0.1", port, new SocketForwarderOptions { MaxConnections = 1024 });
        Console.WriteLine(forwarder.LocalEndPoint.Port);
        Console.ReadLine();
        return;
    }

    using PlainForwarder plain = new(port);
    Console.WriteLine(plain.Port);
    Console.ReadLine();
    return;
}

int rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 15;
using EchoServer server = new();
List<(string Name, int Port, Process? Process)> contenders = [("direct", server.Port, null)];
List<Process> processes = [];
try
{
    foreach (string side in new[] { "pool", "plain" })
    {
        ProcessStartInfo start = OwnProgram.With("contender", side, $"{server.Port}");
        (start.RedirectStandardOutput, start.RedirectStandardInput) = (true, true);
        Process process = Process.Start(start)!;
        processes.Add(process);
        contenders.Add((side == "pool" ? "SocketForwarder" : "System.Net.Sockets", int.Parse(process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture), process));
    }

    if (File.Exists("/usr/bin/socat"))
    {
        int port = Measurement.FreePort();
        processes.Add(Process.Start("/usr/bin/socat", ["-b", "65536", $"TCP-LISTEN:{port},bind=127.0.0.1,fork,reuseaddr,nodelay,backlog=512", $"TCP:127.0.0.1:{server.Port},nodelay"]));
        Measurement.WaitForPort(port);

        // One process a connection: its time is not measured.
        contenders.Add(("socat", port, null));
    }

    foreach ((string what, string unit, Func<int, double> measure) in Measurement.All)
    {
        Dictionary<string, List<(double Speed, double Seconds)>> results = contenders.ToDictionary(contender => contender.Name, _ => new List<(double, double)>());
        for (int round = -1; round < rounds; round++)
        {
            foreach ((string name, int port, Process? process) in round % 2 == 0 ? contenders : contenders.AsEnumerable().Reverse())
            {
                double before = Measurement.ProcessorTime(process);
                double speed = measure(port);
                if (round >= 0)
                {
                    results[name].Add((speed, Measurement.ProcessorTime(process) - before));
                }
            }
        }

        Console.WriteLine($"{what} ({unit}), median of {rounds} rounds; ratios to System.Net.Sockets round by round: speed; processor time of the forwarder in all");
        foreach ((string name, _, Process? process) in contenders)
        {
            IEnumerable<((double Speed, double Seconds) Own, (double Speed, double Seconds) Plain)> pairs = results[name].Zip(results["System.Net.Sockets"]);
            double ratio = Measurement.Median([.. pairs.Select(pair => pair.Own.Speed / pair.Plain.Speed)]);

            // The system counts in steps of 10 ms: the sums of all rounds are compared.
            string time = process is null ? "-" : (pairs.Sum(pair => pair.Own.Seconds) / pairs.Sum(pair => pair.Plain.Seconds)).ToString("0.00", CultureInfo.InvariantCulture);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-20} {Measurement.Median([.. results[name].Select(result => result.Speed)]),10:0.0} {ratio,6:0.00} {time,6}"));
        }
    }
}
finally
{
    foreach (Process process in processes)
    {
        process.Kill(entireProcessTree: true);
        process.Dispose();
    }
}
