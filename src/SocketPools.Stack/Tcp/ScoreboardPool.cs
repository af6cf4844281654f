namespace SocketPools.Stack.Tcp;

/// <summary>
/// Scoreboards for connections with something on its way: those that are idle have none, and one that sends again and again allocates
/// none. Used with the stack's gate held.
/// </summary>
internal sealed class ScoreboardPool
{
    private const int MostKept = 256;

    private readonly Stack<SackScoreboard> _idle = new();

    internal SackScoreboard Rent(long highAck)
    {
        if (!_idle.TryPop(out SackScoreboard? scoreboard))
        {
            scoreboard = new SackScoreboard();
        }

        scoreboard.Reset(highAck);
        return scoreboard;
    }

    internal void Return(SackScoreboard scoreboard)
    {
        if (_idle.Count < MostKept)
        {
            _idle.Push(scoreboard);
        }
    }
}
