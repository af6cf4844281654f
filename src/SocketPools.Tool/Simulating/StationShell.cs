using System.Globalization;
using SocketPools.Simulation;

namespace SocketPools.Tool.Simulating;

/// <summary>Commands of a shell that only a station has: <c>join SSID PASSWORD</c>, <c>leave</c>, <c>scan</c>.</summary>
internal sealed class StationShell(ScenarioRun run, SimulatedStation station)
{
    // As long as a scan of all channels takes.
    private static readonly TimeSpan s_scan = TimeSpan.FromMilliseconds(1560);

    internal int Run(string[] words)
    {
        switch (words[0])
        {
            case "join":
                return Join(words[1], words.ElementAtOrDefault(2));
            case "leave":
                station.Disconnect();
                return ExitCodes.Ok;
            default:
                run.Pause(s_scan);
                foreach (WifiNetworkInfo found in station.FindNetworks())
                {
                    run.Print(station.Name, string.Create(CultureInfo.InvariantCulture, $"{found.Ssid} {found.Bssid} channel {found.Channel} {found.SignalDbm} dBm{(found.IsProtected ? "" : " open")}"));
                }

                return ExitCodes.Ok;
        }
    }

    /// <summary>Joins a network, and prints what has become of it.</summary>
    internal int Join(string ssid, string? password)
    {
        WifiResult result = station.Connect(ssid, password);
        run.Print(station.Name, result.IsConnected ? $"{result}, {station.Address}" : result.ToString());
        return result.IsConnected ? ExitCodes.Ok : ExitCodes.Failed;
    }
}
