using System.Runtime.Versioning;

namespace SocketPools.Benchmarks.Stack;

/// <summary>One flow over TAP against the kernel, one message at a time, or datagrams that are sent together, beside the same from kernel to kernel over veth.</summary>
[SupportedOSPlatform("linux")]
internal static class TapWorkloads
{
    private const double PlainGoal = 4;
    private const double OffloadGoal = 10;

    internal static IEnumerable<Workload> All(Func<TapLab> lab)
    {
        yield return One(lab, "tap-plain-send", PlainGoal, taps => taps.Plain, isSending: true);
        yield return One(lab, "tap-plain-receive", PlainGoal, taps => taps.Plain, isSending: false);
        yield return One(lab, "tap-napi-send", PlainGoal, taps => taps.Threaded, isSending: true);
        yield return One(lab, "tap-napi-receive", PlainGoal, taps => taps.Threaded, isSending: false);
        yield return One(lab, "tap-offload-send", OffloadGoal, taps => taps.Offloaded, isSending: true);
        yield return One(lab, "tap-offload-receive", OffloadGoal, taps => taps.Offloaded, isSending: false);
        yield return One(lab, "tap-offload-napi-send", OffloadGoal, taps => taps.OffloadedThreaded, isSending: true);
        yield return One(lab, "tap-offload-napi-receive", OffloadGoal, taps => taps.OffloadedThreaded, isSending: false);
        yield return Messages(lab, "tap-plain-message", taps => taps.Plain);
        yield return Messages(lab, "tap-napi-message", taps => taps.Threaded);
        yield return Messages(lab, "tap-offload-message", taps => taps.Offloaded);
        yield return Datagrams(lab, "tap-plain-datagrams", taps => taps.Plain);
        yield return Datagrams(lab, "tap-offload-datagrams", taps => taps.Offloaded);
    }

    private static Workload Datagrams(Func<TapLab> lab, string name, Func<TapLab, TapLab.Station> station) => new(
        name,
        IsRate: true,
        "",
        [
            new Contender("stack", slice => lab().SendDatagrams(station(lab()), slice)),
            new Contender("kernel over veth", slice => lab().SendDatagramsKernel(slice)),
        ],
        (_, _) => true);

    private static Workload Messages(Func<TapLab> lab, string name, Func<TapLab, TapLab.Station> station) => new(
        name,
        IsRate: false,
        "",
        [
            new Contender("stack", slice => lab().Exchange(station(lab()), slice)),
            new Contender("kernel over veth", slice => lab().ExchangeKernel(slice)),
        ],
        (_, _) => true);

    private static Workload One(Func<TapLab> lab, string name, double goal, Func<TapLab, TapLab.Station> station, bool isSending) => new(
        name,
        IsRate: true,
        $"{goal} Gbit/s",
        [
            new Contender("stack", slice => lab().Run(station(lab()), isSending, slice)),
            new Contender("kernel over veth", slice => lab().RunKernel(isSending, slice)),
        ],
        (gigabits, _) => gigabits >= goal);
}
