using System.Globalization;
using SocketPools.Simulation;

namespace SocketPools.Tool.Simulating;

/// <summary>The tables of routers and stations at the end of a scenario.</summary>
internal static class NetworkTables
{
    internal static IEnumerable<TextTable> Make(SimulatedNetwork network)
    {
        if (network.Routers.Count > 0)
        {
            TextTable routers = new("router", "forwarded", "dropped", "ICMP errors", "NAT mappings", "leases");
            foreach (SimulatedRouter router in network.Routers)
            {
                routers.Add(
                    router.Name,
                    Number(router.Counters.PacketsForwarded),
                    Number(Dropped(router.Counters)),
                    Number(router.Counters.ErrorsSent),
                    router.Nat is { } nat ? Number(nat.Mappings.Count) : "-",
                    router.DhcpServers.Count > 0 ? Number(router.DhcpServers.Sum(d => d.Leases.Count)) : "-");
            }

            yield return routers;
        }

        if (network.Stations.Count > 0)
        {
            TextTable stations = new("station", "access point", "signal", "address", "last failure");
            foreach (SimulatedStation station in network.Stations)
            {
                stations.Add(
                    station.Name,
                    station.AccessPoint is { } ap ? $"{ap.Name} ({ToolConsole.OneLine(ap.Ssid)})" : "-",
                    station.SignalDbm is { } dbm ? string.Create(CultureInfo.InvariantCulture, $"{dbm} dBm") : "-",
                    station.IsConnected ? station.Address.ToString() : "-",
                    station.LastFailure == WifiFailure.None ? "-" : station.LastFailure.ToString());
            }

            yield return stations;
        }
    }

    private static long Dropped(RouterCounters counters) =>
        counters.TimeToLiveExceeded + counters.NoRoute + counters.NeighborUnreachable + counters.PacketTooBig + counters.Malformed + counters.MartianSource
        + counters.NeighborLimit + counters.NatNoMapping + counters.NatFiltered + counters.NatMappingLimit + counters.NatUntranslatable;

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
