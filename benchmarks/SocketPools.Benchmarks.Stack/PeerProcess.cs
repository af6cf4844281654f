using System.Diagnostics;
using System.Globalization;
using System.Net;
using SocketPools.Benchmarks.Common;

namespace SocketPools.Benchmarks.Stack;

/// <summary>A <see cref="KernelPeer"/> in a namespace, as the runner sees it.</summary>
internal sealed class PeerProcess : IDisposable
{
    private readonly Process _process;

    internal PeerProcess(string networkNamespace)
    {
        ProcessStartInfo start = new("ip", ["netns", "exec", networkNamespace, .. OwnProgram.Command, "peer"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start)!;
        Port = int.Parse(Read(), CultureInfo.InvariantCulture);
    }

    /// <summary>Where it serves.</summary>
    internal int Port { get; }

    /// <summary>Makes it a client of another one.</summary>
    internal Turn Run(IPEndPoint server, bool isSending, TimeSpan slice) => Run(server, isSending ? "send" : "receive", slice);

    /// <summary>Makes it a client of another one that sends messages and waits for each to come back.</summary>
    internal Turn Exchange(IPEndPoint server, TimeSpan slice) => Run(server, "message", slice);

    /// <summary>Makes it a client of another one that sends datagrams.</summary>
    internal Turn SendDatagrams(IPEndPoint server, TimeSpan slice) => Run(server, "datagrams", slice);

    private Turn Run(IPEndPoint server, string work, TimeSpan slice)
    {
        _process.StandardInput.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{server.Address} {server.Port} {work} {slice.TotalMilliseconds:F0}"));
        string[] words = Read().Split(' ');
        long[] numbers = Array.ConvertAll(words, word => long.Parse(word, CultureInfo.InvariantCulture));
        return new Turn(numbers[0], numbers[1], new TimeSpan(numbers[2]), 0);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private string Read() => _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The kernel's end has failed.");
}
