using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketPools.Radios;

namespace SocketPools.Tests.Differential;

/// <summary>The verbs of a socket: one method of <see cref="PoolSocket"/> each.</summary>
internal sealed partial class CaseRunner
{
    private const byte Clean = 0xEE; // what a buffer holds before a receive; bytes past the count must stay

    private string On(string name, PoolSocket s, string verb, string[] targets, string[] args)
    {
        switch (verb)
        {
            case "bind" or "connect" or "sendto":
                return Address(name, s, verb, args);
            case "listen" when args.Length == 0:
                s.Listen();
                return "ok";
            case "listen":
                s.Listen(CaseWords.Int(args[0]));
                return "ok";
            case "accept":
                PoolSocket accepted = _calls.Accept(s, out IPSocketAddress peer);
                Keep(targets.Length > 0 ? targets : ["_"], accepted);
                return $"ok from {Show(peer)}";
            case "send":
                return $"ok {_calls.Send(s, CaseWords.Bytes(args[0]))}";
            case "send_some":
                byte[] data = CaseWords.Bytes(args[0]);
                int count = _calls.Send(s, data);
                return count == data.Length ? "all" : count > 0 ? "some" : "none";
            case "sendall":
                _calls.SendAll(s, CaseWords.Bytes(args[0]));
                return "ok";
            case "recv_into" or "recvfrom_into":
                return Receive(s, verb, args);
            case "drain":
                return Drain(s, CaseWords.Int(args[0]));
            case "drip":
                return Drip(s, _blocked[args[0]], CaseWords.Int(args[1]));
            case "fill":
                return Fill(s);
            case "shutdown":
                s.Shutdown(args[0] switch { "r" => SocketShutdown.Receive, "w" => SocketShutdown.Send, _ => SocketShutdown.Both });
                return "ok";
            case "close":
                s.Close();
                return "ok";
            case "reset":
                s.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Linger, Convert.FromHexString("0100000000000000"));
                s.Close();
                return "ok";
            case "detach":
                SafeSocketHandle handle = s.Detach();
                nint descriptor = handle.DangerousGetHandle();
                handle.SetHandleAsInvalid();
                return close((int)descriptor) == 0 ? "ok" : "ok -1";
            default:
                return Ask(name, s, verb, args);
        }
    }

    /// <summary>What asks or sets the state and moves no data.</summary>
    private string Ask(string name, PoolSocket s, string verb, string[] args)
    {
        switch (verb)
        {
            case "settimeout":
                s.SetTimeout(args[0] == "None" ? null : CaseWords.Seconds(args[0]));
                return "ok";
            case "gettimeout":
                return Seconds(s.Timeout);
            case "setblocking":
                s.SetBlocking(args[0] == "True");
                return "ok";
            case "getblocking":
                return $"{s.Blocking}";
            case "setsockopt":
                return SetOption(s, args);
            case "getsockopt":
                return GetOption(s, args);
            case "getsockname":
                Note(name, s);
                return Show(s.LocalEndPoint);
            case "getpeername":
                return Show(s.RemoteEndPoint);
            case "poll":
                Readiness ready = s.Poll(CaseWords.Interest(args[0]), ToTimeout(args[1]));
                return ready == Readiness.None ? "nothing" : CaseWords.Show(ready);
            case "join" when s.Family == AddressFamily.InterNetwork:
                s.JoinMulticastGroup(IPAddress.Parse(args[0]), IPAddress.Parse(args[1]));
                return "ok";
            case "join":
                s.JoinMulticastGroup(IPAddress.Parse(args[0]), null, CaseWords.Int(args[1]));
                return "ok";
            case "leave" when s.Family == AddressFamily.InterNetwork:
                s.LeaveMulticastGroup(IPAddress.Parse(args[0]), IPAddress.Parse(args[1]));
                return "ok";
            case "leave":
                s.LeaveMulticastGroup(IPAddress.Parse(args[0]), null, CaseWords.Int(args[1]));
                return "ok";
            case "kind":
                return $"family {(s.Family == AddressFamily.InterNetwork ? 2 : 10)} type {(int)s.Type} proto {(int)s.Protocol}";
            case "same":
                return IsSame(s) ? "yes" : "no";
            default:
                throw new InvalidDataException($"Unknown verb {verb}");
        }
    }

    private string Address(string name, PoolSocket s, string verb, string[] args)
    {
        byte[] data = verb == "sendto" ? CaseWords.Bytes(args[0]) : [];
        args = verb == "sendto" ? args[1..] : args;
        string host = CaseWords.Text(args[0]);
        int port = Port(args[1]);
        try
        {
            if (args.Length > 2)
            {
                uint scope = args.Length > 3 ? uint.Parse(args[3]) : 0;
                IPSocketAddress address = new(IPAddress.Parse(host).GetAddressBytes(), port, uint.Parse(args[2]), scope);
                switch (verb)
                {
                    case "bind":
                        s.Bind(address);
                        return "ok";
                    case "connect":
                        _calls.Connect(s, address);
                        return "ok";
                    default:
                        return $"ok {_calls.SendTo(s, data, address)}";
                }
            }

            switch (verb)
            {
                case "bind":
                    s.Bind(host, port);
                    return "ok";
                case "connect":
                    _calls.Connect(s, host, port);
                    return "ok";
                default:
                    return $"ok {_calls.SendTo(s, data, host, port)}";
            }
        }
        finally
        {
            Note(name, s);
        }
    }

    private string Receive(PoolSocket s, string verb, string[] args)
    {
        byte[] buffer = new byte[CaseWords.Int(args[0])];
        Array.Fill(buffer, Clean);
        IPSocketAddress remote = default;
        int? size = args.Length > 1 ? CaseWords.Int(args[1]) : null;
        int count = verb == "recv_into" ? _calls.Receive(s, buffer, size) : _calls.ReceiveFrom(s, buffer, size, out remote);
        string dirty = buffer.AsSpan(count).ContainsAnyExcept(Clean) ? " and touched the rest" : "";
        string from = verb == "recv_into" ? "" : $" from {Show(remote)}";
        return $"ok {count} {CaseWords.Show(buffer.AsSpan(0, count))}{dirty}{from}";
    }

    private string Drain(PoolSocket s, int left)
    {
        byte[] buffer = new byte[65536];
        while (left > 0)
        {
            int count = _calls.Receive(s, buffer.AsMemory(0, Math.Min(left, buffer.Length)));
            if (count == 0)
            {
                return $"ended {left} bytes early";
            }

            left -= count;
        }

        return "ok";
    }

    private string Fill(PoolSocket s)
    {
        TimeSpan? timeout = s.Timeout;
        s.SetTimeout(0);
        s.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.SendBuffer, 30000);
        for (int quiet = 0; quiet < 2;)
        {
            quiet = Stuff(s) > 0 ? 0 : quiet + 1;
            s.Poll(Readiness.None, TimeSpan.FromMilliseconds(100)); // a late ACK may make room again, which poll does not tell
        }

        s.Timeout = timeout;
        return "ok";
    }

    private int Stuff(PoolSocket s)
    {
        int sent = 0;
        try
        {
            while (true)
            {
                sent += _calls.Send(s, new byte[8192]);
            }
        }
        catch (PoolSocketException e) when (e.Errno == Errno.EAGAIN)
        {
            return sent;
        }
    }

    private static string SetOption(PoolSocket s, string[] args)
    {
        bool isNumber = int.TryParse(args[2], out int number);
        if (!CaseWords.TryOption(args[0], args[1], out (SocketOptionLevel Level, SocketOptionName Name) option))
        {
            byte[] raw = isNumber ? BitConverter.GetBytes(number) : CaseWords.Bytes(args[2]);
            s.SetRawSocketOption(CaseWords.Level(args[0]), CaseWords.Int(args[1]), raw);
        }
        else if (isNumber)
        {
            s.SetSocketOption(option.Level, option.Name, number);
        }
        else
        {
            s.SetSocketOption(option.Level, option.Name, CaseWords.Bytes(args[2]));
        }

        return "ok";
    }

    private static string GetOption(PoolSocket s, string[] args)
    {
        byte[] value = new byte[args.Length > 2 ? CaseWords.Int(args[2]) : 4];
        if (!CaseWords.TryOption(args[0], args[1], out (SocketOptionLevel Level, SocketOptionName Name) option))
        {
            int raw = s.GetRawSocketOption(CaseWords.Level(args[0]), CaseWords.Int(args[1]), value);
            return args.Length > 2 ? $"ok hex:{Convert.ToHexStringLower(value.AsSpan(0, raw))}" : $"ok {BitConverter.ToInt32(value)}";
        }

        if (args.Length == 2)
        {
            return $"ok {s.GetSocketOption(option.Level, option.Name)}";
        }

        int length = s.GetSocketOption(option.Level, option.Name, value);
        return $"ok hex:{Convert.ToHexStringLower(value.AsSpan(0, length))}";
    }

    private bool IsSame(PoolSocket s)
    {
        int before = s.GetHashCode();
        s.Close();
        using PoolSocket other = _pool.CreateSocket();
        return s.Equals(s) && !s.Equals(other) && s.GetHashCode() == before && new HashSet<PoolSocket> { s }.Contains(s);
    }

    [LibraryImport("libc")]
    private static partial int close(int descriptor);
}
