namespace SocketPools.Simulation;

/// <summary>A simulation has failed. The message has the seed, the simulated time and how to run it again; the inner exception is the cause.</summary>
public sealed class SimulationFailedException : Exception
{
    /// <summary>Creates the exception without a message.</summary>
    public SimulationFailedException()
    {
    }

    /// <summary>Makes it with a message.</summary>
    /// <param name="message">The message.</param>
    public SimulationFailedException(string message)
        : base(message)
    {
    }

    /// <summary>Makes it with a message and a cause.</summary>
    /// <param name="message">The message.</param>
    /// <param name="innerException">The cause.</param>
    public SimulationFailedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Gets the seed with which the simulation failed.</summary>
    public int Seed { get; init; }

    /// <summary>The simulated time at which it failed.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>The capture of all links; null where none was written.</summary>
    public string? CapturePath { get; init; }

    /// <summary>The timeline as a page of HTML; null where none was written.</summary>
    public string? TimelinePath { get; init; }

    /// <summary>How many rules of faults were created until then; their identifiers start at 1.</summary>
    public int RulesCreated { get; init; }
}

/// <summary>
/// No program of the simulation can continue and no timer is set: all of them wait for each other. The cause of a
/// <see cref="SimulationFailedException"/>.
/// </summary>
public sealed class SimulationDeadlockException : Exception
{
    /// <summary>Creates the exception without a message.</summary>
    public SimulationDeadlockException()
    {
    }

    /// <summary>Makes it with a message.</summary>
    /// <param name="message">Who waits for what.</param>
    public SimulationDeadlockException(string message)
        : base(message)
    {
    }

    /// <summary>Makes it with a message and a cause.</summary>
    /// <param name="message">Who waits for what.</param>
    /// <param name="innerException">The cause.</param>
    public SimulationDeadlockException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>The simulation lasts longer than <see cref="SimulationOptions.MaxDuration"/> or <see cref="SimulationOptions.MaxCpuTime"/>.</summary>
public sealed class SimulationTimeoutException : Exception
{
    /// <summary>Creates the exception without a message.</summary>
    public SimulationTimeoutException()
    {
    }

    /// <summary>Makes it with a message.</summary>
    /// <param name="message">What lasts.</param>
    public SimulationTimeoutException(string message)
        : base(message)
    {
    }

    /// <summary>Makes it with a message and a cause.</summary>
    /// <param name="message">What lasts.</param>
    /// <param name="innerException">The cause.</param>
    public SimulationTimeoutException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>
/// A thread blocks in something that is not simulated, so that the simulated time cannot go on: a synchronous wait for asynchronous work
/// (<c>HttpClient.Send</c>, <c>Task.Wait</c>), a lock, <c>Thread.Sleep</c>, <c>Thread.Join</c>.
/// </summary>
public sealed class UnsoundWaitException : Exception
{
    /// <summary>Creates the exception without a message.</summary>
    public UnsoundWaitException()
    {
    }

    /// <summary>Makes it with a message.</summary>
    /// <param name="message">Which thread it is, and what to write instead.</param>
    public UnsoundWaitException(string message)
        : base(message)
    {
    }

    /// <summary>Makes it with a message and a cause.</summary>
    /// <param name="message">Which thread it is, and what to write instead.</param>
    /// <param name="innerException">The cause.</param>
    public UnsoundWaitException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>Two runs of the same seed were not the same: something in them depends on chance, on real time or on another thread.</summary>
public sealed class SimulationDivergenceException : Exception
{
    /// <summary>Creates the exception with the default message.</summary>
    public SimulationDivergenceException()
    {
    }

    /// <summary>Makes it with a message.</summary>
    /// <param name="message">What differs.</param>
    public SimulationDivergenceException(string message)
        : base(message)
    {
    }

    /// <summary>Makes it with a message and a cause.</summary>
    /// <param name="message">What differs.</param>
    /// <param name="innerException">The cause.</param>
    public SimulationDivergenceException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
