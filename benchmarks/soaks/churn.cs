#:project ../../src/SocketPools/SocketPools.csproj

// Makes and closes sockets on several threads, and shows what the process holds meanwhile: memory and descriptors have to stay flat.
//
//   dotnet run -c Release benchmarks/soaks/churn.cs -- 10000000 4 1      so many sockets, on so many threads, from this seed
//
// One socket in a thousand is not closed but left to the garbage collector; one in a hundred is bound, one in a hundred listens and
// accepts a connection.

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using SocketPools;
using SocketPools.Radios;

long total = args.Length > 0 ? long.Parse(args[0], CultureInfo.InvariantCulture) : 1_000_000;
int threads = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 4;
int seed = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 1;
using SocketPool pool = new(new HostNetwork { MaxSockets = 4096 });
long made = 0;
Stopwatch watch = Stopwatch.StartNew();
Show("start");
Thread[] workers = [.. Enumerable.Range(0, threads).Select(i => new Thread(() => Work(new Random((seed * 1000) + i))))];
Array.ForEach(workers, worker => worker.Start());
long shown = 0;
while (!Array.TrueForAll(workers, worker => worker.Join(1000)))
{
    if (Interlocked.Read(ref made) >= shown + 1_000_000)
    {
        shown = Interlocked.Read(ref made);
        Show("run");
    }
}

GC.Collect();
GC.WaitForPendingFinalizers();
Show("end");
Console.WriteLine($"seed {seed}: {pool.TotalOpened} opened, {pool.OpenCount} open, {pool.LeakedCount} collected, {pool.ExhaustedCount} refused");
return pool.OpenCount == 0 ? 0 : 1;

void Work(Random random)
{
    while (Interlocked.Increment(ref made) <= total)
    {
        try
        {
            One(random);
        }
        catch (OutOfSocketsException)
        {
            // Those that were left are still to be collected.
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}

[MethodImpl(MethodImplOptions.NoInlining)]
void One(Random random)
{
    AddressFamily family = random.Next(2) == 0 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
    PoolSocket socket = pool.CreateSocket(family, random.Next(2) == 0 ? SocketType.Stream : SocketType.Dgram);
    int what = random.Next(1000);
    if (what == 0)
    {
        return;
    }

    if (what < 20)
    {
        socket.Bind(new IPSocketAddress(family == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback, 0));
    }

    if (what < 10 && socket.Type == SocketType.Stream)
    {
        socket.Listen();
        using PoolSocket client = pool.CreateSocket(family);
        client.Connect(socket.LocalEndPoint);
        socket.Accept().Close();
    }

    socket.Close();
}

void Show(string what)
{
    using Process self = Process.GetCurrentProcess();
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{what,-5} {watch.Elapsed.TotalSeconds,7:0.0} s {Interlocked.Read(ref made),12:N0} made {self.WorkingSet64 >> 20,5} MiB resident {GC.GetTotalMemory(false) >> 10,7} KiB heap {Directory.GetFiles("/proc/self/fd").Length,5} descriptors {self.Threads.Count,3} threads"));
}
