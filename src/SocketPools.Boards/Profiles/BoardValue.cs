namespace SocketPools.Boards;

/// <summary>How a value of a profile is known; see <see cref="BoardValue{T}.Evidence"/>.</summary>
public enum BoardEvidence
{
    /// <summary>The board's own code printed it.</summary>
    Observed,
    /// <summary>It was read in the board's source and not run.</summary>
    Read,
    /// <summary>It is a property of this library, not of a board.</summary>
    Defined,
}

/// <summary>A value of a <see cref="BoardProfile"/>, and its source.</summary>
/// <typeparam name="T">The value's type.</typeparam>
public readonly record struct BoardValue<T>
{
    /// <summary>Gets the value without its source.</summary>
    public required T Value { get; init; }

    /// <summary>Gets how the value is known.</summary>
    public required BoardEvidence Evidence { get; init; }

    /// <summary>Gets the source: file and commit, in words.</summary>
    public required string Source { get; init; }

    /// <summary>Returns the value without its evidence.</summary>
    /// <param name="value">The value with its source.</param>
    public static implicit operator T(BoardValue<T> value) => value.Value;

    /// <inheritdoc/>
    public override string ToString() => $"{Value}";
}

/// <summary>Makes the values of one source file.</summary>
/// <param name="file">The file and the commit, in words.</param>
internal readonly struct BoardSource(string file)
{
    internal BoardValue<T> Observed<T>(T value) => Create(value, BoardEvidence.Observed);

    internal BoardValue<T> Read<T>(T value) => Create(value, BoardEvidence.Read);

    internal BoardValue<T> Defined<T>(T value) => Create(value, BoardEvidence.Defined);

    private BoardValue<T> Create<T>(T value, BoardEvidence evidence) => new() { Value = value, Evidence = evidence, Source = file };
}
