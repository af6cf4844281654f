using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketPools.Radios;

namespace SocketPools.Testing;

public static partial class RadioContract
{
    private static readonly (SocketType Type, SocketOptionLevel Level, SocketOptionName Name, int Value)[] s_options =
    [
        (SocketType.Stream, SocketOptionLevel.Tcp, SocketOptionName.NoDelay, 1),
        (SocketType.Stream, SocketOptionLevel.Socket, SocketOptionName.KeepAlive, 1),
        (SocketType.Stream, SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, 1),
        (SocketType.Dgram, SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, 1),
        (SocketType.Dgram, SocketOptionLevel.Socket, SocketOptionName.Broadcast, 1),
        (SocketType.Stream, SocketOptionLevel.Socket, SocketOptionName.SendBuffer, 16384),
        (SocketType.Stream, SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer, 16384),
        (SocketType.Dgram, SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer, 16384),
    ];

    private static IEnumerable<ContractCase> OptionCases =>
    [
        .. s_options.Select(o => new ContractCase(
            $"The option {o.Name} of a {o.Type} socket keeps what was set, or is ENOPROTOOPT",
            run =>
            {
                RadioSocket socket = run.Open(run.Near, o.Type);
                RadioResult set = Set(socket, o.Level, o.Name, o.Value);
                if (set.Errno == Errno.ENOPROTOOPT)
                {
                    return;
                }

                run.Ok(set, $"SetOption({o.Name})");
                run.Counts(sizeof(int), Get(socket, o.Level, o.Name, out int value), $"GetOption({o.Name})");
                // A system may round buffers up, and flags may be any number but 0.
                run.IsTrue(value >= o.Value, $"at least {o.Value}", $"{value}");

                // What is always the same was not kept.
                bool isFlag = o.Value == 1;
                run.Ok(Set(socket, o.Level, o.Name, isFlag ? 0 : o.Value * 4), $"SetOption({o.Name}), again");
                run.Counts(sizeof(int), Get(socket, o.Level, o.Name, out int other), $"GetOption({o.Name}), again");
                run.IsTrue(isFlag ? other == 0 : other > value, isFlag ? "0 when it was taken back" : $"more than {value}", $"{other}");
            })),
        new("A flag that was set can be taken back", run =>
        {
            RadioSocket socket = run.Open(run.Near, SocketType.Stream);
            if (!Set(socket, SocketOptionLevel.Socket, SocketOptionName.KeepAlive, 1).Failed)
            {
                run.Ok(Set(socket, SocketOptionLevel.Socket, SocketOptionName.KeepAlive, 0), "SetOption(KeepAlive, 0)");
                run.Ok(Get(socket, SocketOptionLevel.Socket, SocketOptionName.KeepAlive, out int value), "GetOption(KeepAlive)");
                run.Same(0, value, "KeepAlive");
            }
        }),
        new("The option Type is the socket's type", run =>
        {
            foreach (SocketType type in s_bothTypes)
            {
                run.Counts(sizeof(int), Get(run.Open(run.Near, type), SocketOptionLevel.Socket, SocketOptionName.Type, out int value), "GetOption(Type)");
                run.Same((int)type, value, "Type");
            }
        }),
        new("The option Error is 0 without an error, and cannot be set", run =>
        {
            RadioSocket socket = run.Open(run.Near, SocketType.Stream);
            run.Counts(sizeof(int), Get(socket, SocketOptionLevel.Socket, SocketOptionName.Error, out int value), "GetOption(Error)");
            run.Same(0, value, "Error");
            run.Fails(Errno.ENOPROTOOPT, Set(socket, SocketOptionLevel.Socket, SocketOptionName.Error, 1), "SetOption(Error)");
        }),
        new("The option Error reports once why a connect failed, by the number of Errno", run =>
        {
            run.Bound(run.Far, run.Pair.FarAddress, SocketType.Stream, out IPSocketAddress deaf);
            RadioSocket client = run.Open(run.Near, SocketType.Stream);
            RadioResult started = client.TryConnect(deaf);
            if (started.Errno == Errno.ECONNREFUSED)
            {
                return; // so fast that the attempt itself has told it
            }

            run.Fails(Errno.EINPROGRESS, started, "TryConnect");
            run.Ready(client, Readiness.Writable);
            run.Ok(Get(client, SocketOptionLevel.Socket, SocketOptionName.Error, out int error), "GetOption(Error)");
            run.Same(Errno.ECONNREFUSED, (Errno)error, "Error");
            run.Ok(Get(client, SocketOptionLevel.Socket, SocketOptionName.Error, out error), "GetOption(Error)");
            run.Same(0, error, "Error, the second time");
        }),
        new("An unknown option is ENOPROTOOPT", run =>
        {
            RadioSocket socket = run.Open(run.Near, SocketType.Stream);
            const SocketOptionName unknown = (SocketOptionName)0x7F31;
            run.Fails(Errno.ENOPROTOOPT, Set(socket, SocketOptionLevel.Socket, unknown, 1), "SetOption(0x7F31)");
            run.Fails(Errno.ENOPROTOOPT, Get(socket, SocketOptionLevel.Socket, unknown, out _), "GetOption(0x7F31)");
        }),
        new("Options by the system's numbers work or are ENOPROTOOPT", run =>
        {
            RadioSocket socket = run.Open(run.Near, SocketType.Stream);
            byte[] value = new byte[sizeof(int)];
            run.Fails(Errno.ENOPROTOOPT, socket.SetRawOption(1, 0x7F31, value), "SetRawOption(1, 0x7F31)");
            run.Fails(Errno.ENOPROTOOPT, socket.GetRawOption(1, 0x7F31, value), "GetRawOption(1, 0x7F31)");
        }),
        new("A linger time and the times of keep-alive keep what was set, or are ENOPROTOOPT", run =>
        {
            RadioSocket socket = run.Open(run.Near, SocketType.Stream);
            (SocketOptionName Name, int Value)[] options =
            [
                (SocketOptionName.TcpKeepAliveTime, 61), (SocketOptionName.TcpKeepAliveInterval, 7), (SocketOptionName.TcpKeepAliveRetryCount, 5),
            ];
            foreach ((SocketOptionName name, int expected) in options)
            {
                RadioResult set = Set(socket, SocketOptionLevel.Tcp, name, expected);
                if (set.Errno != Errno.ENOPROTOOPT)
                {
                    run.Ok(set, $"SetOption({name})");
                    run.Counts(sizeof(int), Get(socket, SocketOptionLevel.Tcp, name, out int value), $"GetOption({name})");
                    run.Same(expected, value, $"{name}");
                }
            }

            int[] linger = [1, 3];
            RadioResult lingers = socket.SetOption(SocketOptionLevel.Socket, SocketOptionName.Linger, MemoryMarshal.AsBytes<int>(linger));
            if (lingers.Errno != Errno.ENOPROTOOPT)
            {
                run.Ok(lingers, "SetOption(Linger)");
                int[] read = new int[2];
                run.Counts(2 * sizeof(int), socket.GetOption(SocketOptionLevel.Socket, SocketOptionName.Linger, MemoryMarshal.AsBytes(read.AsSpan())), "GetOption(Linger)");
                run.IsTrue(read[0] != 0 && read[1] == 3, "3 s", $"{read[1]} s, {(read[0] != 0 ? "on" : "off")}");
            }
        }),
        new("A port is used exclusively by default, or the option is ENOPROTOOPT", run =>
        {
            foreach (SocketType type in s_bothTypes)
            {
                RadioSocket socket = run.Open(run.Near, type);
                RadioResult result = Get(socket, SocketOptionLevel.Socket, SocketOptionName.ExclusiveAddressUse, out int value);
                if (result.Errno != Errno.ENOPROTOOPT)
                {
                    run.Ok(result, "GetOption(ExclusiveAddressUse)");
                    run.IsTrue(value != 0, "a flag", $"{value}");
                    run.Ok(Set(socket, SocketOptionLevel.Socket, SocketOptionName.ExclusiveAddressUse, 1), "SetOption(ExclusiveAddressUse, 1)");
                }
            }
        }),
        new("Telling a socket that it shall not block succeeds", run =>
        {
            RadioSocket socket = run.Open(run.Near, SocketType.Stream);
            run.Ok(socket.SetNonBlocking(true), "SetNonBlocking(true)");
            run.Ok(socket.SetNonBlocking(false), "SetNonBlocking(false)");
        }),
        new("A descriptor that was detached belongs to the caller, and the socket is closed", run =>
        {
            RadioSocket socket = run.Open(run.Near, SocketType.Dgram);
            RadioResult result = socket.Detach(out nint descriptor);
            if (result.Errno == Errno.EOPNOTSUPP)
            {
                run.Same(-1, descriptor, "the descriptor");
                run.Same(-1, socket.Descriptor, "Descriptor");
                return;
            }

            run.Ok(result, "Detach");
            using (new Socket(new SafeSocketHandle(descriptor, ownsHandle: true)))
            {
                run.IsTrue(descriptor >= 0, "a descriptor", $"{descriptor}");
                run.Fails(Errno.EBADF, socket.GetLocalAddress(out _), "GetLocalAddress after Detach");
                socket.Close();
            }
        }),
    ];

    private static RadioResult Set(RadioSocket socket, SocketOptionLevel level, SocketOptionName name, int value) =>
        socket.SetOption(level, name, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in value)));

    private static RadioResult Get(RadioSocket socket, SocketOptionLevel level, SocketOptionName name, out int value)
    {
        value = 0;
        return socket.GetOption(level, name, MemoryMarshal.AsBytes(new Span<int>(ref value)));
    }
}
