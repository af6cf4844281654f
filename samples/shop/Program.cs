// An ordinary web application, without any code about pools: tests start it on a simulated node with WebApplicationFactory.
using System.Collections.Concurrent;

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
builder.Services.AddSingleton<ConcurrentDictionary<string, int>>();
WebApplication app = builder.Build();
app.MapGet("/", () => "Open");
app.MapPost("/order/{key}", (string key, ConcurrentDictionary<string, int> orders) => orders.TryAdd(key, 1));
app.MapGet("/orders", (ConcurrentDictionary<string, int> orders) => orders.Count);
app.Run();

/// <summary>Its program, for <c>WebApplicationFactory</c>.</summary>
public partial class Program;
