using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Boards.Sockets;

/// <summary>What streams and datagrams of a board have in common: the profile, the options, the waits on what is buffered here.</summary>
internal abstract class BoardSocket : RadioSocket
{
    // How often the state is read for which there is no event, as boards poll their stack.
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(2);

    protected BoardSocket(BoardContext board, RadioSocket inner)
    {
        Board = board;
        Inner = inner;
        board.NoteOpened();
    }

    public override Radio Radio => Board.Radio;

    public override AddressFamily Family => Inner.Family;

    public override SocketType Type => Inner.Type;

    public override ProtocolType Protocol => Inner.Protocol;

    public override nint Descriptor => Inner.Descriptor;

    protected BoardContext Board { get; }

    protected RadioSocket Inner { get; }

    protected BoardProfile Profile => Board.Profile;

    protected Lock Gate { get; } = new();

    protected ChangeSignal Changed { get; } = new();

    protected bool IsClosed { get; private set; }

    /// <summary>Whether the timeout is 0.</summary>
    protected bool IsNonBlocking { get; private set; }

    /// <summary>Boards check nothing: settimeout works on a closed socket.</summary>
    public override RadioResult SetNonBlocking(bool nonBlocking)
    {
        IsNonBlocking = nonBlocking;
        return RadioResult.Ok;
    }

    public override RadioResult GetLocalAddress(out IPSocketAddress local) => Inner.GetLocalAddress(out local);

    public override RadioResult GetRemoteAddress(out IPSocketAddress remote) => Inner.GetRemoteAddress(out remote);

    public override RadioResult SetOption(SocketOptionLevel level, SocketOptionName name, ReadOnlySpan<byte> value) =>
        BoardOptions.TryFind(level, name, out int boardLevel, out int boardName) ? SetRawOption(boardLevel, boardName, value) : Profile.UnknownOption.Value;

    /// <summary>The numbers are lwIP's, as programs for boards have them.</summary>
    public override RadioResult SetRawOption(int level, int name, ReadOnlySpan<byte> value)
    {
        if (IsClosed)
        {
            return BoardContext.Explain(Errno.EBADF, $"{Profile.Title} uses memory here that is not its own: the socket is closed, and setsockopt() does not check it");
        }

        foreach (BoardOption option in Profile.Options)
        {
            if (option.Level == level && option.Name == name && (Type == SocketType.Stream ? option.OnStreams : option.OnDatagrams))
            {
                return Apply(level, name, value);
            }
        }

        return BoardContext.Explain(Profile.UnknownOption, $"{Profile.Title} does not have this option here");
    }

    public override RadioResult GetOption(SocketOptionLevel level, SocketOptionName name, Span<byte> value) => Inner.GetOption(level, name, value);

    public override RadioResult Wait(Readiness interest, in Deadline deadline)
    {
        while (true)
        {
            Task change = Changed.Next;
            if (Poll(interest) != Readiness.None)
            {
                return IsClosed ? Errno.EBADF : RadioResult.Ok;
            }

            if (deadline.HasExpired)
            {
                return deadline.TimeoutErrno;
            }

            TimeSpan left = deadline.Remaining;
            BoardWait.For(change, IsWatched && (interest & Readiness.Writable) == 0 ? left : Shorter(left), Board.Radio);
        }
    }

    public override async ValueTask<RadioResult> WaitAsync(Readiness interest, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task change = Changed.Next;
            if (Poll(interest) != Readiness.None)
            {
                return IsClosed ? Errno.EBADF : RadioResult.Ok;
            }

            bool isTold = IsWatched && (interest & Readiness.Writable) == 0;
            Task pause = isTold ? Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken) : Task.Delay(s_poll, Board.TimeProvider, cancellationToken);
            await Task.WhenAny(change, pause).ConfigureAwait(false);
        }
    }

    public override void Close()
    {
        lock (Gate)
        {
            if (IsClosed)
            {
                return;
            }

            IsClosed = true;
        }

        Board.NoteClosed();
        End();
        Changed.Set();
    }

    /// <summary>Whether a task watches the inner socket and sets <see cref="Changed"/> when something arrives.</summary>
    protected abstract bool IsWatched { get; }

    /// <summary>Ends the connection of the inner socket.</summary>
    protected abstract void End();

    /// <summary>An option that the board has.</summary>
    protected virtual RadioResult Apply(int level, int name, ReadOnlySpan<byte> value)
    {
        // Boards take one byte for a number.
        ReadOnlySpan<byte> bytes = value.Length == 1 ? [value[0], 0, 0, 0] : value;
        RadioResult result = BoardOptions.TryFind(level, name, out SocketOptionLevel ours, out SocketOptionName option) ? Inner.SetOption(ours, option, bytes) : RadioResult.Ok;

        // What the board has and the inner radio has not changes nothing that a program sees.
        return result.Errno is Errno.ENOPROTOOPT or Errno.EOPNOTSUPP ? RadioResult.Ok : result;
    }

    /// <summary>How long a call may wait at a time.</summary>
    protected static TimeSpan Shorter(TimeSpan left) => left == Timeout.InfiniteTimeSpan || left > s_poll ? s_poll : left;

    /// <summary>Ends a call that the board would never end, with an error that explains it.</summary>
    protected RadioResult WaitForNothing(in Deadline deadline, string why)
    {
        if (deadline.IsImmediate)
        {
            return Errno.EAGAIN;
        }

        if (deadline.IsInfinite)
        {
            return BoardContext.Explain(Errno.ECANCELED, $"{Profile.Title} waits for ever here: {why}. settimeout(seconds) ends the wait");
        }

        BoardWait.Pause(deadline.Remaining, Board.Radio);
        return BoardContext.Explain(Errno.ETIMEDOUT, $"{Profile.Title} waits for its time-out here: {why}");
    }
}
