using Microsoft.Extensions.DependencyInjection;
using SocketPools.Radios;

namespace SocketPools.Extensions.Tests;

public sealed class RegistrationTests
{
    [Fact]
    public async Task A_pool_is_found_by_its_radio_by_the_radios_name_and_the_first_without_a_key()
    {
        HostNetwork first = new() { MaxSockets = 3 };
        HostNetwork second = new();
        ServiceCollection services = new();
        services.AddSocketPool(first).AddSocketPool(second).AddSocketPool("air", _ => new HostNetwork { MaxSockets = 5 });
        await using ServiceProvider provider = services.BuildServiceProvider();
        SocketPool pool = provider.GetRequiredService<SocketPool>();
        Assert.Same(first, pool.Radio);
        Assert.Same(pool, provider.GetRequiredKeyedService<SocketPool>(first));
        Assert.Same(pool, provider.GetRequiredKeyedService<SocketPool>("host"));
        Assert.Same(second, provider.GetRequiredKeyedService<SocketPool>(second).Radio);
        SocketPool air = provider.GetRequiredKeyedService<SocketPool>("air");
        Assert.Equal(5, air.MaxSockets);
        Assert.Same(air, provider.GetRequiredKeyedService<SocketPool>("air"));
        Assert.Null(provider.GetKeyedService<SocketPool>("nothing"));
    }

    [Fact]
    public async Task Pools_of_the_container_are_disposed_with_it_and_their_radios_free_again()
    {
        HostNetwork radio = new();
        ServiceCollection services = new();
        services.AddSocketPool(radio).AddSocketPool("air", _ => new HostNetwork());
        SocketPool pool;
        SocketPool air;
        await using (ServiceProvider provider = services.BuildServiceProvider())
        {
            pool = provider.GetRequiredKeyedService<SocketPool>("host");
            air = provider.GetRequiredKeyedService<SocketPool>("air");
            PoolSocket socket = pool.CreateSocket();
            Assert.Equal(1, pool.OpenCount);
            GC.KeepAlive(socket);
        }

        Assert.Equal(0, pool.OpenCount);
        Assert.Throws<ObjectDisposedException>(() => pool.CreateSocket());
        Assert.Throws<ObjectDisposedException>(() => air.CreateSocket());
        new SocketPool(radio).Dispose();
    }

    [Fact]
    public async Task A_pool_that_exists_outlives_the_container()
    {
        using SocketPool pool = new(new HostNetwork());
        ServiceCollection services = new();
        services.AddSocketPool(pool);
        await using (ServiceProvider provider = services.BuildServiceProvider())
        {
            Assert.Same(pool, provider.GetRequiredService<SocketPool>());
            Assert.Same(pool, provider.GetRequiredKeyedService<SocketPool>(pool.Radio));
            Assert.Same(pool, provider.GetRequiredKeyedService<SocketPool>("host"));
        }

        pool.CreateSocket().Close();
    }

    [Fact]
    public async Task The_hosts_pool_has_a_radio_of_its_own_in_each_container()
    {
        ServiceCollection services = new();
        services.AddSocketPool(options => options.MaxSockets = 7);
        await using ServiceProvider one = services.BuildServiceProvider();
        await using ServiceProvider two = services.BuildServiceProvider();
        Assert.Equal(7, one.GetRequiredService<SocketPool>().MaxSockets);
        Assert.NotSame(one.GetRequiredService<SocketPool>(), two.GetRequiredService<SocketPool>());
        Assert.Same(one.GetRequiredService<SocketPool>(), one.GetRequiredKeyedService<SocketPool>("host"));
        Assert.IsType<HostNetwork>(one.GetRequiredService<SocketPool>().Radio);
    }

    [Fact]
    public async Task Options_add_up_under_the_radios_name()
    {
        Radio radio = new HostNetwork();
        ServiceCollection services = new();
        services.AddSocketPool(radio, options => options.TrackCallers = true).AddSocketPool(radio, options => options.MaxSockets = 9);
        services.Configure<SocketPoolOptions>("another", options => options.MaxSockets = 1);
        await using ServiceProvider provider = services.BuildServiceProvider();
        SocketPool pool = provider.GetRequiredKeyedService<SocketPool>(radio);
        Assert.True(pool.TrackCallers);
        Assert.Equal(9, pool.MaxSockets);
    }

    [Fact]
    public async Task A_budget_out_of_range_fails_and_leaves_the_radio_free()
    {
        HostNetwork radio = new();
        ServiceCollection services = new();
        services.AddSocketPool(radio, options => options.MaxSockets = 0);
        await using ServiceProvider provider = services.BuildServiceProvider();
        Assert.Throws<ArgumentOutOfRangeException>(() => provider.GetRequiredService<SocketPool>());
        new SocketPool(radio).Dispose();
    }

    [Fact]
    public async Task A_radio_that_has_a_pool_already_is_named_in_the_error()
    {
        HostNetwork radio = new();
        using SocketPool pool = new(radio);
        ServiceCollection services = new();
        services.AddSocketPool(radio);
        await using ServiceProvider provider = services.BuildServiceProvider();
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => provider.GetRequiredService<SocketPool>());
        Assert.Contains("Radio host has a pool already", error.Message, StringComparison.Ordinal);
    }
}
