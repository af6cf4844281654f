using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using SocketPools.Host.Backends;
using SocketPools.Radios;

namespace SocketPools.Tests.Host;

/// <summary>A name server that does not answer, and programs that give up.</summary>
public sealed class SharedLookupTests : IDisposable
{
    private readonly ManualResetEventSlim _mayAnswer = new();
    private readonly ConcurrentQueue<AddressQuery> _asked = new();
    private readonly FakeBackend _backend;
    private readonly HostNetwork _radio;
    private readonly SocketPool _pool;
    private int _mostThreads;
    private int _threads;

    public SharedLookupTests()
    {
        _backend = new FakeBackend(Answer);
        _radio = new HostNetwork(null, _backend) { MaxSockets = 2000 };
        _pool = new SocketPool(_radio);
    }

    public void Dispose()
    {
        _pool.Dispose();
        _mayAnswer.Set();
        SpinWait.SpinUntil(() => Volatile.Read(ref _threads) == 0);
        _mayAnswer.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_thousand_connects_that_give_up_on_as_many_names_hold_no_more_threads_than_the_limit(bool isAsync)
    {
        PoolSocketException[] errors = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => GiveUpAsync($"silent{i}.test", isAsync)));
        Assert.All(errors, e => Assert.Equal(Errno.ETIMEDOUT, e.Errno));
        SpinWait.SpinUntil(() => _asked.Count >= HostNetwork.MaxConcurrentLookups && Volatile.Read(ref _mostThreads) >= HostNetwork.MaxConcurrentLookups);
        Assert.Equal(HostNetwork.MaxConcurrentLookups, _mostThreads);
        Assert.Equal(HostNetwork.MaxConcurrentLookups, _backend.Lookups.ThreadCount);
        Assert.Equal(0, _backend.Lookups.QueueLength);
        Assert.Equal(HostNetwork.MaxConcurrentLookups, _asked.Count);
        int refused = errors.Count(e => e.Message.Contains("MaxConcurrentLookups", StringComparison.Ordinal) && e.Message.Contains("64 lookups", StringComparison.Ordinal));
        Assert.Equal(1000 - HostNetwork.MaxConcurrentLookups, refused);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_thousand_connects_to_one_name_share_one_lookup(bool isAsync)
    {
        PoolSocketException[] errors = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => GiveUpAsync(i % 2 == 0 ? "silent.test" : "Silent.TEST", isAsync)));
        Assert.All(errors, e => Assert.Contains("did not end in time", e.Message, StringComparison.Ordinal));
        SpinWait.SpinUntil(() => Volatile.Read(ref _mostThreads) > 0);
        Assert.Single(_asked);
        Assert.Equal(1, _mostThreads);
    }

    [Fact]
    public async Task A_late_answer_goes_to_whoever_still_waits_with_the_port_that_each_asked_for()
    {
        await GiveUpAsync("late.test", isAsync: false);
        Task<IReadOnlyList<AddressInfo>> first = Task.Run(() => _pool.GetAddressInfo("late.test", 80, AddressFamily.InterNetwork, SocketType.Dgram));
        Task<IReadOnlyList<AddressInfo>> second = _pool.GetAddressInfoAsync("late.test", "443", AddressFamily.InterNetwork, SocketType.Dgram).AsTask();
        using PoolSocket socket = _pool.CreateSocket(type: SocketType.Dgram);
        Task third = socket.ConnectAsync("late.test", 53).AsTask();
        await GiveUpAsync("late.test", isAsync: true);
        _mayAnswer.Set();
        Assert.Equal(80, (await first)[0].Address.Port);
        Assert.Equal(443, (await second)[0].Address.Port);
        await third;
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 53), socket.RemoteEndPoint);

        // Connect asks without a port and getaddrinfo with one: they share nothing else than the name, and each is asked once.
        Assert.Equal(2, _asked.Count);
        Assert.Equal(2, _asked.Distinct().Count());
    }

    [Fact]
    public async Task A_lookup_that_waits_for_its_turn_is_answered_when_another_ends()
    {
        Task[] first = [.. Enumerable.Range(0, HostNetwork.MaxConcurrentLookups).Select(i => (Task)_pool.GetAddressInfoAsync($"slow{i}.test", 1).AsTask())];
        Task<IReadOnlyList<AddressInfo>> last = _pool.GetAddressInfoAsync("last.test", 1).AsTask();
        SpinWait.SpinUntil(() => _asked.Count == HostNetwork.MaxConcurrentLookups);
        Assert.Equal(1, _backend.Lookups.QueueLength);
        Assert.False(last.IsCompleted);
        _mayAnswer.Set();
        Assert.Single(await last);
        await Task.WhenAll(first);
        SpinWait.SpinUntil(() => _backend.Lookups.ThreadCount == 0);
    }

    [Fact]
    public async Task A_caller_without_a_limit_looks_up_on_its_own_thread_when_the_limit_of_lookups_is_reached()
    {
        await Task.WhenAll(Enumerable.Range(0, HostNetwork.MaxConcurrentLookups).Select(i => GiveUpAsync($"silent{i}.test", isAsync: true)));
        Task<IReadOnlyList<AddressInfo>> own = Task.Factory.StartNew(() => _pool.GetAddressInfo("own.test", 7), TaskCreationOptions.LongRunning);
        SpinWait.SpinUntil(() => _asked.Any(q => q.Host == "own.test"));
        Task<IReadOnlyList<AddressInfo>> shared = _pool.GetAddressInfoAsync("own.test", 8).AsTask();
        _mayAnswer.Set();
        Assert.Equal(7, (await own)[0].Address.Port);
        Assert.Equal(8, (await shared)[0].Address.Port);
        Assert.Single(_asked, q => q.Host == "own.test");
    }

    [Fact]
    public async Task A_resolver_that_throws_ends_the_lookups_that_wait_and_not_the_process()
    {
        _backend.Resolver = _ => throw new DllNotFoundException("no resolver");
        await Assert.ThrowsAsync<DllNotFoundException>(() => _pool.GetAddressInfoAsync("broken.test", 1).AsTask());
        Assert.Throws<DllNotFoundException>(() => _pool.GetAddressInfo("broken.test", 1));
    }

    [Fact]
    public async Task After_a_fork_the_childs_lookups_begin_anew()
    {
        HostLookups lookups = new(query => Answer(query), 1);
        SharedLookup parents = lookups.Join(new AddressQuery("one.test"));
        lookups.ForgetThreads();
        SharedLookup childs = lookups.Join(new AddressQuery("one.test"));
        Assert.NotSame(parents, childs);
        SpinWait.SpinUntil(() => _asked.Count == 2);
        _mayAnswer.Set();
        Assert.Single((await childs.Answer).Rows);
    }

    private AddressLookup Answer(AddressQuery query)
    {
        if (query.Flags.HasFlag(AddressInfoFlags.NumericHost))
        {
            return new AddressLookup(AddressInfoError.NoName);
        }

        _asked.Enqueue(query);
        int now = Interlocked.Increment(ref _threads);
        int most;
        while ((most = Volatile.Read(ref _mostThreads)) < now && Interlocked.CompareExchange(ref _mostThreads, now, most) != most)
        {
        }

        _mayAnswer.Wait();
        Interlocked.Decrement(ref _threads);
        return new AddressLookup([new AddressInfo(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp, "", new IPEndPoint(IPAddress.Loopback, 0))]);
    }

    /// <summary>Connects until the time is up. The name is asked before: what is tested is not how fast threads start.</summary>
    private async Task<PoolSocketException> GiveUpAsync(string host, bool isAsync)
    {
        using PoolSocket socket = _pool.CreateSocket();
        socket.SetTimeout(0.2);
        return isAsync
            ? await Assert.ThrowsAsync<PoolSocketException>(() => socket.ConnectAsync(host, 9).AsTask())
            : await Task.Factory.StartNew(() => Assert.Throws<PoolSocketException>(() => socket.Connect(host, 9)), TaskCreationOptions.LongRunning);
    }
}
