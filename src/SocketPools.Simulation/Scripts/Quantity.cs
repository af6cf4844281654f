using System.Globalization;

namespace SocketPools.Simulation.Scripts;

/// <summary>Numbers with units, as scripts and scenarios have them.</summary>
internal static class Quantity
{
    internal const string Times = "a time, as 250ms, 1.5s, 2m or 1h";
    internal const string Sizes = "a size, as 1500, 64k, 64KiB or 10MB";
    internal const string Rates = "a rate in bits per second, as 64000, 500k, 500kbit or 2Mbit";

    private static readonly (string Unit, double Factor)[] s_times = [("us", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400)];

    private static readonly (string Unit, double Factor)[] s_sizes =
        [("KiB", 1024), ("MiB", 1 << 20), ("GiB", 1 << 30), ("kB", 1e3), ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("B", 1), ("k", 1e3), ("M", 1e6), ("G", 1e9), ("", 1)];

    private static readonly (string Unit, double Factor)[] s_rates =
        [("kbit", 1e3), ("Mbit", 1e6), ("Gbit", 1e9), ("bit", 1), ("k", 1e3), ("M", 1e6), ("G", 1e9), ("", 1)];

    /// <summary>Reads <c>250ms</c>, <c>1.5s</c>, <c>2m</c>, <c>1h</c>, <c>30us</c>, <c>1d</c>; a number is in seconds. Null for anything else.</summary>
    internal static TimeSpan? ReadTime(string text, bool isNumber) =>
        (isNumber ? Number(text) : Read(text, s_times)) is { } seconds and <= 3.2e9 ? TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond)) : null;

    /// <summary>Reads a number of bytes.</summary>
    internal static long? ReadSize(string text) => Read(text, s_sizes) is { } bytes and <= 1e15 ? (long)bytes : null;

    /// <summary>Reads bits per second, 1 or more.</summary>
    internal static long? ReadRate(string text) => Read(text, s_rates) is { } bits and >= 1 and <= 1e15 ? (long)bits : null;

    /// <summary>Reads <c>10%</c> or <c>0.1</c>.</summary>
    internal static double? ReadProbability(string text) =>
        (text.EndsWith('%') ? Number(text[..^1]) / 100 : Number(text)) is { } probability and <= 1 ? probability : null;

    private static double? Read(string text, (string Unit, double Factor)[] units)
    {
        foreach ((string unit, double factor) in units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal) && Number(text[..^unit.Length]) is { } number)
            {
                return number * factor;
            }
        }

        return null;
    }

    private static double? Number(string digits) =>
        double.TryParse(digits, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) && number >= 0
            ? number
            : null;
}
