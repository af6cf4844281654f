using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Forwarding;

/// <summary>One connection of a SOCKS5 client (RFC 1928): it chooses how to authenticate, does so (RFC 1929), and asks for one thing.</summary>
internal sealed class SocksSession(SocksCredentials? credentials) : IStreamSession
{
    private const byte NoAuthentication = 0;
    private const byte UserNameAndPassword = 2;
    private const byte NoAcceptableMethod = 0xFF;
    private const byte Connect = 1;
    private const byte UdpAssociate = 3;

    // How long a client that was refused may take to read why.
    private static readonly TimeSpan s_linger = TimeSpan.FromSeconds(2);

    public async Task ServeAsync(PoolSocket client, StreamForwarder forwarder, CancellationToken stop)
    {
        ForwardedConnection connection = forwarder.Tally.Begin(ProtocolType.Tcp, client.RemoteAddress, "");
        Deadline deadline = new(client.Pool.Radio.TimeProvider, forwarder.Options.ConnectTimeout);
        byte command;
        ForwardTarget target;
        try
        {
            SocksReader reader = new(client, deadline, stop);
            await AuthenticateAsync(client, reader, deadline, stop).ConfigureAwait(false);
            (command, target) = await ReadRequestAsync(reader).ConfigureAwait(false);
            connection.Target = target.ToString();
        }
        catch (Exception e) when (ConnectFailures.IsOne(e) || e is SocksException)
        {
            await RefuseAsync(client, (e as SocksException)?.Answer).ConfigureAwait(false);
            forwarder.Tally.Fail(connection, e);
            return;
        }

        await (command == Connect
            ? ConnectAsync(client, target, connection, forwarder, stop)
            : AssociateAsync(client, target, connection, forwarder, stop)).ConfigureAwait(false);
    }

