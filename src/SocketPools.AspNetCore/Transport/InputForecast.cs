namespace SocketPools.AspNetCore.Transport;

/// <summary>
/// Whether more of a request is about to come, by the length of the last one. Clients send the head of a request and a body that does not fit
/// beside it one right after the other. An application that starts between the two has to wait for its body, which is an allocation and a
/// change of threads.
/// </summary>
/// <remarks>
/// What is received between two sends counts as a request. It is only a forecast: where it is wrong the connection has looked for
/// microseconds in vain, and that costs credit. Requests that come whole earn none, so a connection without bodies never looks.
/// </remarks>
internal struct InputForecast
{
    /// <summary>A longer request is received and read side by side.</summary>
    internal const int MaxBytes = 32 * 1024;

    private const int MaxCredit = 8;
    private const int Miss = 4;

    private long _lastLength;
    private long _length;
    private int _credit;

    /// <summary>The application has waited, and now there is more.</summary>
    /// <param name="hasAnswered">Whether something was sent since the last time: then this is a new request, else the rest of one.</param>
    internal void Begin(bool hasAnswered)
    {
        if (hasAnswered)
        {
            _lastLength = _length;
            _length = 0;
        }
        else
        {
            _credit = Math.Min(_credit + 1, MaxCredit);
        }
    }

    /// <summary>So many bytes have come.</summary>
    internal void Add(int bytes) => _length += bytes;

    /// <summary>Whether it pays to look for more now, before the application runs.</summary>
    internal readonly bool ExpectsMore => _credit > 0 && _length > 0 && _length < _lastLength && _lastLength <= MaxBytes;

    /// <summary>What a look for more has found.</summary>
    internal void Note(bool hasFound) => _credit = hasFound ? Math.Min(_credit + 1, MaxCredit) : Math.Max(_credit - Miss, -MaxCredit);
}
