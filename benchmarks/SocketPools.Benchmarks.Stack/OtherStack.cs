using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace SocketPools.Benchmarks.Stack;

/// <summary>Another TCP/IP stack, in a program of its own that is compiled from <c>benchmarks/peers</c>; see there how it is asked.</summary>
internal sealed class OtherStack : IDisposable
{
    private readonly Process _process;

    private OtherStack(string program, string[] arguments) =>
        _process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;

    /// <summary>lwIP 2 of Debian (<c>liblwip-dev</c>), with sockets or with its callbacks.</summary>
    /// <returns>Null: it is missing, and the reason was printed.</returns>
    internal static OtherStack? LwIP(bool isRaw) =>
        Build("lwIP", "gcc and liblwip-dev", "gcc", Flags("lwip.c"), "lwip") is { } program ? new OtherStack(program, [isRaw ? "raw" : "socket"]) : null;

    /// <summary>gVisor's netstack of Debian (<c>golang-go</c>, <c>golang-gvisor-gvisor-dev</c>).</summary>
    /// <returns>Null: it is missing, and the reason was printed.</returns>
    internal static OtherStack? GVisor(int mtu)
    {
        string[] arguments = ["build", "-o", Output("gvisor"), Source("gvisor.go")];
        return Build("gVisor", "golang-go and golang-gvisor-gvisor-dev", "go", arguments, "gvisor") is { } program ? new OtherStack(program, [mtu.ToString(CultureInfo.InvariantCulture)]) : null;
    }

    /// <summary>Lets it exchange messages for a while.</summary>
    internal Turn Run(int length, TimeSpan slice)
    {
        _process.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{length} {slice.TotalMilliseconds:F0}"));
        string[] words = (_process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The other stack has failed.")).Split(' ');
        long operations = long.Parse(words[0], CultureInfo.InvariantCulture);
        return new Turn(operations, operations * length, TimeSpan.FromTicks(long.Parse(words[1], CultureInfo.InvariantCulture) / 100), 0);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static string[] Flags(string source) =>
        ["-O2", "-o", Output("lwip"), Source(source), "-I/usr/include/lwip", "-llwip", "-pthread"];

    private static string Output(string name) => Path.Combine(AppContext.BaseDirectory, name);

    private static string Source(string name) => Path.Combine(AppContext.BaseDirectory, "peers", name);

    private static string? Build(string name, string packages, string compiler, string[] arguments, string program)
    {
        try
        {
            ProcessStartInfo start = new(compiler, arguments) { RedirectStandardError = true };
            start.Environment["GO111MODULE"] = "off";
            start.Environment["GOPATH"] = "/usr/share/gocode";
            using Process process = Process.Start(start)!;
            string error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode == 0)
            {
                return Output(program);
            }

            Console.Error.WriteLine($"{name} is left out. It needs {packages} of Debian: {compiler} failed: {error.Trim().Split('\n')[0]}");
        }
        catch (Win32Exception e)
        {
            Console.Error.WriteLine($"{name} is left out. It needs {packages} of Debian: {e.Message}");
        }

        return null;
    }
}
