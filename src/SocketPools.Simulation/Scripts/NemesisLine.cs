namespace SocketPools.Simulation.Scripts;

/// <summary>The line of a nemesis: <c>nemesis faults 20 longest 10s without-crashes of web desk for 2m</c>.</summary>
internal static class NemesisLine
{
    internal static Func<TimeSpan?, ScriptAction> Read(ScriptWords words)
    {
        NemesisOptions defaults = new();
        int faults = words.TryTake("faults") ? words.TakeInteger("how many faults", 1, 1000) : defaults.Faults;
        TimeSpan longest = words.TryTake("longest") ? Positive(words, words.TakeTime("a time")) : defaults.MaxFaultDuration;
        bool crashes = !words.TryTake("without-crashes");
        string[] names = words.TryTake("of") ? [.. words.TakeNames("a device").Select(n => n.Text)] : [];
        if (words.Peek() is not (null or "for" or "until"))
        {
            throw words.Unexpected("faults N, longest TIME, without-crashes, of DEVICES, for TIME, until TIME, in this order");
        }

        return duration => network =>
        {
            SimulatedDevice[] devices = [.. names.Select(network.FindDevice)];
            if (network.Routers.Count == 0 && network.Nodes.All(n => network.Dns.IsServer(n.Name)))
            {
                throw new KeyNotFoundException("There is no node or router for a nemesis to happen to.");
            }

            NemesisOptions options = new()
            {
                Duration = duration is { } time && time > TimeSpan.Zero ? time : defaults.Duration,
                Faults = faults,
                MaxFaultDuration = longest,
                Crashes = crashes,
                Devices = devices.Length > 0 ? devices : null,
            };
            return () =>
            {
                SimulatedNemesis.Start(network, options);
                return null;
            };
        };
    }

    private static TimeSpan Positive(ScriptWords words, TimeSpan time) => time > TimeSpan.Zero ? time : throw words.No("longer than 0");
}