    private static async Task ConnectAsync(
        PoolSocket client, ForwardTarget target, ForwardedConnection connection, StreamForwarder forwarder, CancellationToken stop)
    {
        PoolSocket server;
        try
        {
            server = await target.ConnectAsync(forwarder.TargetPool, forwarder.Options.ConnectTimeout, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (ConnectFailures.IsOne(e))
        {
            await RefuseAsync(client, SocksMessages.Reply(SocksMessages.ReplyFor(e))).ConfigureAwait(false);
            forwarder.Tally.Fail(connection, e);
            return;
        }

        try
        {
            await client.SendAllAsync(SocksMessages.Reply(SocksReply.Succeeded, server.LocalAddress), stop).ConfigureAwait(false);
        }
        catch (Exception e) when (ConnectFailures.IsOne(e))
        {
            StreamRelay.Reset(server);
            StreamRelay.Reset(client);
            forwarder.Tally.Fail(connection, e);
            return;
        }

        await forwarder.RelayAsync(client, server, connection, stop).ConfigureAwait(false);
    }

    private static async Task AssociateAsync(
        PoolSocket client, ForwardTarget expected, ForwardedConnection connection, StreamForwarder forwarder, CancellationToken stop)
    {
        SocksAssociation association;
        try
        {
            association = new SocksAssociation(client, expected.Port, connection, forwarder);
        }
        catch (Exception e) when (ConnectFailures.IsOne(e))
        {
            await RefuseAsync(client, SocksMessages.Reply(SocksMessages.ReplyFor(e))).ConfigureAwait(false);
            forwarder.Tally.Fail(connection, e);
            return;
        }

        forwarder.Tally.Open(connection);
        Exception? reason = null;
        try
        {
            await client.SendAllAsync(SocksMessages.Reply(SocksReply.Succeeded, association.RelayAddress), stop).ConfigureAwait(false);
            await association.RunAsync(stop).ConfigureAwait(false);
        }
        catch (Exception e) when (ConnectFailures.IsOne(e))
        {
            reason = e;
        }

        client.Close();
        forwarder.Tally.Close(connection, reason);
    }

    private async ValueTask AuthenticateAsync(PoolSocket client, SocksReader reader, Deadline deadline, CancellationToken stop)
    {
        ReadOnlyMemory<byte> head = await reader.ReadAsync(2).ConfigureAwait(false);
        if (head.Span[0] != SocksMessages.Version)
        {
            throw new SocksException($"The client does not speak SOCKS5: its first byte is {head.Span[0]}.", null);
        }

        byte wanted = credentials is null ? NoAuthentication : UserNameAndPassword;
        ReadOnlyMemory<byte> methods = await reader.ReadAsync(head.Span[1]).ConfigureAwait(false);
        if (!methods.Span.Contains(wanted))
        {
            throw new SocksException(
                credentials is null ? "The client insists on authentication, and none is set." : "The client gives no user name and password.",
                [SocksMessages.Version, NoAcceptableMethod]);
        }

        await SendAsync(client, [SocksMessages.Version, wanted], deadline, stop).ConfigureAwait(false);
        if (credentials is null)
        {
            return;
        }

        head = await reader.ReadAsync(2).ConfigureAwait(false);
        if (head.Span[0] != 1)
        {
            throw new SocksException($"Version {head.Span[0]} of user name and password is unknown.", [1, 1]);
        }

        byte[] userName = (await reader.ReadAsync(head.Span[1]).ConfigureAwait(false)).ToArray();
        int length = (await reader.ReadAsync(1).ConfigureAwait(false)).Span[0];
        ReadOnlyMemory<byte> password = await reader.ReadAsync(length).ConfigureAwait(false);
        if (!credentials.Accepts(userName, password.Span))
        {
            throw new SocksException("The user name or the password is wrong.", [1, 1]);
        }

        await SendAsync(client, [1, 0], deadline, stop).ConfigureAwait(false);
    }

    private static async ValueTask<(byte Command, ForwardTarget Target)> ReadRequestAsync(SocksReader reader)
    {
        byte[] head = (await reader.ReadAsync(5).ConfigureAwait(false)).ToArray();
        if (head[0] != SocksMessages.Version)
        {
            throw new SocksException($"The request has version {head[0]}.", SocksMessages.Reply(SocksReply.GeneralFailure));
        }

        int length = SocksMessages.LengthOf(head.AsSpan(3));
        if (length < 0)
        {
            throw new SocksException($"Address type {head[3]} is unknown.", SocksMessages.Reply(SocksReply.AddressTypeNotSupported));
        }

        // Of the address there are the type and one more byte.
        byte[] address = [head[3], head[4], .. (await reader.ReadAsync(length - 2).ConfigureAwait(false)).Span];
        if (head[1] is not (Connect or UdpAssociate))
        {
            throw new SocksException($"Command {head[1]} is not supported.", SocksMessages.Reply(SocksReply.CommandNotSupported));
        }

        ForwardTarget target = SocksMessages.ReadTarget(address)
            ?? throw new SocksException("The name is empty, or has characters that no host name has.", SocksMessages.Reply(SocksReply.GeneralFailure));
        return (head[1], target);
    }

    /// <summary>Says why, if the client understands that, and closes in order, so that it can read it.</summary>
    private static async ValueTask RefuseAsync(PoolSocket client, byte[]? answer)
    {
        if (answer is null)
        {
            StreamRelay.Reset(client);
            return;
        }

        client.TrySend(answer.AsSpan());
        await client.LingerAsync(client.ShutdownSending(s_linger, waitsForPeer: true)).ConfigureAwait(false);
    }

    private static ValueTask SendAsync(PoolSocket client, byte[] answer, Deadline deadline, CancellationToken stop) =>
        client.SendAllAsync(answer, deadline, stop);
}

/// <summary>Reads whole fields of a handshake, and no byte more.</summary>
internal sealed class SocksReader(PoolSocket socket, Deadline deadline, CancellationToken stop)
{
    private readonly byte[] _buffer = new byte[260];

    /// <summary>The next bytes, until the next read.</summary>
    internal async ValueTask<ReadOnlyMemory<byte>> ReadAsync(int count)
    {
        for (int at = 0; at < count;)
        {
            int received = await socket.ReceiveIntoAsync(_buffer.AsMemory(at, count - at), deadline, stop).ConfigureAwait(false);
            at += received > 0 ? received : throw new SocksException("The client left in the middle of the handshake.", null);
        }

        return _buffer.AsMemory(0, count);
    }
}

/// <summary>A client that asks for what it cannot have.</summary>
internal sealed class SocksException(string message, byte[]? answer) : Exception(message)
{
    /// <summary>What the client is told; null where it would not understand it.</summary>
    internal byte[]? Answer => answer;
}
