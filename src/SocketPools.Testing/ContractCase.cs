namespace SocketPools.Testing;

/// <summary>One sentence of the contract, with the code that checks it. See <see cref="RadioContract.Cases"/>.</summary>
public sealed class ContractCase
{
    private readonly Action<ContractRun> _body;
    private readonly Func<RadioPair, bool>? _applies;

    internal ContractCase(string name, Action<ContractRun> body, Func<RadioPair, bool>? applies = null)
    {
        Name = name;
        _body = body;
        _applies = applies;
    }

    /// <summary>The sentence. It stays the same from version to version, so that a test framework can name a test by it.</summary>
    public string Name { get; }

    /// <summary>Whether the case says anything about this pair; <see cref="RunAsync"/> does nothing if not.</summary>
    /// <param name="pair">The radios.</param>
    public bool AppliesTo(RadioPair pair)
    {
        ArgumentNullException.ThrowIfNull(pair);
        return _applies?.Invoke(pair) ?? true;
    }

    /// <summary>Checks the sentence on a pair of radios, and closes every socket that it opened.</summary>
    /// <param name="pair">The radios.</param>
    /// <param name="cancellationToken">Ends the case while it waits.</param>
    /// <returns>A task that fails with <see cref="ContractException"/> when the sentence does not hold.</returns>
    public async Task RunAsync(RadioPair pair, CancellationToken cancellationToken = default)
    {
        if (!AppliesTo(pair))
        {
            return;
        }

        ContractRun run = new(Name, pair, cancellationToken);
        Task body = Task.Factory.StartNew(() => Run(run, pair, cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        while (run.Idle is var idle && idle < pair.Timeout)
        {
            await body.WaitAsync(pair.Timeout - idle, TimeProvider.System, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (body.IsCompleted)
            {
                await body.ConfigureAwait(false);
                return;
            }
        }

        // The body's thread is stuck in the radio, and stays there unless closing its sockets wakes it.
        _ = Task.Factory.StartNew(run.Dispose, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        throw run.Failure("attempts and everything else without a deadline to answer at once", $"a call that still waits after {pair.Timeout.TotalSeconds} s");
    }

    /// <summary>Returns the name of the case, which is a sentence.</summary>
    public override string ToString() => Name;

    private void Run(ContractRun run, RadioPair pair, CancellationToken cancellationToken)
    {
        try
        {
            using (run)
            {
                _body(run);
            }
        }
        catch (Exception e) when (e is not ContractException && !cancellationToken.IsCancellationRequested)
        {
            // A radio answers with a RadioResult; whatever it throws breaks the contract.
            throw new ContractException(Name, "no exception", $"{e.GetType().Name}: {e.Message}", pair.Seed, e);
        }
    }
}
