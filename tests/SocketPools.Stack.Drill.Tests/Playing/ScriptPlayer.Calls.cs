using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Drill.Tests.Parsing;

namespace SocketPools.Stack.Drill.Tests.Playing;

/// <summary>Calls of the program's, which wait on the virtual clock. Those that carry data are in <c>ScriptPlayer.Data.cs</c>.</summary>
internal sealed partial class ScriptPlayer
{
    // How long a call may block that the script has without a time of its end.
    private const double MaxBlocking = 5;

    private void Call(CallEvent call, double at)
    {
        switch (call.Name)
        {
            case "socket":
                Open(call);
                break;
            case "bind":
                Check(call, CallAnswer.From(SocketOf(call).Socket.Bind(new IPEndPoint(Local, CallValues.Port(call.Arguments[1], DefaultPort)))));
                break;
            case "listen":
                Listen(call);
                break;
            case "accept" or "accept4":
                Accept(call, at);
                break;
            case "connect":
                Connect(call, at);
                break;
            case "write" or "send" or "sendto" or "sendmsg" or "writev":
                Write(call, at);
                break;
            case "read" or "recv" or "recvfrom" or "recvmsg" or "readv":
                Read(call, at);
                break;
            case "close":
                Close(call);
                break;
            case "shutdown":
                Check(call, CallAnswer.From(SocketOf(call).Socket.Shutdown((SocketShutdown)CallValues.Of(call.Arguments[1]))));
                break;
            case "fcntl":
                SetFlags(call);
                break;
            case "setsockopt":
                SetOption(call);
                break;
            case "getsockopt":
                GetOption(call);
                break;
            case "poll":
                Poll(call, at);
                break;
            default:
                throw new UnsupportedException("call " + call.Name);
        }

        Skim();
    }

    private ScriptSocket SocketOf(CallEvent call) => SocketOf(call.Arguments[0]);

    private ScriptSocket SocketOf(ScriptExpression descriptor) =>
        _sockets.TryGetValue(CallValues.Of(descriptor), out ScriptSocket? socket) ? socket : throw new UnsupportedException("descriptor " + descriptor);

    private void Open(CallEvent call)
    {
        if (call.Arguments is [_, { Kind: ExpressionKind.Symbol, Name: not "SOCK_STREAM" }, ..])
        {
            throw new UnsupportedException("sockets that are not streams");
        }

        RadioResult result = _radio!.OpenSocket(
            _isIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp, out RadioSocket? socket);
        if (result.Failed)
        {
            throw new DrillException($"call: {call.Text} gave {result.Errno}");
        }

        _sockets[CallValues.Of(call.Result)] = new ScriptSocket(socket!);
    }

    private void Listen(CallEvent call)
    {
        ScriptSocket socket = SocketOf(call);
        RadioResult result = socket.Socket.Listen((int)CallValues.Of(call.Arguments[1]));
        socket.IsListening = !result.Failed;
        _isListenNew = true;
        Check(call, CallAnswer.From(result));
    }

    private void Accept(CallEvent call, double at)
    {
        ScriptSocket listener = SocketOf(call);
        Attempt(call, listener, at, () =>
        {
            RadioResult result = listener.Socket.TryAccept(out RadioSocket? accepted, out IPSocketAddress peer);
            if (result.Failed)
            {
                return result.Errno == Errno.EAGAIN ? null : CallAnswer.From(result);
            }

            ScriptConnection? connection = _connections.Find(one => one.RemotePort == peer.Port);
            connection?.IsAccepted = true;
            long descriptor = CallValues.Of(call.Result);
            _sockets[descriptor] = new ScriptSocket(accepted!) { Connection = connection };
            return new CallAnswer(descriptor, Errno.None);
        });
    }

    private void Connect(CallEvent call, double at)
    {
        ScriptSocket socket = SocketOf(call);
        bool isStarted = false;
        Attempt(call, socket, at, () =>
        {
            if (!isStarted)
            {
                isStarted = true;
                return StartConnect(socket, call.Arguments[1]);
            }

            return socket.Socket.Poll(Readiness.Writable).HasFlag(Readiness.Writable) ? CallAnswer.From(socket.Socket.FinishConnect()) : null;
        });
    }

