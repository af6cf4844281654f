using System.Diagnostics.CodeAnalysis;

namespace SocketPools.Boards;

/// <summary>The profiles of this package, each a <see cref="BoardProfile"/>.</summary>
public static partial class BoardProfiles
{
    /// <summary>All profiles, the PC's own first.</summary>
    public static IReadOnlyList<BoardProfile> All => field ?? Keep(ref field, [Desk, PicoW, Esp32, AirLift, Wiznet, WiznetW5100S]);

    /// <summary>Finds a profile by its name or one of its other names, in any case.</summary>
    /// <param name="name">The name, such as <c>picow</c>.</param>
    /// <param name="profile">The profile, or null.</param>
    public static bool TryFind(string name, [NotNullWhen(true)] out BoardProfile? profile)
    {
        ArgumentNullException.ThrowIfNull(name);
        profile = All.FirstOrDefault(p => p.OtherNames.Append(p.Name).Contains(name, StringComparer.OrdinalIgnoreCase));
        return profile is not null;
    }

    // Made by its first use, because profiles are built from others. Two threads may make it; both get the same one.
    private static T Keep<T>([NotNullIfNotNull(nameof(made))] ref T? kept, T made)
        where T : class => Interlocked.CompareExchange(ref kept, made, null) ?? made;
}
