using System.Net.NetworkInformation;
using Microsoft.Extensions.DependencyInjection;

namespace SocketPools.Extensions.Tests;

/// <summary>The code of docs/dotnet.md about containers is the code between the marks here, which runs.</summary>
public sealed class DotnetPageTests
{
    [Fact]
    public async Task The_code_about_containers_is_what_runs_here()
    {
        PageCode.AssertRunsHere("docs/dotnet.md", ["## Dependency injection and observability"]);
        ServiceCollection services = new();
        string lab = NetworkInterface.GetAllNetworkInterfaces().First(i => i.NetworkInterfaceType == NetworkInterfaceType.Loopback).Name;

        // {
        services.AddSocketPool(HostNetwork.Default, options => options.MaxSockets = 64);
        services.AddSocketPool(new HostNetwork(lab));
        services.AddHttpClient("device").UseSocketPool($"host/{lab}");
        // }
        await using ServiceProvider provider = services.BuildServiceProvider();
        SocketPool pool = provider.GetRequiredService<SocketPool>();
        Assert.Same(HostNetwork.Default, pool.Radio);
        Assert.Equal(64, pool.MaxSockets);
        using HttpClient client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("device");
        Assert.Equal(lab, ((HostNetwork)provider.GetRequiredKeyedService<SocketPool>($"host/{lab}").Radio).Interface);
    }
}
