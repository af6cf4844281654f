# yarp RESULT <program: the program has `destination`, which answers with the text of the C# expression RESULT about its `context`, `proxy`, a
# YARP in front of it, and `client`.
yarp() {
    csharp Yarp.ReverseProxy@2.3.0 Microsoft.AspNetCore.App < <(
        sed "s|RESULT|$1|" <<'CSHARP'
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Transforms;

static WebApplicationBuilder Builder()
{
    WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
    builder.Logging.ClearProviders();
    builder.WebHost.UseUrls("http://127.0.0.1:0");
    return builder;
}
static async Task<string> Started(WebApplication application)
{
    await application.StartAsync();
    return application.Urls.First();
}
WebApplication destinations = Builder().Build();
destinations.Run(context => context.Response.WriteAsync(RESULT));
string destination = await Started(destinations);

async Task<string> Proxy(Action<IReverseProxyBuilder> configure)
{
    WebApplicationBuilder builder = Builder();
    configure(builder.Services.AddReverseProxy().LoadFromMemory(
        [new RouteConfig { RouteId = "all", ClusterId = "one", Match = new() { Path = "{**all}" } }],
        [new ClusterConfig { ClusterId = "one", Destinations = new Dictionary<string, DestinationConfig> { ["it"] = new() { Address = destination } } }]));
    WebApplication application = builder.Build();
    application.MapReverseProxy();
    return await Started(application);
}
string proxy = await Proxy(_ => { });
using HttpClient client = new();
CSHARP
        cat)
}
