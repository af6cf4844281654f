using System.Globalization;
using System.Net.Sockets;
using System.Text;
using SocketPools.Diagnostics;
using SocketPools.Radios;

namespace SocketPools;

/// <summary>
/// A socket operation failed: CPython's <c>OSError</c>. Says which operation, between which endpoints, on which radio,
/// why (<see cref="Errno"/>), after how long, and what would help where that is known.
/// </summary>
public class PoolSocketException : SocketException
{
    /// <summary>Makes an exception from its facts.</summary>
    /// <param name="errno">Why.</param>
    /// <param name="operation">The operation in the documentation's words: <c>connect</c>, <c>recv_into</c>.</param>
    /// <param name="radio">The radio's name, or null.</param>
    /// <param name="local">The socket's own address, or <c>default</c>.</param>
    /// <param name="remote">The peer's address, or <c>default</c>.</param>
    /// <param name="elapsed">How long the call took.</param>
    /// <param name="hint">What would help, or null.</param>
    public PoolSocketException(
        Errno errno,
        string operation,
        string? radio = null,
        IPSocketAddress local = default,
        IPSocketAddress remote = default,
        TimeSpan elapsed = default,
        string? hint = null)
        : this((int)ErrnoTable.ToSocketError(errno), Describe(errno, operation, radio, local, remote, elapsed, hint))
    {
        Errno = errno;
        Operation = operation;
        RadioName = radio;
        Local = local;
        Remote = remote;
        Elapsed = elapsed;
        Hint = hint;
    }

    /// <summary>Makes an exception from a text.</summary>
    /// <param name="socketError">A number of <see cref="SocketError"/>.</param>
    /// <param name="message">The text.</param>
    private protected PoolSocketException(int socketError, string message)
        : base(socketError, VisibleText.EscapeLines(message)) => Operation = "";

    /// <summary>Why, by the name that the man pages use.</summary>
    public Errno Errno { get; private protected init; }

    /// <summary>The operation in the documentation's words.</summary>
    public string Operation { get; private protected init; }

    /// <summary>The radio's name; null when there was no radio yet.</summary>
    public string? RadioName { get; private protected init; }

    /// <summary>The socket's own address; without a value when it had none.</summary>
    public IPSocketAddress Local { get; }

    /// <summary>The peer's address; without a value when there was none.</summary>
    public IPSocketAddress Remote { get; }

    /// <summary>How long the call took on the radio's clock.</summary>
    public TimeSpan Elapsed { get; private protected init; }

    /// <summary>What would help; null when nothing is known.</summary>
    public string? Hint { get; private protected init; }

    /// <summary>The number of <see cref="Errno"/>, which is Linux's.</summary>
    public override int ErrorCode => (int)Errno;

    private static string Describe(
        Errno errno, string operation, string? radio, IPSocketAddress local, IPSocketAddress remote, TimeSpan elapsed, string? hint)
    {
        StringBuilder text = new();
        text.Append(operation);
        if (remote.HasValue)
        {
            text.Append(IsReceiving(operation) ? " from " : " to ").Append(remote);
        }

        if (local.HasValue && !(local.IsAny && local.Port == 0))
        {
            text.Append(remote.HasValue && !IsReceiving(operation) ? " from " : " at ").Append(local);
        }

        text.Append(": ").Append(ErrnoTable.Describe(errno)).Append(" (").Append(ErrnoTable.NameOf(errno)).Append(')');
        if (radio is not null)
        {
            text.Append(" on radio ").Append(VisibleText.Escape(radio));
        }

        if (elapsed > TimeSpan.Zero)
        {
            text.Append(CultureInfo.InvariantCulture, $" after {elapsed.TotalSeconds:0.000} s");
        }

        if (hint is not null)
        {
            text.Append(". ").Append(hint);
        }

        return text.ToString();
    }

    private static bool IsReceiving(string operation) => operation.StartsWith("recv", StringComparison.Ordinal);
}
