#!/bin/bash
# Grpc.Net.Client 2.85.0 (NuGet): a handler with a ConnectCallback works for http:// and is refused for dns:/// and static:///
#
# Guess: GrpcChannelOptions.HttpHandler with a ConnectCallback works for each address that a channel takes.
# Observed: for addresses with load balancing the first call fails: the package opens and watches its own sockets there, and says that the
# handler has to be one that it can configure.
# Why it matters: a service that moves from one address to dns:/// has to give up its own sockets (a pool, a tunnel, an interface), and
# learns that at run time, with the first call.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp Grpc.Net.Client@2.85.0 <<'CSHARP'
using Grpc.Core;
using Grpc.Net.Client;

foreach (string address in new[] { "http://127.0.0.1:1", "dns:///127.0.0.1:1" })
{
    try
    {
        using GrpcChannel channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            Credentials = ChannelCredentials.Insecure,
            HttpHandler = new SocketsHttpHandler { ConnectCallback = (_, _) => throw new IOException("the callback") },
        });
        Method<byte[], byte[]> method = new(MethodType.Unary, "service", "method", Marshallers.Create(b => b, b => b), Marshallers.Create(b => b, b => b));
        await channel.CreateCallInvoker().AsyncUnaryCall(method, null, new CallOptions(), []);
    }
    catch (RpcException e)
    {
        Console.WriteLine($"{e.StatusCode}: {e.Status.DebugException?.InnerException?.Message ?? e.Status.DebugException?.Message}");
    }
    catch (InvalidOperationException e)
    {
        Console.WriteLine($"{e.GetType().Name}: {e.Message.Split('.')[0].Contains("load balancing")}");
    }
}
CSHARP
)
expect "http:// and dns:/// (is it about load balancing)" "$out" "Unavailable: the callback
InvalidOperationException: True"
