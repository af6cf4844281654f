using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Tool.Fetching;
using SocketPools.Tool.Http;

namespace SocketPools.Tool.Serving;

/// <summary>One client: its requests, one after the other, until one side has enough.</summary>
internal sealed class ServerConnection(
    TimedStream stream, Responder responder, IdleConnections idle, ServeLimits limits, Action<string> log)
{
    private const int MaxRequests = 1000;

    private readonly PoolSocket _socket = stream.Socket;

    /// <summary>Answers until the connection ends. A client that is slow, resets or talks nonsense only ends its own.</summary>
    internal void Run()
    {
        try
        {
            _ = _socket.TrySetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, 1);
            ByteSource source = new(stream);
            int requests = 0;
            while ((requests == 0 ? WaitForFirst(source) : WaitForNext(source)) && AnswerOne(source, ++requests < MaxRequests))
            {
            }
        }
        catch (Exception e) when (e is IOException or PoolSocketException)
        {
            // The client is gone or too slow, or the server stops: there is no one to report it to.
        }
    }

    /// <returns>Whether a request begins; false at the end of the connection.</returns>
    private bool WaitForFirst(ByteSource source)
    {
        stream.BeginPhase();
        return source.Peek();
    }

    /// <summary>As for the first one, but a connection without a place may end the wait.</summary>
    private bool WaitForNext(ByteSource source)
    {
        if (source.HasBuffered)
        {
            return true;
        }

        if (!idle.TryEnter(_socket))
        {
            return false;
        }

        try
        {
            return WaitForFirst(source);
        }
        finally
        {
            idle.Leave(_socket);
        }
    }

    /// <returns>Whether the connection goes on.</returns>
    private bool AnswerOne(ByteSource source, bool mayContinue)
    {
        RequestHead? request = ReadHead(source, out int status);
        if (request is null && status == 0)
        {
            return false;
        }

        // With the pool full, another connection may wait for this place.
        bool hasRoom = _socket.Pool.OpenCount < _socket.Pool.MaxSockets;
        bool keepsAlive = mayContinue && hasRoom && request is { KeepsAlive: true, HasBody: false };
        using Answer answer = request is null ? Answer.OfStatus(status) : responder.Respond(request);
        string line = ToolConsole.OneLine(
            $"{request?.Method ?? "-"} {request?.Target ?? "-"} {answer.Status} {(request?.Method == "HEAD" ? 0 : answer.Count)}");
        Send(answer, request?.Method == "HEAD", keepsAlive, line);
        if (keepsAlive)
        {
            return true;
        }

        // Closing with bytes unread would reset the connection and destroy the answer (RFC 9112, section 9.6). Not for long, since it
        // costs a place.
        bool mayStillSend = request is not { HasBody: false } || source.HasBuffered;
        _socket.Linger(_socket.ShutdownSending(limits.Linger, waitsForPeer: true), mayStillSend);
        return false;
    }

    private void Send(Answer answer, bool headOnly, bool keepsAlive, string line)
    {
        stream.EndPhase();
        SteadySender sender = new(_socket, limits.Timeout, limits.MinimumRate);
        try
        {
            answer.WriteTo(sender, headOnly, keepsAlive);
            log(line);
        }
        catch (Exception e) when (e is IOException or PoolSocketException)
        {
            log($"{line}, cut off after {sender.Sent} bytes: {ToolConsole.OneLine(ErrorText.Of(e))}");
            throw;
        }
    }

    /// <summary>Reads a head within the timeout, counted from its first byte.</summary>
    private RequestHead? ReadHead(ByteSource source, out int status)
    {
        stream.BeginPhase();
        try
        {
            status = 0;
            return RequestHead.Read(source);
        }
        catch (HttpFormatException e)
        {
            status = e.Status;
        }
        catch (IOException e) when (e.InnerException is PoolSocketException { Errno: Errno.ETIMEDOUT })
        {
            status = 408;
        }

        return null;
    }
}
