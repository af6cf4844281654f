using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace SocketPools.Simulation.Tests.Programs;

/// <summary>An ordinary web application on a node.</summary>
internal static class WebSite
{
    internal static async Task<WebApplication> StartAsync(SimulatedNode node)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSocketPool(node.Pool).UseUrls("http://0.0.0.0:80");
        WebApplication app = builder.Build();
        app.MapGet("/{n:int}", async (int n) =>
        {
            await Task.Yield();
            return n + new string('x', 3000);
        });
        await app.StartAsync();
        return app;
    }
}
