using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Stack.Tests.Radio;

/// <summary>One end of a TCP connection under chaos: sends its bytes and then its end, reads until the other's, and never waits.</summary>
internal sealed class ChaosEnd(RadioSocket socket, int salt, int peerSalt, int toSend, int toReceive, Random random)
{
    private static readonly byte[] s_pattern = MakePattern();

    private readonly byte[] _buffer = new byte[16 * 1024];
    private bool _hasShut;
    private bool _isAtEnd;

    internal RadioSocket Socket => socket;

    internal int Sent { get; private set; }

    internal int Received { get; private set; }

    /// <summary>How many bytes it reads before it closes without a word; -1 for all.</summary>
    internal int LeavesAfter { get; init; } = -1;

    /// <summary>Whether the other end leaves early: then the stream may end before its time.</summary>
    internal bool MayEndEarly { get; init; }

    internal Errno Error { get; private set; }

    internal bool IsDone { get; private set; }

    /// <summary>Whether it is done, and has all of the other's bytes.</summary>
    internal bool IsWhole => IsDone && Error == Errno.None && Received == toReceive;

    /// <summary>Does what can be done now. Returns whether that was anything.</summary>
    internal bool Work()
    {
        if (IsDone)
        {
            return false;
        }

        RadioResult connected = socket.FinishConnect();
        if (connected.Errno == Errno.EINPROGRESS)
        {
            return false;
        }

        Error = connected.Errno;
        bool progress = Read() | Write();
        if (Error == Errno.None && Sent == toSend && !_hasShut)
        {
            _hasShut = progress = true;
            Error = socket.Shutdown(SocketShutdown.Send).Errno;
        }

        bool leaves = LeavesAfter >= 0 && Received >= LeavesAfter;
        if (Error != Errno.None || (_isAtEnd && _hasShut) || leaves)
        {
            IsDone = progress = true;
            Assert.True(Error != Errno.None || leaves || MayEndEarly || Received == toReceive, $"The stream ends after {Received} of {toReceive} bytes.");
            socket.Close();
        }

        return progress;
    }

    public override string ToString() => $"sent {Sent}/{toSend}, received {Received}/{toReceive}, {Error}{(IsDone ? ", done" : "")}";

    private bool Read()
    {
        bool progress = false;
        while (Error == Errno.None && !_isAtEnd)
        {
            RadioResult got = socket.TryReceive(_buffer.AsSpan(0, random.Next(1, _buffer.Length)));
            if (got.Errno == Errno.EAGAIN)
            {
                break;
            }

            progress = true;
            Error = got.Errno;
            _isAtEnd = !got.Failed && got.Count == 0;
            for (int i = 0; !got.Failed && i < got.Count; i++)
            {
                Assert.True(_buffer[i] == At(peerSalt, Received + i), $"Byte {Received + i} is wrong.");
            }

            Received += got.Failed ? 0 : got.Count;
        }

        return progress;
    }

    private bool Write()
    {
        bool progress = false;
        while (Error == Errno.None && Sent < toSend)
        {
            int count = Math.Min(random.Next(4) == 0 ? random.Next(1, 100) : _buffer.Length, toSend - Sent);
            for (int i = 0; i < count; i++)
            {
                _buffer[i] = At(salt, Sent + i);
            }

            RadioResult sent = socket.TrySend(_buffer.AsSpan(0, count));
            if (sent.Errno == Errno.EAGAIN)
            {
                break;
            }

            progress = true;
            Error = sent.Errno;
            Sent += sent.Failed ? 0 : sent.Count;
        }

        return progress;
    }

    private static byte At(int salt, int position) => s_pattern[(position + (salt * 1009)) % s_pattern.Length];

    private static byte[] MakePattern()
    {
        byte[] pattern = new byte[65521];
        new Random(65521).NextBytes(pattern);
        return pattern;
    }
}
