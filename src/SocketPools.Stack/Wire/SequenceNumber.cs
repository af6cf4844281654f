namespace SocketPools.Stack.Wire;

/// <summary>
/// A number of TCP's sequence space (RFC 9293, section 3.4): arithmetic is modulo 2^32, and of two numbers the one less than 2^31
/// steps ahead is the greater. There is no order among numbers that are all over the space, so this is not comparable for sorting.
/// </summary>
/// <param name="Value">0..2^32-1.</param>
internal readonly record struct SequenceNumber(uint Value)
{
    /// <summary>The number some bytes ahead, or behind for less than 0.</summary>
    public static SequenceNumber operator +(SequenceNumber number, int count) => new(unchecked(number.Value + (uint)count));

    /// <summary>The number some bytes behind.</summary>
    public static SequenceNumber operator -(SequenceNumber number, int count) => new(unchecked(number.Value - (uint)count));

    /// <summary>How far the first is ahead of the second: -2^31..2^31-1.</summary>
    public static int operator -(SequenceNumber left, SequenceNumber right) => unchecked((int)(left.Value - right.Value));

    public static bool operator <(SequenceNumber left, SequenceNumber right) => left - right < 0;

    public static bool operator >(SequenceNumber left, SequenceNumber right) => left - right > 0;

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
