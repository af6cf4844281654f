#!/bin/bash
# YARP 2.3.0 (NuGet Yarp.ReverseProxy, ASP.NET Core 10): %2F in a path reaches the destination as %252F
#
# Guess: a proxy passes the path on as it is, or normalised: /topics/a%2Fb stays, as it does in the query; %25 stays %25.
# Observed: %2F becomes %252F, in both cases of its letter: Kestrel leaves it encoded in Request.Path, and YARP encodes the percent sign. %25 and a
# %2F in the query are unchanged.
# Why it matters: names with a slash in one segment (MQTT topics, branches, keys of stores, RabbitMQ's /api/queues/%2F) are not found behind the
# proxy, and are without it. A transform that takes IHttpRequestFeature.RawTarget for the RequestUri keeps them.
source "$(dirname "$0")/support/lib.sh"
source "$support/yarp.sh"
out=$(yarp 'context.Features.Get<IHttpRequestFeature>().RawTarget' <<'CSHARP'
string raw = await Proxy(builder => builder.AddTransforms(transforms => transforms.AddRequestTransform(context =>
{
    context.ProxyRequest.RequestUri = new Uri(context.DestinationPrefix + context.HttpContext.Features.Get<IHttpRequestFeature>().RawTarget);
    return default;
})));
foreach (string target in new[] { "/topics/a%2Fb", "/topics/a%2fb", "/100%25", "/x?topic=a%2Fb" })
{
    Console.WriteLine($"{await client.GetStringAsync(destination + target)} {await client.GetStringAsync(proxy + target)} {await client.GetStringAsync(raw + target)}");
}
CSHARP
)
expect "each target without the proxy, with it, with it and RawTarget" "$out" "/topics/a%2Fb /topics/a%252Fb /topics/a%2Fb
/topics/a%2fb /topics/a%252fb /topics/a%2fb
/100%25 /100%25 /100%25
/x?topic=a%2Fb /x?topic=a%2Fb /x?topic=a%2Fb"
