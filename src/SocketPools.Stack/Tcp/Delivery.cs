namespace SocketPools.Stack.Tcp;

/// <summary>What one acknowledgment says was delivered, cumulatively and selectively, that was not known before.</summary>
internal struct Delivery
{
    public Delivery()
    {
    }

    /// <summary>The end of the highest range that the peer had before.</summary>
    internal long HighSackedBefore { get; init; }

    /// <summary>Bytes that were delivered.</summary>
    internal long Bytes { get; set; }

    /// <summary>Bytes that are found to be lost by it.</summary>
    internal long Lost { get; set; }

    /// <summary>Whether something is lost again that had been sent again.</summary>
    internal bool HasLostAgain { get; set; }

    /// <summary>Whether SND.UNA moved.</summary>
    internal bool HasAdvanced { get; set; }

    /// <summary>Whether a selective acknowledgment told something new.</summary>
    internal bool HasSacked { get; set; }

    /// <summary>Whether it reports something that came twice (RFC 2883).</summary>
    internal bool HasDuplicate { get; set; }

    /// <summary>Whether something was among it that had been sent more than once.</summary>
    internal bool HasSentAgain { get; set; }

    /// <summary>The lowest sequence number among it that was sent once; the greatest number for none.</summary>
    internal long LowestSentOnce { get; set; } = long.MaxValue;

    /// <summary>Whether a transmission is known that delivered it.</summary>
    internal bool HasTransmission { get; private set; }

    /// <summary>When the newest of these was sent.</summary>
    internal long NewestSentAt { get; private set; } = long.MinValue;

    /// <summary>The sequence number behind it.</summary>
    internal long NewestEnd { get; private set; }

    /// <summary>Whether the newest was sent again.</summary>
    internal bool IsNewestAgain { get; private set; }

    /// <summary>When the oldest of what was sent for the first time was sent; the greatest number for none.</summary>
    internal long OldestSentAt { get; private set; } = long.MaxValue;

    internal void NoteTransmission(long sentAt, long end, bool isAgain)
    {
        HasTransmission = true;
        if (sentAt > NewestSentAt || (sentAt == NewestSentAt && end > NewestEnd))
        {
            (NewestSentAt, NewestEnd, IsNewestAgain) = (sentAt, end, isAgain);
        }

        if (!isAgain)
        {
            OldestSentAt = Math.Min(OldestSentAt, sentAt);
        }
    }
}
