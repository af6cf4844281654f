using System.Diagnostics;

namespace SocketPools.MqttNet.Tests;

/// <summary>A mosquitto broker on loopback, stopped by its process id.</summary>
internal sealed class Mosquitto : IDisposable
{
    private const int Attempts = 5;

    private readonly Process _process;

    private Mosquitto(Process process, int port) => (_process, Port) = (process, port);

    internal int Port { get; }

    /// <summary>Starts one. It takes no port 0, so one that is free is tried. Run by root it stays root, to read the test's files.</summary>
    internal static async Task<Mosquitto> StartAsync(TemporaryDirectory folder, params string[] settings)
    {
        Require("mosquitto");
        string said = "";
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            int port = LoopbackPort.Find();
            string configuration = folder.Write(
                "mosquitto.conf", string.Join('\n', [$"listener {port} 127.0.0.1", "allow_anonymous true", "log_dest stderr", "user root", .. settings, ""]));
            Process process = Process.Start(new ProcessStartInfo(Find("mosquitto")!, ["-v", "-c", configuration]) { RedirectStandardError = true })!;
            while (await process.StandardError.ReadLineAsync() is { } line)
            {
                said += line + "\n";
                if (line.EndsWith(" running", StringComparison.Ordinal))
                {
                    _ = process.StandardError.ReadToEndAsync();
                    return new Mosquitto(process, port);
                }
            }

            await process.WaitForExitAsync();
            process.Dispose();
        }

        throw new InvalidOperationException(said);
    }

    /// <summary>Skips the test where a program of mosquitto's is missing.</summary>
    internal static string Require(string program)
    {
        string? path = Find(program);
        Assert.SkipUnless(path is not null, $"{program} is missing");
        return path!;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static string? Find(string program) =>
        ((string[])["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"])
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
