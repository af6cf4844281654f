namespace SocketPools.Stack.Tcp;

/// <summary>What a connection needs to know in and after a recovery.</summary>
internal sealed class RecoveryEpisode
{
    /// <summary>How the window comes down.</summary>
    internal ProportionalRateReduction Reduction;

    /// <summary>Whether it was for nothing.</summary>
    internal RecoveryUndo Undo;

    /// <summary>SND.NXT when the loss was found.</summary>
    internal long RecoveryPoint { get; set; }

    /// <summary>Whether the timeout may still turn out to be spurious (RFC 5682).</summary>
    internal bool HasSpuriousTimeoutDetection { get; set; }
}
