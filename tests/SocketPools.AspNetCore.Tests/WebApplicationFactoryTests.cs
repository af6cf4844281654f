using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using SocketPools.Stack;
using SocketPools.Stack.Links;
using SocketPools.Streams;

namespace SocketPools.AspNetCore.Tests;

/// <summary>An application under test on a stack: the code of docs/dotnet.md and of the README is the code between the marks here, which runs.</summary>
public sealed partial class WebApplicationFactoryTests
{
    [Fact]
    public void The_pages_have_the_code_that_runs_here_in_ten_lines()
    {
        PageCode.AssertRunsHere("docs/dotnet.md", ["## Web applications under test"]);
        string shown = Code().Match(Repository.Read("docs/dotnet.md")).Value;
        Assert.Contains(shown, Repository.Read("README.md"), StringComparison.Ordinal);
        Assert.InRange(shown.Split('\n').Length - 2, 5, 10);
    }

    [Fact(Timeout = 240_000)]
    public async Task An_application_under_test_is_asked_over_a_link_that_loses_frames()
    {
        // {
        LinkPair cable = LinkPair.Create(new LinkPairOptions { Offloads = LinkOffloads.None });
        using StackRadio near = new(), far = new();
        near.AddInterface(new FaultyLink(cable.A, new FaultyLinkOptions { Seed = 17, Outbound = new LinkFaults { Loss = 0.02 } }))
            .AddAddress(IPAddress.Parse("192.0.2.1"), 24);
        far.AddInterface(cable.B).AddAddress(IPAddress.Parse("192.0.2.2"), 24);
        await using var factory = new WebApplicationFactory<Program>().WithWebHostBuilder(b => b.UseSocketPool(SocketPool.For(far)));
        factory.UseKestrel(kestrel => kestrel.Listen(IPAddress.Parse("192.0.2.2"), 80));
        factory.StartServer();
        using HttpClient client = new(new SocketsHttpHandler().UseSocketPool(SocketPool.For(near)));
        Assert.Equal("Open", await client.GetStringAsync("http://192.0.2.2/"));
        // }
        Assert.True(cable.A.Counters.FramesReceived > 0);
        Assert.True(SocketPool.For(far).GetOpenSockets().Count > 0);
    }

    [GeneratedRegex("```csharp\nLinkPair cable.*?```", RegexOptions.Singleline)]
    private static partial Regex Code();
}
