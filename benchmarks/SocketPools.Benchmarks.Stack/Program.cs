using System.CommandLine;

namespace SocketPools.Benchmarks.Stack;

/// <summary>
/// Measures the stack beside the kernel, in turns: <c>dotnet run -c Release --project benchmarks/SocketPools.Benchmarks.Stack</c>. The
/// workloads over TAP need root, <c>ip</c> of iproute2 and /dev/net/tun; they make namespaces of their own.
/// </summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        Option<string?> filter = new("--filter") { Description = "Only workloads whose name contains this; several with commas." };
        Option<int> rounds = new("--rounds") { Description = "Rounds of each workload.", DefaultValueFactory = _ => 15 };
        Option<int> slice = new("--slice") { Description = "How long one contender's turn takes, in milliseconds.", DefaultValueFactory = _ => 500 };
        Option<string?> only = new("--only") { Description = "Only this contender, for a profile." };
        RootCommand root = new("Measures the TCP/IP stack beside the kernel's.") { filter, rounds, slice, only };
        root.SetAction(parsed => new Runner(
            parsed.GetValue(filter), parsed.GetValue(only), parsed.GetValue(rounds), TimeSpan.FromMilliseconds(parsed.GetValue(slice))).Run());

        Command peer = new("peer", "Is the kernel's end of a connection; the runner starts it in a namespace.");
        peer.SetAction(_ => KernelPeer.Run());
        root.Subcommands.Add(peer);

        Option<int> turns = new("--rounds") { Description = "Turns of each in a cell.", DefaultValueFactory = _ => 3 };
        Option<int> turn = new("--slice") { Description = "How long a turn takes, in milliseconds.", DefaultValueFactory = _ => 3000 };
        Option<int[]> delays = new("--delays")
        {
            Description = "Round trips, in milliseconds.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [1, 20, 100],
        };
        Option<double[]> losses = new("--losses")
        {
            Description = "Lost frames, in percent.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [0, 0.1, 1],
        };
        Command faults = new("faults", "Measures the stack beside Linux at losses, reordering and delays, over TAP.") { turns, turn, delays, losses };
        faults.SetAction(parsed =>
        {
            if (OperatingSystem.IsLinux())
            {
                FaultLab.Run(parsed.GetValue(turns), TimeSpan.FromMilliseconds(parsed.GetValue(turn)), parsed.GetValue(delays)!, parsed.GetValue(losses)!);
            }
        });
        root.Subcommands.Add(faults);

        Option<int> repetitions = new("--rounds") { Description = "Turns of each in a cell.", DefaultValueFactory = _ => 7 };
        Command messages = new("messages", "Measures the age of small messages in one direction beside Linux, over TAP.") { repetitions };
        messages.SetAction(parsed =>
        {
            if (OperatingSystem.IsLinux())
            {
                MessageLab.Run(parsed.GetValue(repetitions));
            }
        });
        root.Subcommands.Add(messages);

        Option<int> connections = new("--connections") { Description = "Connections of two sockets each.", DefaultValueFactory = _ => 50_000 };
        Option<int> making = new("--rounds") { Description = "Turns of 500 stacks.", DefaultValueFactory = _ => 40 };
        Command memory = new("memory", "Measures what an idle connected socket holds, and a stack that is made and disposed.") { connections, making };
        memory.SetAction(parsed => MemoryLab.Run(parsed.GetValue(connections), parsed.GetValue(making)));
        root.Subcommands.Add(memory);
        return root.Parse(arguments).Invoke();
    }
}
