using SocketPools.Stack.Buffers;

namespace SocketPools.Stack.Links;

/// <summary>
/// A stack at one end of a pair: frames of the other end may be given to it at once, on the thread that sends them, without a queue. Or the stack of a
/// loopback.
/// </summary>
internal interface IFrameReceiver
{
    /// <summary>Takes frames that the other end has sent, and answers them.</summary>
    /// <param name="lane">Which of the sender's lanes they come from.</param>
    /// <param name="frames">The frames, which are the receiver's if it takes them; all or none.</param>
    /// <returns>False: it is at work already, and looks at the link's queue before it stops.</returns>
    bool TryReceive(int lane, ref FrameQueue frames);

    /// <summary>Frames wait in the queue of a lane.</summary>
    void Wake(int lane);
}
