using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Chips.Nina;

/// <summary>Commands about sockets.</summary>
internal sealed partial class NinaFirmware
{
    private byte[]? HandleSockets(NinaMessage message)
    {
        byte command = message.Command;
        switch (command)
        {
            case NinaCommand.GetSocket:
                int free = Array.FindIndex(_slots, s => s.Type == NinaSlot.Mode.None);
                if (free >= 0)
                {
                    _slots[free].WasConnected = false;
                }

                return NinaReply.Byte(command, free < 0 ? 255 : free);
            case NinaCommand.StartServer:
                return NinaReply.Byte(command, StartServer(message) ? 1 : 0);
            case NinaCommand.GetServerState:
                return NinaReply.Byte(command, Slot(message.Byte(0))?.Server is null ? 0 : 1);
            case NinaCommand.DataSent:
                return NinaReply.Byte(command, 1); // the write has done the work
            case NinaCommand.AvailableData:
                return NinaReply.Word(command, Slot(message.Byte(0)) is { } asked ? AvailableOf(asked) : 0);
            case NinaCommand.GetDataByte:
                return NinaReply.Byte(command, Slot(message.Byte(0)) is { } one && Read(one, 1) is [byte only] ? only : 255);
            case NinaCommand.GetDataBuffer:
                byte[] data = Slot(message.Byte(0)) is { } slot ? Read(slot, Math.Min(message.LittleEndian(1), MostRead)) : [];
                return NinaReply.Of(command, [data], wide: true);
            case NinaCommand.InsertDataBuffer:
                return NinaReply.Byte(command, Slot(message.Byte(0))?.Udp.Write(message.Bytes(1)) == true ? 1 : 0);
            case NinaCommand.SendDatagram:
                return NinaReply.Byte(command, Slot(message.Byte(0))?.Udp.EndPacket() == true ? 1 : 0);
            case NinaCommand.StopClient:
                Stop(Slot(message.Byte(0)));
                return NinaReply.Byte(command, 1);
            case NinaCommand.GetClientState:
                return NinaReply.Byte(command, StateOf(Slot(message.Byte(0))));
            case NinaCommand.GetRemote:
                return RemoteOf(command, Slot(message.Byte(0)));
            default:
                return null;
        }
    }

    private async ValueTask<bool> StartClientAsync(NinaMessage message)
    {
        // Four parameters: address, port, socket, mode. Five: a name before them, and the address is ignored.
        bool named = message.Count >= 5;
        int at = named ? 1 : 0;
        string host = named ? message.Text(0) : "";
        if (Slot(message.Byte(at + 2)) is not { } slot || !IsInNetwork || (host.Length == 0 && message.Bytes(at).Length != 4))
        {
            return false;
        }

        NinaSlot.Mode mode = (NinaSlot.Mode)message.Byte(at + 3);
        IPAddress? address = host.Length > 0 ? await LookUpAsync(host).ConfigureAwait(false) : new IPAddress(message.Bytes(at));
        if (address is null)
        {
            return false;
        }

        IPSocketAddress remote = new(address, message.BigEndian(at + 1));
        switch (mode)
        {
            case NinaSlot.Mode.Tcp or NinaSlot.Mode.Tls:
                NinaClient? client = await ConnectAsync(remote, UsesTls(mode, host, remote) ? host : null).ConfigureAwait(false);
                lock (_slotsLock)
                {
                    slot.StopClient(); // also when the new one has failed
                    if (client is not null)
                    {
                        slot.Take(client, mode, connected: true);
                    }
                }

                return client is not null;
            case NinaSlot.Mode.Udp:
                lock (_slotsLock)
                {
                    bool begun = slot.Udp.BeginPacket(radio, remote);
                    slot.Type = begun ? NinaSlot.Mode.Udp : slot.Type;
                    return begun;
                }

            default:
                return false;
        }
    }

    private bool UsesTls(NinaSlot.Mode mode, string host, in IPSocketAddress remote) =>
        mode == NinaSlot.Mode.Tls && options.IsPlain?.Invoke(host.Length > 0 ? host : remote.ToIPAddress().ToString(), remote.Port) != true;

    private async ValueTask<NinaClient?> ConnectAsync(IPSocketAddress remote, string? tlsHost)
    {
        RadioResult result = radio.OpenSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp, out RadioSocket? socket);
        if (socket is null)
        {
            Refused($"{radio.Name} did not open a socket: {result.Errno}");
            return null;
        }

        using CancellationTokenSource end = new(options.ConnectTimeout, radio.TimeProvider);
        result = remote.Port == 0 || remote.IsAny ? Errno.ECONNREFUSED : socket.TryConnect(remote);
        try
        {
            while (result.Errno == Errno.EINPROGRESS)
            {
                await socket.WaitAsync(Readiness.Writable, end.Token).ConfigureAwait(false);
                result = socket.FinishConnect();
            }
        }
        catch (OperationCanceledException)
        {
            result = Errno.ETIMEDOUT;
        }

