namespace SocketPools.Testing;

/// <summary>A radio did not behave as the contract requires. Thrown by a <see cref="ContractCase"/>.</summary>
public sealed class ContractException : Exception
{
    /// <summary>Creates the exception of a case that failed.</summary>
    /// <param name="caseName">The sentence that does not hold.</param>
    /// <param name="expected">What the contract requires.</param>
    /// <param name="actual">What the radio did instead.</param>
    /// <param name="seed">The seed of the run.</param>
    public ContractException(string caseName, string expected, string actual, int seed)
        : this(caseName, expected, actual, seed, null)
    {
    }

    internal ContractException(string caseName, string expected, string actual, int seed, Exception? inner)
        : base($"\"{caseName}\" does not hold: expected {expected}, got {actual} (seed {seed}).", inner)
    {
        CaseName = caseName;
        Expected = expected;
        Actual = actual;
        Seed = seed;
    }

    /// <summary>The sentence that does not hold.</summary>
    public string CaseName { get; }

    /// <summary>Gets what the contract requires at this point.</summary>
    public string Expected { get; }

    /// <summary>Gets what the radio did instead.</summary>
    public string Actual { get; }

    /// <summary>The seed of the run: set <see cref="RadioPair.Seed"/> to it to see the same sizes and bytes again.</summary>
    public int Seed { get; }
}