    private CallAnswer? StartConnect(ScriptSocket socket, ScriptExpression address)
    {
        if (socket.Connection is not null && socket.Socket.Poll(Readiness.Writable).HasFlag(Readiness.Writable)
            && socket.Socket.FinishConnect() is { Failed: true } failed)
        {
            return CallAnswer.From(failed);
        }

        RadioResult result = socket.Socket.TryConnect(new IPEndPoint(CallValues.Address(address) ?? Remote, CallValues.Port(address, DefaultPort)));
        Skim();
        int port = socket.LocalPort;
        socket.Connection ??= _connections.FindLast(one => one.LocalPort == port && one.IsActive);
        return result.Errno == Errno.EINPROGRESS && !socket.IsNonBlocking ? null : CallAnswer.From(result);
    }

    private void Close(CallEvent call)
    {
        ScriptSocket socket = SocketOf(call);
        socket.Socket.Close();
        socket.Connection?.IsClosed = true;
        _sockets.Remove(CallValues.Of(call.Arguments[0]));
        Check(call, default);
    }

    private void SetFlags(CallEvent call)
    {
        if (call.Arguments[1].Name == "F_SETFL")
        {
            ScriptSocket socket = SocketOf(call);
            socket.IsNonBlocking = (CallValues.Of(call.Arguments[2]) & CallValues.NonBlocking) != 0;
            socket.Socket.SetNonBlocking(socket.IsNonBlocking);
        }
    }

    /// <summary>Tries a call: at once, until the time that the script gives, or beside the events that follow.</summary>
    private void Attempt(CallEvent call, ScriptSocket socket, double at, Func<CallAnswer?> attempt, bool mayWait = true)
    {
        bool isBlocking = !socket.IsNonBlocking && mayWait;
        if (isBlocking && call.Returns is { } returns)
        {
            _pending = new PendingCall(call, returns.Base == TimeBase.Previous ? at + returns.Seconds - OwnDelay(call) : _start + returns.Seconds, attempt);
            PollPending();
            return;
        }

        CallAnswer? answer = attempt();
        Skim();
        double end = Now + MaxBlocking;
        while (answer is null && isBlocking && Now < end - 1e-6)
        {
            AdvanceToNext(end);
            answer = attempt();
        }

        if (answer is null && isBlocking)
        {
            throw new DrillException($"blocks: {call.Text}");
        }

        if (Now - at > _tolerance)
        {
            Differs("timing", $"{call.Name} blocked until {Seconds(Now)}");
        }

        Check(call, answer ?? new CallAnswer(-1, Errno.EAGAIN));
    }

    // Both times of "+a...b" count from the event before.
    private static double OwnDelay(CallEvent call) => call.Time.Base == TimeBase.Previous ? call.Time.Seconds : 0;

    private void PollPending()
    {
        if (_pending is { } pending && pending.Try(Now))
        {
            Note($"   (the call of line {pending.Call.Line} gives {pending.Answer})");
        }
    }

    private void FinishPending()
    {
        PendingCall pending = _pending!;
        _pending = null;
        if (pending.Answer is not { } answer)
        {
            throw new DrillException($"blocks: {pending.Call.Text}");
        }

        if (Math.Abs(pending.AnsweredAt - pending.Due) > _tolerance)
        {
            Differs("timing", $"{pending.Call.Text} returned at {Seconds(pending.AnsweredAt)}");
        }

        Check(pending.Call, answer);
    }

    private void Check(CallEvent call, CallAnswer answer)
    {
        Note($"  {call.Text} gives {answer}");
        if (call.Result.Kind == ExpressionKind.Ellipsis)
        {
            return;
        }

        string? errno = call.Errno == "EWOULDBLOCK" ? nameof(Errno.EAGAIN) : call.Errno;
        bool isExpected = answer.Value == CallValues.Of(call.Result) && (errno is null || answer.Errno.ToString() == errno);
        if (!isExpected)
        {
            throw new DrillException($"call: {call.Text} gave {answer}");
        }
    }
}
