namespace SocketPools.Radios;

/// <summary>
/// What an operation of a radio answers: a count (0 or more) or the <see cref="Errno"/> that says why there is none.
/// Radios report errors with it and do not throw; the pool turns it into an exception that names the endpoints.
/// </summary>
public readonly struct RadioResult : IEquatable<RadioResult>
{
    // The kernel's convention: a count, or minus the error number.
    private readonly int _value;

    private RadioResult(int value) => _value = value;

    /// <summary>Gets the result of a success without a count.</summary>
    public static RadioResult Ok => default;

    /// <summary>Creates the result of a success with a count of bytes or events.</summary>
    /// <param name="count">0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public static RadioResult FromCount(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return new(count);
    }

    /// <summary>Creates the result of a failure from its error number.</summary>
    /// <param name="errno">The reason; <see cref="Errno.None"/> makes a success with count 0.</param>
    public static RadioResult FromErrno(Errno errno) => new(-(int)errno);

    /// <summary>Converts an error number to the result of a failure.</summary>
    /// <param name="errno">The reason.</param>
    public static implicit operator RadioResult(Errno errno) => FromErrno(errno);

    /// <summary>Gets whether the operation failed with an error number.</summary>
    public bool Failed => _value < 0;

    /// <summary>The count; 0 after a failure.</summary>
    public int Count => Math.Max(_value, 0);

    /// <summary>The reason of a failure; <see cref="Errno.None"/> after a success.</summary>
    public Errno Errno => _value < 0 ? (Errno)(-_value) : Errno.None;

    /// <inheritdoc/>
    public bool Equals(RadioResult other) => _value == other._value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RadioResult other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _value;

    /// <inheritdoc/>
    public override string ToString() => Failed ? Errno.ToString() : $"ok {Count}";

    /// <summary>Whether both say the same.</summary>
    /// <param name="left">One result.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(RadioResult left, RadioResult right) => left.Equals(right);

    /// <summary>Returns whether two results differ in count or error.</summary>
    /// <param name="left">One result.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(RadioResult left, RadioResult right) => !left.Equals(right);
}
