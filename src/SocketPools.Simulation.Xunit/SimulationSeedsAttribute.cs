using System.Globalization;
using System.Reflection;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace SocketPools.Simulation.Xunit;

/// <summary>
/// Gives a theory the seeds of a range, one test for each. The environment narrows them as <see cref="SimulationSeeds"/> says: one seed that is
/// to fail again, or the shard of this machine.
/// </summary>
/// <param name="first">The first seed.</param>
/// <param name="last">The last seed, <paramref name="first"/> or more.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class SimulationSeedsAttribute(int first, int last) : DataAttribute
{
    /// <summary>Gets the first seed of the range.</summary>
    public int First { get; } = first;

    /// <summary>Gets the last seed of the range.</summary>
    public int Last { get; } = last;

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker)
    {
        ArgumentNullException.ThrowIfNull(testMethod);
        if (testMethod.GetParameters() is not [{ ParameterType: { } type }] || type != typeof(int))
        {
            throw new ArgumentException($"{testMethod.DeclaringType?.Name}.{testMethod.Name} has to have one parameter, the seed, an int.", nameof(testMethod));
        }

        return new([.. SimulationSeeds.Range(First, Last).Select(seed => new TheoryDataRow<int>(seed))]);
    }

    /// <inheritdoc/>
    public override bool SupportsDiscoveryEnumeration() => true;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"seeds {First} to {Last}");
}
