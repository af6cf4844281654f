#:sdk Microsoft.NET.Sdk.Web
#:project ../src/SocketPools.AspNetCore/SocketPools.AspNetCore.csproj
#:project ../src/SocketPools.Extensions/SocketPools.Extensions.csproj

// A minimal API on a radio: Kestrel serves from a pool, and an HttpClient of the same program asks it over that pool.
//
//   dotnet run samples/minimal-api.cs             # asks itself once, and ends
//   dotnet run samples/minimal-api.cs -- 8080     # serves on 127.0.0.1:8080 until Control-C

using System.Globalization;
using System.Net;
using SocketPools;

int port = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 0;
WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddSocketPool(HostNetwork.Default, options => options.MaxSockets = 16); // of a second interface: new HostNetwork("eth1")
builder.Services.AddHttpClient("self").UseSocketPool();
builder.WebHost.UseSocketPool(services => services.GetRequiredService<SocketPool>());
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));

WebApplication app = builder.Build();
app.MapGet("/", () => "hello from a radio\n");
app.MapGet("/sockets", (SocketPool pool) => pool.Dump() + "\n");
await app.StartAsync();
if (port != 0)
{
    Console.WriteLine($"serving at {app.Urls.First()}");
    await app.WaitForShutdownAsync();
    return;
}

using HttpClient client = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient("self");
client.BaseAddress = new Uri(app.Urls.First());
Console.Write(await client.GetStringAsync(new Uri("/", UriKind.Relative)));
Console.Write(await client.GetStringAsync(new Uri("/sockets", UriKind.Relative)));
await app.StopAsync();
