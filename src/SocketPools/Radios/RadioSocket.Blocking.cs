namespace SocketPools.Radios;

/// <summary>
/// The blocking calls: an attempt, and while it would block and time is left, a wait (<see cref="Wait"/>) and another attempt. A radio
/// overrides them only to be faster, for example because the host's kernel can wait by itself. The results stay the same.
/// </summary>
public abstract partial class RadioSocket
{
    /// <summary>connect(2) with a deadline. When the time is up the connect goes on by itself, as in CPython.</summary>
    /// <param name="remote">The peer.</param>
    /// <param name="deadline">Immediate: EINPROGRESS at once.</param>
    public virtual RadioResult Connect(in IPSocketAddress remote, in Deadline deadline)
    {
        RadioResult result = TryConnect(remote);
        if (result.Errno != Errno.EINPROGRESS || deadline.IsImmediate)
        {
            return result;
        }

        do
        {
            RadioResult wait = Wait(Readiness.Writable, deadline);
            if (wait.Failed)
            {
                return wait;
            }

            result = FinishConnect();
        }
        while (result.Errno == Errno.EINPROGRESS);
        return result;
    }

    /// <summary>accept(2) with a deadline.</summary>
    /// <param name="accepted">The connection, or null after a failure.</param>
    /// <param name="remote">Its peer.</param>
    /// <param name="deadline">How long to wait.</param>
    public virtual RadioResult Accept(out RadioSocket? accepted, out IPSocketAddress remote, in Deadline deadline)
    {
        RadioResult result;
        while (ShouldWait(result = TryAccept(out accepted, out remote), deadline))
        {
            RadioResult wait = Wait(Readiness.Readable, deadline);
            if (wait.Failed)
            {
                return wait;
            }
        }

        return result;
    }

    /// <summary>send(2) with a deadline: waits until at least one byte is taken. Without a limit it waits until all are.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="deadline">How long to wait.</param>
    public virtual RadioResult Send(ReadOnlySpan<byte> data, in Deadline deadline)
    {
        if (deadline.IsInfinite)
        {
            RadioResult all = SendAll(data, deadline, out int sent);
            return sent > 0 ? RadioResult.FromCount(sent) : all;
        }

        RadioResult result;
        while (ShouldWait(result = TrySend(data), deadline))
        {
            RadioResult wait = Wait(Readiness.Writable, deadline);
            if (wait.Failed)
            {
                return wait;
            }
        }

        return result;
    }

    /// <summary>Sends everything within one deadline.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="deadline">How long the whole may take.</param>
    /// <param name="sent">How many bytes were taken, also after a failure.</param>
    public virtual RadioResult SendAll(ReadOnlySpan<byte> data, in Deadline deadline, out int sent)
    {
        sent = 0;
        while (true)
        {
            RadioResult result = TrySend(data[sent..]);
            if (!result.Failed)
            {
                sent += result.Count;
                if (sent == data.Length)
                {
                    return RadioResult.FromCount(sent);
                }
            }
            else if (!ShouldWait(result, deadline))
            {
                return result;
            }
            else
            {
                result = Wait(Readiness.Writable, deadline);
                if (result.Failed)
                {
                    return result;
                }
            }
        }
    }

    /// <summary>sendto(2) with a deadline.</summary>
    /// <param name="data">One datagram; may be empty.</param>
    /// <param name="remote">Where to.</param>
    /// <param name="deadline">How long to wait.</param>
    public virtual RadioResult SendTo(ReadOnlySpan<byte> data, in IPSocketAddress remote, in Deadline deadline)
    {
        RadioResult result;
        while (ShouldWait(result = TrySendTo(data, remote), deadline))
        {
            RadioResult wait = Wait(Readiness.Writable, deadline);
            if (wait.Failed)
            {
                return wait;
            }
        }

        return result;
    }

    /// <summary>recv(2) with a deadline.</summary>
    /// <param name="buffer">Filled from its start.</param>
    /// <param name="deadline">How long to wait.</param>
    public virtual RadioResult Receive(Span<byte> buffer, in Deadline deadline)
    {
        RadioResult result;
        while (ShouldWait(result = TryReceive(buffer), deadline))
        {
            RadioResult wait = Wait(Readiness.Readable, deadline);
            if (wait.Failed)
            {
                return wait;
            }
        }

        return result;
    }

    /// <summary>recvfrom(2) with a deadline.</summary>
    /// <param name="buffer">Filled from its start.</param>
    /// <param name="remote">Who sent it.</param>
    /// <param name="deadline">How long to wait.</param>
    public virtual RadioResult ReceiveFrom(Span<byte> buffer, out IPSocketAddress remote, in Deadline deadline)
    {
        RadioResult result;
        while (ShouldWait(result = TryReceiveFrom(buffer, out remote), deadline))
        {
            RadioResult wait = Wait(Readiness.Readable, deadline);
            if (wait.Failed)
            {
                return wait;
            }
        }

        return result;
    }

    private static bool ShouldWait(RadioResult result, in Deadline deadline) =>
        result.Errno == Errno.EAGAIN && !deadline.IsImmediate;
}
