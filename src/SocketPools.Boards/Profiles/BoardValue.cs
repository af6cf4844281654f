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
/// <param name="Value">The value.</param>
/// <param name="Evidence">How it is known.</param>
/// <param name="Source">The file and the commit, in words.</param>
public readonly record struct BoardValue<T>(T Value, BoardEvidence Evidence, string Source)
{
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
    internal BoardValue<T> Observed<T>(T value) => new(value, BoardEvidence.Observed, file);

    internal BoardValue<T> Read<T>(T value) => new(value, BoardEvidence.Read, file);

    internal BoardValue<T> Defined<T>(T value) => new(value, BoardEvidence.Defined, file);
}
