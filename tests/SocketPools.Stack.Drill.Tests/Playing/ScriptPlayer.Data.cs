using System.Globalization;
using SocketPools.Radios;
using SocketPools.Stack.Diagnostics;
using SocketPools.Stack.Drill.Tests.Parsing;

namespace SocketPools.Stack.Drill.Tests.Playing;

/// <summary>Calls that carry data, and poll. Every byte that is read is compared with what the peer sent.</summary>
internal sealed partial class ScriptPlayer
{
    private const long MaxLength = 64 << 20;

    private void Write(CallEvent call, double at)
    {
        ScriptSocket socket = SocketOf(call);
        byte[] data = new byte[Math.Min(CallValues.Length(call), MaxLength)];
        Pattern.Fill(data, socket.Connection?.Written ?? 0);
        int sent = 0;
        Attempt(call, socket, at, () => TrySend(socket, data, ref sent), (CallValues.Flags(call) & CallValues.DontWait) == 0);
    }

    private static CallAnswer? TrySend(ScriptSocket socket, byte[] data, ref int sent)
    {
        do
        {
            RadioResult result = socket.Socket.TrySend(data.AsSpan(sent));
            if (result.Failed)
            {
                bool isFull = result.Errno == Errno.EAGAIN;
                return isFull && (!socket.IsNonBlocking || sent == 0) ? null : sent > 0 ? new CallAnswer(sent, Errno.None) : CallAnswer.From(result);
            }

            sent += result.Count;
            socket.Connection?.Written += result.Count;
        }
        while (sent < data.Length);
        return new CallAnswer(sent, Errno.None);
    }

    private void Read(CallEvent call, double at)
    {
        if (call.Name == "recvmsg" && call.Arguments[1].Field("msg_control") is not null)
        {
            throw new UnsupportedException("control messages");
        }

        ScriptSocket socket = SocketOf(call);
        byte[] buffer = new byte[Math.Min(CallValues.Length(call), MaxLength)];
        long flags = CallValues.Flags(call);
        bool isPeek = (flags & CallValues.Peek) != 0;
        Attempt(call, socket, at, () => isPeek ? TryPeek(socket, buffer.Length) : TryReceive(socket, buffer), (flags & CallValues.DontWait) == 0);
    }

    // Sockets of radios have no MSG_PEEK; what it would give is in the table.
    private CallAnswer? TryPeek(ScriptSocket socket, int length)
    {
        _connection = socket.Connection ?? _connection;
        return Row()?.ReceiveQueue is { } waiting && waiting > 0 ? new CallAnswer(Math.Min(waiting, length), Errno.None)
            : socket.Socket.Poll(Readiness.Readable).HasFlag(Readiness.Readable) ? default(CallAnswer)
            : null;
    }

    private static CallAnswer? TryReceive(ScriptSocket socket, byte[] buffer)
    {
        RadioResult result = socket.Socket.TryReceive(buffer);
        if (result.Errno == Errno.EAGAIN)
        {
            return null;
        }

        if (socket.Connection is { } connection && !result.Failed)
        {
            if (Pattern.FindWrong(buffer.AsSpan(0, result.Count), connection.Read) is >= 0 and int wrong)
            {
                throw new DrillException(string.Create(CultureInfo.InvariantCulture, $"received byte {connection.Read + wrong} is wrong"));
            }

            connection.Read += result.Count;
        }

        return CallAnswer.From(result);
    }

    private void Poll(CallEvent call, double at)
    {
        PollEntry[] entries = [.. call.Arguments[0].Items.Select(ParseEntry)];
        long timeout = CallValues.Of(call.Arguments[2]);
        double end = timeout < 0 ? double.PositiveInfinity : Now + (timeout / 1000.0);
        CallAnswer? Ask()
        {
            int ready = entries.Count(entry => entry.Ready() != 0);
            return ready > 0 || Now >= end - 1e-9 ? new CallAnswer(ready, Errno.None) : null;
        }

        if (timeout > 0 && call.Returns is null && Ask() is null)
        {
            AdvanceTo(end);
            at = end;
        }

        Attempt(call, new ScriptSocket(entries[0].Socket.Socket), at, Ask);
        if (call.Returns is not null)
        {
            return;
        }

        foreach (PollEntry entry in entries)
        {
            if (entry.Expected is { } expected && (expected & ~CallValues.PollPeerShut) != entry.Ready())
            {
                Differs("poll", string.Create(CultureInfo.InvariantCulture, $"revents {entry.Ready():x}, expected {expected:x}"));
            }
        }
    }

    private PollEntry ParseEntry(ScriptExpression entry) => new(
        SocketOf(entry.Field("fd") ?? throw new UnsupportedException("poll without a descriptor")),
        CallValues.Of(entry.Items.First(item => item.Name == "events").Items[0]),
        entry.Items.Find(item => item.Name == "revents") is { } expected ? CallValues.Of(expected.Items[0]) : null);

    private StackSocketInfo? Row()
    {
        if (_connection is not { } connection)
        {
            return null;
        }

        string local = string.Create(CultureInfo.InvariantCulture, $":{connection.LocalPort}");
        string remote = string.Create(CultureInfo.InvariantCulture, $":{connection.RemotePort}");
        return _radio!.GetSnapshot().Sockets.FirstOrDefault(row =>
            row.Protocol == "tcp" && row.Local.EndsWith(local, StringComparison.Ordinal) && row.Remote?.EndsWith(remote, StringComparison.Ordinal) == true);
    }

    private sealed record PollEntry(ScriptSocket Socket, long Events, long? Expected)
    {
        internal long Ready()
        {
            Readiness asked = ((Events & CallValues.PollIn) != 0 ? Readiness.Readable : 0) | ((Events & CallValues.PollOut) != 0 ? Readiness.Writable : 0);
            Readiness ready = Socket.Socket.Poll(asked);
            return (ready.HasFlag(Readiness.Readable) ? CallValues.PollIn : 0) | (ready.HasFlag(Readiness.Writable) ? CallValues.PollOut : 0)
                | (ready.HasFlag(Readiness.Error) ? CallValues.PollError : 0) | (ready.HasFlag(Readiness.HangUp) ? CallValues.PollHangUp : 0);
        }
    }
}
