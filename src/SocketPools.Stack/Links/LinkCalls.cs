using System.Diagnostics.CodeAnalysis;
using SocketPools.Stack.Buffers;

namespace SocketPools.Stack.Links;

/// <summary>
/// Calls of links and of their callbacks, which are the program's to write: what they throw is reported
/// (<see cref="SocketPools.Diagnostics.CallbackExceptions"/>), and the caller goes on.
/// </summary>
internal static class LinkCalls
{
    /// <summary>Gives a link a frame.</summary>
    /// <returns>Whether it has taken it; false leaves the frame with the caller. Null: it has thrown, and the frame is gone.</returns>
    [SuppressMessage("Design", "CA1031", Justification = "A link is the program's, and may throw anything.")]
    internal static bool? TrySend(ILink link, Frame frame)
    {
        int tenure = frame.Tenure;
        try
        {
            return link.TrySend(frame);
        }
        catch (Exception e)
        {
            Report(nameof(ILink.TrySend), e, link);
            if (frame.Tenure == tenure)
            {
                frame.Release(); // unless the link did so before
            }

            return null;
        }
    }

    /// <summary>Takes a frame from a link.</summary>
    /// <param name="link">The link.</param>
    /// <param name="frame">The frame.</param>
    /// <returns>Whether there was one. Null: the link has thrown, and may have other frames.</returns>
    [SuppressMessage("Design", "CA1031", Justification = "A link is the program's, and may throw anything.")]
    internal static bool? TryReceive(ILink link, out Frame? frame)
    {
        try
        {
            return link.TryReceive(out frame);
        }
        catch (Exception e)
        {
            frame = null;
            Report(nameof(ILink.TryReceive), e, link);
            return null;
        }
    }

    /// <summary>Asks a link whether it can carry frames.</summary>
    /// <returns>Null: the link has thrown, and what was known of it stays true.</returns>
    [SuppressMessage("Design", "CA1031", Justification = "A link is the program's, and may throw anything.")]
    internal static bool? HasCarrier(ILink link)
    {
        try
        {
            return link.HasCarrier;
        }
        catch (Exception e)
        {
            Report(nameof(ILink.HasCarrier), e, link);
            return null;
        }
    }

    /// <summary>Calls <see cref="ILink.FrameAvailable"/>: what that throws must not look like a fault of the link's.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "A callback of the program may throw any exception.")]
    internal static void Wake(ILink link)
    {
        try
        {
            link.FrameAvailable?.Invoke();
        }
        catch (Exception e)
        {
            Report(nameof(ILink.FrameAvailable), e, link);
        }
    }

    /// <summary>Calls something of a link.</summary>
    /// <returns>Whether it has returned.</returns>
    [SuppressMessage("Design", "CA1031", Justification = "A link is the program's, and may throw anything.")]
    internal static bool Try(ILink link, string member, Action<ILink> call)
    {
        try
        {
            call(link);
            return true;
        }
        catch (Exception e)
        {
            Report(member, e, link);
            return false;
        }
    }

    private static void Report(string member, Exception exception, ILink link) =>
        SocketPools.Diagnostics.CallbackExceptions.Report($"{nameof(ILink)}.{member}", exception, link);
}
