namespace SocketPools.Simulation;

// Faults that are planned.
public sealed partial class Simulation
{
    /// <summary>Plans random faults from the seed, and begins with them. They are bounded, each is a rule, and at the end all is healed.</summary>
    /// <param name="options">How many, how long, and where; null for the defaults.</param>
    /// <returns>The plan, and its end.</returns>
    /// <exception cref="InvalidOperationException">There is no device for faults to happen to.</exception>
    public SimulatedNemesis StartNemesis(NemesisOptions? options = null) => SimulatedNemesis.Start(Network, options ?? new NemesisOptions());

    /// <summary>Reads a script of faults from a file, and starts it: its times count from now.</summary>
    /// <param name="path">The file: see <see cref="FaultScript"/>.</param>
    /// <returns>The script.</returns>
    /// <exception cref="FaultScriptException">A line cannot be read, or names what the network does not have.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public FaultScript PlayScript(string path)
    {
        FaultScript script = FaultScript.Load(path);
        script.Start(Network);
        return script;
    }
}