        if (result.Failed)
        {
            socket.Close();
            return null;
        }

        return tlsHost is null
            ? NinaClient.Over(socket, remote)
            : await NinaTlsClient.HandshakeAsync(socket, remote, tlsHost.Length > 0 ? tlsHost : remote.ToIPAddress().ToString(), options).ConfigureAwait(false);
    }

    private bool StartServer(NinaMessage message)
    {
        int at = message.Count >= 4 ? 1 : 0;
        if (Slot(message.Byte(at + 1)) is not { } slot || !IsInNetwork)
        {
            return false;
        }

        int port = message.BigEndian(at);
        switch ((NinaSlot.Mode)message.Byte(at + 2))
        {
            case NinaSlot.Mode.Tcp:
                slot.Server ??= Listen(port);
                slot.Type = slot.Server is null ? slot.Type : NinaSlot.Mode.Tcp;
                return slot.Server is not null;
            case NinaSlot.Mode.Udp or NinaSlot.Mode.Multicast:
                Refused(slot.Udp.Begin(radio, port));
                slot.Type = NinaSlot.Mode.Udp;
                return true;
            default:
                return false;
        }
    }

    private RadioSocket? Listen(int port)
    {
        RadioResult result = radio.OpenSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp, out RadioSocket? socket);
        if (socket is not null)
        {
            socket.SetOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, BitConverter.GetBytes(1));
            result = socket.Bind(new IPSocketAddress(IPAddress.Any, port));
            result = result.Failed ? result : socket.Listen(4);
        }

        if (!result.Failed)
        {
            return socket;
        }

        socket?.Close();
        Refused($"{radio.Name} did not listen on port {port}: {result.Errno}");
        return null;
    }

    private int AvailableOf(NinaSlot slot) => slot.Type switch
    {
        NinaSlot.Mode.Tcp when slot.Server is not null => Accept(slot),
        NinaSlot.Mode.Tcp or NinaSlot.Mode.Tls => slot.Client?.Available ?? 0,
        NinaSlot.Mode.Udp => slot.Udp.Available,
        _ => 0,
    };

    /// <summary>The number of the next client's socket, 255 for none. A client without a number is lost.</summary>
    private int Accept(NinaSlot server)
    {
        server.Server!.TryAccept(out RadioSocket? accepted, out IPSocketAddress remote);
        if (accepted is null)
        {
            return 255;
        }

        int number = Array.FindIndex(_slots, s => s != server && s.Type == NinaSlot.Mode.None);
        if (number < 0)
        {
            accepted.Close();
            return 255;
        }

        _slots[number].Take(NinaClient.Over(accepted, remote), NinaSlot.Mode.Tcp, connected: false);
        return number;
    }

    private static byte[] Read(NinaSlot slot, int count) => slot.Type switch
    {
        NinaSlot.Mode.Tcp or NinaSlot.Mode.Tls => slot.Client?.Read(count) ?? [],
        NinaSlot.Mode.Udp => slot.Udp.Read(count),
        _ => [],
    };

    private async ValueTask<int> SendAsync(NinaMessage message)
    {
        NinaClient? client;
        lock (_slotsLock)
        {
            client = Slot(message.Byte(0)) is { Type: NinaSlot.Mode.Tcp or NinaSlot.Mode.Tls } slot ? slot.Client : null;
        }

        return client is null ? 0 : await client.WriteAsync(message.Bytes(1).ToArray(), options.SendTimeout).ConfigureAwait(false);
    }

    private static void Stop(NinaSlot? slot)
    {
        if (slot is null)
        {
            return;
        }

        if (slot.Type == NinaSlot.Mode.Udp)
        {
            slot.Udp.Dispose();
        }
        else if (slot.Type != NinaSlot.Mode.None)
        {
            slot.StopClient();
        }

        slot.Type = NinaSlot.Mode.None;
        slot.WasConnected = false;
    }

    private static int StateOf(NinaSlot? slot)
    {
        if (slot is { Type: NinaSlot.Mode.Tcp or NinaSlot.Mode.Tls, Client.IsConnected: true })
        {
            return 4; // ESTABLISHED
        }

        if (slot is { WasConnected: true })
        {
            slot.Type = NinaSlot.Mode.None;
            slot.WasConnected = false;
        }

        return 0;
    }

    private static byte[] RemoteOf(byte command, NinaSlot? slot)
    {
        IPSocketAddress remote = slot?.Type == NinaSlot.Mode.Udp ? slot.Udp.Sender : slot?.Client?.Remote ?? default;
        byte[] address = new byte[4];
        remote.WriteAddress(address);
        return NinaReply.Of(command, [address, [(byte)(remote.Port >> 8), (byte)remote.Port]]);
    }
}
