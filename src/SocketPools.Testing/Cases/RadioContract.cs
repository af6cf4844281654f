namespace SocketPools.Testing;

/// <summary>
/// What every radio has to do, as sentences with a body: the contract of <see cref="Radios.Radio"/> and
/// <see cref="Radios.RadioSocket"/>. It needs no test framework; with one, make a theory over <see cref="Cases"/>.
/// </summary>
/// <example>
/// A theory of xunit, one test a sentence:
/// <code>
/// public static TheoryData&lt;string&gt; Sentences => [.. RadioContract.Cases.Select(c => c.Name)];
///
/// [Theory, MemberData(nameof(Sentences))]
/// public Task My_radio_keeps_the_contract(string sentence) => RadioContract.Find(sentence).RunAsync(MakePair(), cancellationToken);
/// </code>
/// </example>
public static partial class RadioContract
{
    private static readonly Lazy<IReadOnlyList<ContractCase>> s_cases = new(() =>
    [
        .. OpeningCases, .. AddressCases, .. OptionCases,
        .. CallStyle.All.SelectMany(StreamCases), .. ConnectingCases, .. StreamAttemptCases, .. PieceCases,
        .. CallStyle.All.SelectMany(DatagramCases), .. DatagramAttemptCases,
        .. CallStyle.All.SelectMany(SegmentCases), .. SegmentAttemptCases, .. MessageCases, .. BufferCases,
        .. DeadlineCases, .. CallStyle.All.SelectMany(ClosingCases), .. ClosedCases,
        .. ReadinessCases, .. ManyWaitCases, .. AsyncWaitCases,
        .. LookUpCases, .. ThreadCases, .. AllocationCases, .. RawCases, .. PoolCases, .. AsyncPoolCases,
    ]);

    /// <summary>Every sentence of the contract, in a fixed order.</summary>
    public static IReadOnlyList<ContractCase> Cases => s_cases.Value;

    /// <summary>The case with a name.</summary>
    /// <param name="name">The whole sentence.</param>
    /// <exception cref="ArgumentException">There is no such case.</exception>
    public static ContractCase Find(string name) => Cases.FirstOrDefault(c => c.Name == name)
        ?? throw new ArgumentException($"The contract has no sentence \"{name}\".", nameof(name));

    /// <summary>Checks every sentence on one pair of radios, one after the other.</summary>
    /// <param name="pair">The radios.</param>
    /// <param name="report">Called after each case with it and its failure, or null where it held.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>How many sentences hold.</returns>
    /// <exception cref="ContractException">One sentence does not hold.</exception>
    /// <exception cref="AggregateException">Several do not; each is a <see cref="ContractException"/> inside.</exception>
    public static async Task<int> RunAllAsync(
        RadioPair pair, Action<ContractCase, ContractException?>? report = null, CancellationToken cancellationToken = default)
    {
        List<ContractException> failures = [];
        int held = 0;
        foreach (ContractCase one in Cases.Where(c => c.AppliesTo(pair)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            ContractException? failure = null;
            try
            {
                await one.RunAsync(pair, cancellationToken).ConfigureAwait(false);
                held++;
            }
            catch (ContractException e)
            {
                failures.Add(failure = e);
            }

            report?.Invoke(one, failure);
        }

        return failures switch
        {
            [] => held,
            [var only] => throw only,
            _ => throw new AggregateException($"{failures.Count} of {Cases.Count} sentences of the radio contract do not hold.", failures),
        };
    }
}
