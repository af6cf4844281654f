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

    /// <summary>When the newest transmission that delivered it was sent; the least number for none.</summary>
    internal long NewestSentAt { get; private set; } = long.MinValue;

    /// <summary>The sequence number behind it.</summary>
    internal long NewestEnd { get; private set; }

    /// <summary>Whether the newest was sent again.</summary>
    internal bool IsNewestAgain { get; private set; }

    /// <summary>When the newest of those that were sent once was sent; the least number for none.</summary>
    internal long NewestOnceSentAt { get; private set; } = long.MinValue;

    /// <summary>The sequence number behind it.</summary>
    internal long NewestOnceEnd { get; private set; }

    /// <summary>When the oldest of what was sent for the first time was sent; the greatest number for none.</summary>
    internal long OldestSentAt { get; private set; } = long.MaxValue;

    internal void NoteTransmission(long sentAt, long end, bool isAgain)
    {
        if (sentAt > NewestSentAt || (sentAt == NewestSentAt && end > NewestEnd))
        {
            (NewestSentAt, NewestEnd, IsNewestAgain) = (sentAt, end, isAgain);
        }

        if (!isAgain)
        {
            OldestSentAt = Math.Min(OldestSentAt, sentAt);
            if (sentAt > NewestOnceSentAt || (sentAt == NewestOnceSentAt && end > NewestOnceEnd))
            {
                (NewestOnceSentAt, NewestOnceEnd) = (sentAt, end);
            }
        }
    }
}
