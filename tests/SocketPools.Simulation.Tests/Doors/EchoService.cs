using Grpc.Core;

namespace SocketPools.Simulation.Tests.Doors;

/// <summary>A gRPC service as generated code has it, but for its messages, which are strings.</summary>
[BindServiceMethod(typeof(EchoService), nameof(BindService))]
public class EchoService
{
    public static Method<string, string> SayMethod { get; } = new(MethodType.Unary, "lab.Echo", "Say", Marshallers.StringMarshaller, Marshallers.StringMarshaller);

    public static Method<string, string> CountMethod { get; } = new(MethodType.ServerStreaming, "lab.Echo", "Count", Marshallers.StringMarshaller, Marshallers.StringMarshaller);

    public static void BindService(ServiceBinderBase binder, EchoService? service)
    {
        ArgumentNullException.ThrowIfNull(binder);
        binder.AddMethod(SayMethod, service is null ? null! : service.Say);
        binder.AddMethod(CountMethod, service is null ? null! : service.Count);
    }

    public virtual Task<string> Say(string request, ServerCallContext context) => Task.FromResult(request);

    public virtual async Task Count(string request, IServerStreamWriter<string> answers, ServerCallContext context)
    {
        for (int i = 0; i < request.Length; i++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1));
            await answers.WriteAsync(request[..(i + 1)]);
        }
    }
}
