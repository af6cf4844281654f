namespace SocketPools.Simulation.Scenarios;

/// <summary>Builds one device of a scenario.</summary>
/// <param name="Table">Where the device stands in the file.</param>
/// <param name="Build">Builds it.</param>
internal sealed record ScenarioStep(ScenarioTable Table, Action<SimulatedNetwork> Build)
{
    /// <summary>Builds it; what the network refuses is an error at the table.</summary>
    internal void Run(SimulatedNetwork network)
    {
        try
        {
            Build(network);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FaultScriptException(Table.File, Table.Line, Table.Column, FaultScriptException.TextOf(e), e);
        }
    }
}
