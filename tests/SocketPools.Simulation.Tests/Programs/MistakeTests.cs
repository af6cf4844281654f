using Mistakes;

namespace SocketPools.Simulation.Tests.Programs;

/// <summary>The mistakes of samples/mistakes: a sweep finds each, and its mend passes.</summary>
[Trait("Speed", "Slow")]
public class MistakeTests
{
    public static TheoryData<string> Names => [.. Mistake.All.Select(m => m.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_sweep_finds_the_mistake_and_the_mend_passes_it(string name)
    {
        Mistake mistake = Mistake.All.Single(m => m.Name == name);
        SimulationSweep found = await Simulation.SweepAsync(Enumerable.Range(1, 100), mistake.Mistaken, maxFailures: 1);
        SimulationFailedException failure = Assert.Single(found.Failures).Failure!;
        Assert.IsType<BrokenPromiseException>(failure.InnerException);
        SimulationFailedException again = await Assert.ThrowsAsync<SimulationFailedException>(() => Simulation.RunAsync(failure.Seed, mistake.Mistaken));
        Assert.Equal((failure.Elapsed, failure.InnerException!.Message), (again.Elapsed, again.InnerException!.Message));
        await Simulation.RunAsync(failure.Seed, mistake.Mended);
        (await Simulation.SweepAsync(Enumerable.Range(1, 30), mistake.Mended)).ThrowIfFailed();
    }
}
