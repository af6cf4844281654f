using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Tests.Differential;

/// <summary>Runs the steps of one case on our sockets; interpreter.py is the Python twin.</summary>
internal sealed partial class CaseRunner : IDisposable
{
    private readonly HostNetwork _radio = new() { Interrupted = BlockedCall.OnInterrupted };
    private readonly SocketPool _pool;
    private readonly SocketCalls _calls;
    private readonly Dictionary<string, PoolSocket> _sockets = [];
    private readonly Dictionary<string, BlockedCall> _blocked = [];
    private readonly Dictionary<string, int> _values = [];
    private readonly SortedDictionary<string, int> _ports = new(StringComparer.Ordinal);
    private TimeSpan _took;

    internal CaseRunner(SocketCalls calls)
    {
        _pool = new SocketPool(_radio);
        _calls = calls;
    }

    internal string Run(string text)
    {
        string[] words = Split(text);
        int equals = Array.IndexOf(words, "=");
        string[] targets = equals < 0 ? [] : words[..equals];
        words = words[(equals + 1)..];
        long start = Stopwatch.GetTimestamp();
        string answer = Answer(targets, words);
        if (words[0] is not ("took" or "quick"))
        {
            _took = Stopwatch.GetElapsedTime(start);
        }

        return answer;
    }

    public void Dispose() => _pool.Dispose();

    private string Answer(string[] targets, string[] words)
    {
        try
        {
            string[] verb = words[0].Split('.');
            return verb.Length == 1 ? Do(verb[0], targets, words[1..]) : On(verb[0], _sockets[verb[0]], verb[1], targets, words[1..]);
        }
        catch (Exception e) when (CaseWords.Show(e) is not null)
        {
            return CaseWords.Show(e)!;
        }
    }

    private string Do(string verb, string[] targets, string[] args) => verb switch
    {
        "socket" => Keep(targets, MakeSocket(args)),
        "pair" => MakePair(targets, args),
        "listener" => Keep(targets, MakeListener(args[0], args.Length > 1 ? CaseWords.Int(args[1]) : 16)),
        "full_listener" => MakeFullListener(targets, args[0]),
        "closed_port" => MakeClosedPort(targets[0], args),
        "wait" => Wait(args),
        "start" => Start(targets[0], args),
        "blocked" => _blocked[args[0]].WaitUntilBlocked() ? "blocked" : "ended",
        "signal" => Signal(_blocked[args[0]], args.Length > 1 ? CaseWords.Int(args[1]) : 1),
        "signal_until_end" => SignalUntilEnd(_blocked[args[0]]),
        "join" => Join(_blocked[args[0]], args.Length > 1 ? CaseWords.Seconds(args[1]) : 5),
        "raise_during" => RaiseDuring(args),
        "took" => Took(args),
        "quick" => (args.Length > 0 ? _blocked[args[0]].Took : _took).TotalSeconds < 4 ? "yes" : "no",
        _ => throw new InvalidDataException($"Unknown verb {verb}"),
    };

    // making sockets

    private PoolSocket MakeSocket(string[] args) => _pool.CreateSocket(
        (AddressFamily)CaseWords.Number(args[0]),
        (SocketType)CaseWords.Number(args[1]),
        args.Length > 2 ? (ProtocolType)CaseWords.Number(args[2]) : ProtocolType.Unspecified);

    private PoolSocket MakeBound(string family, string type)
    {
        PoolSocket socket = MakeSocket([family, type]);
        socket.Bind(Loopback(family), 0);
        return socket;
    }

    private PoolSocket MakeListener(string family, int backlog)
    {
        PoolSocket socket = MakeBound(family, "stream");
        socket.Listen(backlog);
        return socket;
    }

    private string MakePair(string[] targets, string[] args)
    {
        PoolSocket a;
        PoolSocket b;
        if (args[1] == "stream")
        {
            using PoolSocket listener = MakeListener(args[0], 16);
            a = MakeSocket(args);
            _calls.Connect(a, listener.LocalEndPoint);
            b = _calls.Accept(listener, out _);
        }
        else
        {
            (a, b) = (MakeBound(args[0], args[1]), MakeBound(args[0], args[1]));
            _calls.Connect(a, b.LocalEndPoint);
            _calls.Connect(b, a.LocalEndPoint);
        }

        return Keep(targets, a, b);
    }

    private string MakeFullListener(string[] targets, string family)
    {
        PoolSocket listener = MakeListener(family, 0);
        PoolSocket client = MakeSocket([family, "stream"]);
        _calls.Connect(client, listener.LocalEndPoint);
        return Keep(targets, listener, client);
    }

    private string MakeClosedPort(string target, string[] args)
    {
        PoolSocket socket = MakeBound(args[0], args[1]);
        _values[target] = socket.LocalEndPoint.Port;
        if (args[1] != "stream")
        {
            socket.Close();
        }

        return "ok";
    }

    private string Keep(string[] targets, params ReadOnlySpan<PoolSocket> sockets)
    {
        for (int i = 0; i < Math.Min(targets.Length, sockets.Length); i++)
        {
            _sockets[targets[i]] = sockets[i];
            Note(targets[i], sockets[i]);
        }

        return "ok";
    }

    // values

    private static string Loopback(string family) => family == "inet" ? "127.0.0.1" : "::1";

    private int Port(string word) =>
        word[0] != '$' ? CaseWords.Int(word) : _values.TryGetValue(word[1..], out int value) ? value : _ports[word[1..]];

    private void Note(string name, PoolSocket socket)
    {
        try
        {
            int port = socket.LocalEndPoint.Port;
            if (!_ports.TryGetValue(name, out int known) || known == 0)
            {
                _ports[name] = port;
            }
        }
        catch (PoolSocketException)
        {
            // closed meanwhile: it has no port any more
        }
    }

    private string Show(IPSocketAddress address)
    {
        if (!address.HasValue)
        {
            return "nobody";
        }

        string? name = _ports.FirstOrDefault(p => p.Value == address.Port).Key;
        string port = address.Port == 0 ? "0" : name is null ? "port" : $"${name}";
        string host = CaseWords.Show(address.ToIPAddress());
        return address.Family == AddressFamily.InterNetwork ? $"{host} {port}" : $"{host} {port} {address.FlowInfo} {address.ScopeId}";
    }

    private static string[] Split(string text)
    {
        List<string> words = [];
        bool quoted = false;
        string word = "";
        foreach (char c in text + " ")
        {
            quoted ^= c == '"';
            if (c != ' ' || quoted)
            {
                word += c;
            }
            else if (word.Length > 0)
            {
                words.Add(word);
                word = "";
            }
        }

        return [.. words];
    }

    private static string Seconds(TimeSpan? timeout) =>
        timeout is { } t ? t.TotalSeconds.ToString("G3", CultureInfo.InvariantCulture) : "None";

    private static TimeSpan? ToTimeout(string word) => word == "None" ? null : TimeSpan.FromSeconds(CaseWords.Seconds(word));
}
