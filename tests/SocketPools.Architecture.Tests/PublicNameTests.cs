using Mono.Cecil;

namespace SocketPools.Architecture.Tests;

/// <summary>The schemes of docs/names.md, on every public member of every package.</summary>
public sealed class PublicNameTests
{
    private static readonly string[] s_durations = ["Timeout", "Interval", "Time", "Delay", "Duration", "Lifetime", "TimeToLive", "Jitter", "Tick", "Step"];

    private static IEnumerable<TypeDefinition> Types => CompiledProject.All.Values.SelectMany(p => p.PublicTypes);

    private static IEnumerable<PropertyDefinition> Properties => Types.SelectMany(t => t.Properties).Where(p => p.GetMethod?.IsPublic == true);

    [Fact]
    public void A_public_name_has_the_suffix_Options_and_the_prefixes_Max_and_Min()
    {
        string[] types = [.. Types.Select(t => t.Name)];
        Assert.Contains("TcpOptions", types); // else nothing was looked at
        Assert.DoesNotContain(types, n => n.EndsWith("Settings", StringComparison.Ordinal));
        Assert.DoesNotContain(types.Concat(Types.SelectMany(t => t.Properties).Select(p => p.FullName)), n =>
            n.Contains("Maximum", StringComparison.Ordinal) || n.Contains("Minimum", StringComparison.Ordinal));
    }

    [Fact]
    public void A_public_TimeProvider_is_named_TimeProvider()
    {
        PropertyDefinition[] clocks = [.. Properties.Where(p => p.PropertyType.FullName == "System.TimeProvider")];
        Assert.Contains(clocks, p => p.DeclaringType.Name == "StackOptions"); // else nothing was looked at
        Assert.All(clocks, p => Assert.Equal("TimeProvider", p.Name));
    }

    [Fact]
    public void A_counter_says_what_is_counted_and_what_happened_to_it()
    {
        // Routers count drops under the names of the stack's reasons.
        string[] reasons = [.. Types.Single(t => t.Name == "DropReason").Fields.Select(f => f.Name)];
        PropertyDefinition[] counters = [.. Properties.Where(p => p.DeclaringType.Name.EndsWith("Counters", StringComparison.Ordinal)
            && p.PropertyType.FullName is "System.Int64" or "System.Int32" && !reasons.Contains(p.Name))];
        Assert.Contains(counters, p => p.Name == "FramesSent"); // else nothing was looked at
        Assert.All(counters, p => Assert.True(p.Name.Skip(1).Any(char.IsUpper), $"{p.DeclaringType.Name}.{p.Name} is one word"));
    }

    [Fact]
    public void A_duration_among_options_ends_in_a_word_for_durations()
    {
        PropertyDefinition[] durations = [.. Properties.Where(p => p.SetMethod is not null && IsDuration(p.PropertyType)
            && (p.DeclaringType.Name.EndsWith("Options", StringComparison.Ordinal) || p.DeclaringType.Namespace == "SocketPools.Boards"))];
        Assert.Contains(durations, p => p.Name == "ConnectTimeout"); // else nothing was looked at
        Assert.All(durations, p => Assert.True(
            s_durations.Any(suffix => p.Name.EndsWith(suffix, StringComparison.Ordinal)), $"{p.DeclaringType.Name}.{p.Name} does not look like a duration"));
    }

    private static bool IsDuration(TypeReference type) =>
        type.FullName == "System.TimeSpan" || (type is GenericInstanceType generic && generic.GenericArguments.Any(IsDuration));
}
