using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SocketPools.Boards;
using SocketPools.Radios;

namespace SocketPools.Benchmarks.Boards;

/// <summary>
/// What a profile costs: <c>dotnet run -c Release --project benchmarks/SocketPools.Benchmarks.Boards [ROUNDS]</c>. A blocking echo of 64 bytes on the
/// host's loopback, through the host radio and through a BoardRadio of each profile, in turns in one process.
/// </summary>
internal static class Program
{
    private const int CallsPerRound = 4000;

    private static int Main(string[] arguments)
    {
        int rounds = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 60;
        (string Name, Func<Radio> Make)[] radios =
        [
            ("host radio", () => new HostNetwork()),
            ("BoardRadio desk", () => new BoardRadio(new HostNetwork(), BoardProfiles.Desk)),
            ("BoardRadio picow", () => new BoardRadio(new HostNetwork(), BoardProfiles.PicoW) { ReachesThisMachine = true }),
            ("BoardRadio esp32", () => new BoardRadio(new HostNetwork(), BoardProfiles.Esp32) { ReachesThisMachine = true }),
        ];
        using Echo echo = new();
        Contender[] contenders = [.. radios.Select(radio => new Contender(radio.Name, radio.Make(), echo.EndPoint))];
        for (int round = 0; round < rounds + 2; round++)
        {
            foreach (Contender contender in contenders)
            {
                // Two rounds to warm up; each calls less where it is slower.
                contender.Run(CallsPerRound, isCounted: round >= 2);
            }
        }

        double first = contenders[0].Median;
        Console.WriteLine("| 64-byte echo over | microseconds | ratio |\n|---|---|---|");
        foreach (Contender contender in contenders)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {contender.Name} | {contender.Median:0.00} | {contender.Median / first:0.00} |"));
            contender.Dispose();
        }

        return 0;
    }

    private sealed class Contender : IDisposable
    {
        private readonly SocketPool _pool;
        private readonly PoolSocket _socket;
        private readonly byte[] _buffer = new byte[64];
        private readonly List<double> _rounds = [];

        internal Contender(string name, Radio radio, IPEndPoint echo)
        {
            Name = name;
            _pool = SocketPool.For(radio);
            _socket = _pool.CreateSocket();
            _socket.SetTimeout(10);
            _socket.Connect(echo);
        }

        internal string Name { get; }

        internal double Median => _rounds.Order().ElementAt(_rounds.Count / 2);

        public void Dispose()
        {
            _socket.Dispose();
            _pool.Dispose();
        }

        internal void Run(int calls, bool isCounted)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < calls; i++)
            {
                _socket.Send(_buffer);
                _ = _socket.ReceiveInto(_buffer);
            }

            if (isCounted)
            {
                _rounds.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds / calls);
            }
        }
    }

    private sealed class Echo : IDisposable
    {
        private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        internal Echo()
        {
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _listener.Listen();
            new Thread(Accept) { IsBackground = true }.Start();
        }

        internal IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

        public void Dispose() => _listener.Dispose();

        private void Accept()
        {
            try
            {
                while (true)
                {
                    Socket client = _listener.Accept();
                    client.NoDelay = true;
                    new Thread(() => Serve(client)) { IsBackground = true }.Start();
                }
            }
            catch (SocketException)
            {
                // Disposed.
            }
        }

        private static void Serve(Socket client)
        {
            byte[] buffer = new byte[64];
            int count;
            while ((count = client.Receive(buffer)) > 0)
            {
                client.Send(buffer, count, SocketFlags.None);
            }
        }
    }
}
