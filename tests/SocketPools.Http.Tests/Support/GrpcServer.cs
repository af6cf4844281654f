using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace SocketPools.Http.Tests;

/// <summary>A gRPC service without generated code: strings as messages, one method of each kind that the tests need.</summary>
internal sealed class GrpcServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private GrpcServer(WebApplication application) => (_application, Url) = (application, new Uri(application.Urls.Single()));

    internal static Method<string, string> Unary { get; } = new(MethodType.Unary, "lab.Echo", "Say", Marshallers.StringMarshaller, Marshallers.StringMarshaller);

    internal static Method<string, string> Duplex { get; } = new(MethodType.DuplexStreaming, "lab.Echo", "Talk", Marshallers.StringMarshaller, Marshallers.StringMarshaller);

    internal Uri Url { get; }

    internal static async Task<GrpcServer> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        WebApplication application = builder.Build();
        application.MapGrpcService<EchoService>();
        await application.StartAsync();
        return new GrpcServer(application);
    }

    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource now = new(TimeSpan.FromSeconds(1));
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
    }

    /// <summary>What generated code would derive from.</summary>
    [BindServiceMethod(typeof(EchoBase), nameof(BindService))]
    internal abstract class EchoBase
    {
        public abstract Task<string> Say(string request, ServerCallContext context);

        public abstract Task Talk(IAsyncStreamReader<string> requests, IServerStreamWriter<string> answers, ServerCallContext context);

        public static void BindService(ServiceBinderBase binder, EchoBase? service)
        {
            binder.AddMethod(Unary, service is null ? null! : service.Say);
            binder.AddMethod(Duplex, service is null ? null! : service.Talk);
        }
    }

    internal sealed class EchoService : EchoBase
    {
        public override Task<string> Say(string request, ServerCallContext context) => Task.FromResult(request);

        public override async Task Talk(IAsyncStreamReader<string> requests, IServerStreamWriter<string> answers, ServerCallContext context)
        {
            await foreach (string request in requests.ReadAllAsync(context.CancellationToken))
            {
                await answers.WriteAsync(request, context.CancellationToken);
            }
        }
    }
}
