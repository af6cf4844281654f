using SocketPools.Stack.Buffers;
using SocketPools.Stack.Links;

namespace SocketPools.Benchmarks.Stack;

/// <summary>Passes the frames of two links to each other, as a cable does.</summary>
internal static class Relay
{
    internal static void Join(ILink one, ILink other)
    {
        Forward(one, other);
        Forward(other, one);
    }

    // The link calls when something has come after nothing was found, so the first look is made here.
    private static void Forward(ILink from, ILink to)
    {
        from.FrameAvailable = Run;
        Run();

        void Run()
        {
            while (from.TryReceive(out Frame? frame))
            {
                if (!to.TrySend(frame))
                {
                    frame.Release();
                }
            }
        }
    }
}
