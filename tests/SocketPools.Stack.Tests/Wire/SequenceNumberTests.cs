using System.Numerics;
using CsCheck;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Wire;

/// <summary>Against integers that do not wrap: a number is the rest of a position that only grows.</summary>
public sealed class SequenceNumberTests
{
    private static readonly BigInteger s_space = BigInteger.One << 32;

    private static readonly Gen<(BigInteger Here, int Step)> s_step =
        Gen.Select(Gen.ULong, Gen.OneOf(Gen.Int.Where(step => step != int.MinValue), Gen.Int[-3, 3], Gen.OneOf(int.MaxValue, int.MinValue + 1)))
            .Select((start, step) => ((BigInteger)start + (s_space * 4), step));

    [Fact]
    public void Order_is_that_of_positions_less_than_half_the_space_apart() => s_step.Sample(
        (here, step) =>
        {
            BigInteger there = here + step;
            (SequenceNumber a, SequenceNumber b) = (At(here), At(there));
            return a < b == here < there && a > b == here > there && a == b == (here == there) && b - a == step && a - b == -step;
        },
        iter: 20_000);

    [Fact]
    public void Sums_are_those_of_positions() => s_step.Sample(
        (here, step) => At(here) + step == At(here + step) && At(here) - step == At(here - step),
        iter: 20_000);

    [Fact]
    public void The_space_wraps()
    {
        SequenceNumber last = new(uint.MaxValue);
        Assert.Equal(new SequenceNumber(0), last + 1);
        Assert.True(new SequenceNumber(uint.MaxValue) < new SequenceNumber(5));
    }

    private static SequenceNumber At(BigInteger position) => new((uint)(position % s_space));
}
