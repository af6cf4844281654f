#:project ../src/SocketPools/SocketPools.csproj

// HttpClient on a pool: one call, and every connection of the client is a socket of the pool.
//
//   dotnet run samples/httpclient.cs                     # asks a small server of its own, on another pool
//   dotnet run samples/httpclient.cs -- https://HOST/    # asks that

using System.Text;
using SocketPools;
using SocketPools.Streams;

if (args is not ([] or [_]) || (args is [string text] && !IsHttp(text)))
{
    Console.Error.WriteLine("usage: httpclient [URL]");
    return 2;
}

using SocketPool pool = SocketPool.For(HostNetwork.Default);
using SocketPool servers = new(new HostNetwork());
using PoolSocket listener = servers.CreateSocket();
string url = args is [string given] ? given : StartServer(listener);

using SocketsHttpHandler handler = new() { ConnectTimeout = TimeSpan.FromSeconds(10) };
using HttpClient client = new(handler.UseSocketPool(pool));
try
{
    using HttpResponseMessage response = await client.GetAsync(new Uri(url));
    byte[] body = await response.Content.ReadAsByteArrayAsync();
    Console.WriteLine($"{(int)response.StatusCode} {response.ReasonPhrase}, {body.Length} bytes over HTTP/{response.Version}");
    Console.WriteLine(pool.Dump());
    return 0;
}
catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

static bool IsHttp(string text) => Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https";

static string StartServer(PoolSocket listener)
{
    listener.Bind("127.0.0.1", 0);
    listener.Listen();
    _ = ServeAsync(listener);
    return $"http://{listener.LocalEndPoint}/";
}

static async Task ServeAsync(PoolSocket listener)
{
    byte[] answer = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\nhello from a pool\n");
    byte[] request = new byte[4096];
    try
    {
        while (true)
        {
            using PoolSocket client = await listener.AcceptAsync();
            while (await client.ReceiveIntoAsync(request) > 0)
            {
                await client.SendAllAsync(answer);
            }
        }
    }
    catch (PoolSocketException)
    {
        // The pool is gone: the program ends.
    }
}
