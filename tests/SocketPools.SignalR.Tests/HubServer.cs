using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Http.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SocketPools.AspNetCore;
using SocketPools.Tests;
using SocketPools.Tests.Streams;

namespace SocketPools.SignalR.Tests;

/// <summary>A hub that answers, on the far one of two stacks.</summary>
internal sealed class HubServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private HubServer(WebApplication application, Uri url) => (_application, Url) = (application, url);

    internal Uri Url { get; }

    internal static async Task<HubServer> StartAsync(TwoStacks network, bool isTls = false, HttpProtocols protocols = HttpProtocols.Http1AndHttp2)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSignalR();
        builder.WebHost.UseSocketPool(network.Far).UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(TwoStacks.FarAddress, 0, listen =>
        {
            listen.Protocols = protocols;
            if (isTls)
            {
                listen.UseHttps(TestCertificates.ServerCertificate);
            }
        }));
        WebApplication application = builder.Build();
        application.MapHub<EchoHub>("/hub");
        await application.StartAsync();
        return new HubServer(application, new Uri(new Uri(application.Urls.Single()), "hub"));
    }

    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource now = new(TimeSpan.FromSeconds(1));
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
    }

    /// <summary>What the client calls.</summary>
    public sealed class EchoHub : Hub
    {
        [System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1822", Justification = "A static method is none of the hub's.")]
        public string Echo(string text) => text;

        public string Transport() => Context.Features.Get<IHttpTransportFeature>()!.TransportType.ToString();

        public string Header(string name) => Context.GetHttpContext()!.Request.Headers[name].ToString();

        public string Protocol() => Context.GetHttpContext()!.Request.Protocol;

        /// <summary>Closes the connection that carries the call, as a lost network does.</summary>
        public void Cut() => Context.GetHttpContext()!.Features.Get<IPoolSocketFeature>()!.Socket.Close();

        public Task CallBackAsync(string text) => Clients.Caller.SendAsync("called", text);
    }
}
