using SocketPools.Simulation.Scripts;

namespace SocketPools.Simulation.Scenarios;

/// <summary>Names of one kind that a scenario gives, each once.</summary>
/// <param name="what">What has these names, with its article.</param>
/// <param name="isStrict">Whether names have letters, digits, hyphens and underscores alone.</param>
internal sealed class DeviceNames(string what, bool isStrict = true)
{
    private const int MaxLength = 63;

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>Adds a name that the scenario gives.</summary>
    internal void Add(string name, ScenarioTable table)
    {
        if (name.Length is 0 or > MaxLength || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' || (!isStrict && !char.IsControl(c))) || name is "dns" or "for" or "until" or "port")
        {
            throw table.Error($"\"{name}\" is no name of {what}: up to {MaxLength} letters, digits, hyphens and underscores, and not dns, for, until or port");
        }

        AddImplied(name, table);
    }

    /// <summary>Adds a name that follows from another one.</summary>
    internal void AddImplied(string name, ScenarioTable table)
    {
        if (!_names.Add(name))
        {
            throw table.Error($"there is {what} \"{name}\" already");
        }
    }

    /// <summary>Checks that there is something of this name.</summary>
    internal string Check(ScriptWord name, ScenarioTable table) => _names.Contains(name.Text)
        ? name.Text
        : throw table.Error(name, FaultScriptException.TextOf(SimulatedNetwork.Unknown(what[(what.IndexOf(' ', StringComparison.Ordinal) + 1)..], name.Text, _names)));
}
