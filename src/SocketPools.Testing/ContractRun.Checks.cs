using SocketPools.Radios;

namespace SocketPools.Testing;

internal sealed partial class ContractRun
{
    internal ContractException Failure(string expected, string actual) => new(name, expected, actual, pair.Seed);

    internal void IsTrue(bool condition, string expected, string actual)
    {
        Step();
        if (!condition)
        {
            throw Failure(expected, actual);
        }
    }

    internal void Same<T>(T expected, T actual, string what) =>
        IsTrue(EqualityComparer<T>.Default.Equals(expected, actual), $"{what} to be {expected}", $"{actual}");

    internal void SameBytes(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual, string what)
    {
        if (expected.SequenceEqual(actual))
        {
            return;
        }

        int at = expected.CommonPrefixLength(actual);
        throw Failure($"{what} to be the {expected.Length} bytes that were sent", $"{actual.Length} bytes, of which the first {at} are the same");
    }

    internal int Ok(RadioResult result, string what)
    {
        IsTrue(!result.Failed, $"{what} to succeed", $"{result.Errno}");
        return result.Count;
    }

    internal void Counts(int expected, RadioResult result, string what) =>
        IsTrue(!result.Failed && result.Count == expected, $"{what} to answer {expected}", $"{result}");

    internal void Fails(Errno expected, RadioResult result, string what) =>
        IsTrue(result.Errno == expected, $"{what} to fail with {expected}", $"{result}");

    internal void FailsWithOneOf(ReadOnlySpan<Errno> expected, RadioResult result, string what)
    {
        if (!expected.Contains(result.Errno))
        {
            throw Failure($"{what} to fail with one of {string.Join(", ", expected.ToArray())}", $"{result}");
        }
    }

    /// <summary>Checks that a call with an immediate deadline does not wait. A busy machine may be slow; a clock that stands shows more.</summary>
    internal void AtOnce(Errno expected, Radio radio, string what, Func<RadioResult> call)
    {
        long start = radio.TimeProvider.GetTimestamp();
        Fails(expected, call(), what);
        TimeSpan elapsed = radio.TimeProvider.GetElapsedTime(start);
        TimeSpan most = pair.AdvanceClock is null ? pair.Tolerance : TimeSpan.Zero;
        IsTrue(elapsed <= most, $"{what} not to wait", $"an answer after {elapsed.TotalMilliseconds} ms");
    }

    /// <summary>Checks that a call lasts until its deadline, on the radio's clock, and not for ever.</summary>
    internal RadioResult LastsUntil(TimeSpan timeout, Radio radio, string what, Func<RadioResult> call)
    {
        long start = radio.TimeProvider.GetTimestamp();
        RadioResult result = Call(what, call);
        TimeSpan elapsed = radio.TimeProvider.GetElapsedTime(start);
        IsTrue(elapsed >= timeout, $"{what} to last until its deadline, {timeout.TotalMilliseconds} ms", $"{result} after {elapsed.TotalMilliseconds} ms");
        IsTrue(elapsed <= timeout + pair.Tolerance, $"{what} to end at its deadline, {timeout.TotalMilliseconds} ms", $"{result} after {elapsed.TotalMilliseconds} ms");
        return result;
    }
}
