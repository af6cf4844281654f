#!/bin/bash
# YARP 2.3.0 (NuGet Yarp.ReverseProxy, ASP.NET Core 10): headers for one hop are passed on, those of earlier proxies are replaced
#
# Guess: a proxy removes the headers that Connection names (RFC 9110, 7.6.1: it must), and appends its client to X-Forwarded-For, as nginx, HAProxy
# and Apache are set up to do.
# Observed: of "Connection: X-Hop" the Connection header is removed and X-Hop reaches the destination. X-Forwarded-For: 192.0.2.7 of a proxy in
# front becomes 127.0.0.1, and X-Forwarded-Proto: https becomes http.
# Why it matters: behind a load balancer that ends TLS the application sees the balancer as each client and makes links with http. Per-hop data of
# the client's side leaks to the device. AddXForwarded(ForwardedTransformActions.Append) keeps the chain; the other header must be removed by a
# transform.
source "$(dirname "$0")/support/lib.sh"
source "$support/yarp.sh"
out=$(yarp 'string.Join("; ", context.Request.Headers.Where(h => h.Key.StartsWith("X-") \&\& h.Key != "X-Forwarded-Host").Select(h => h.Key + ": " + h.Value))' <<'CSHARP'
string appending = await Proxy(builder => builder.AddTransforms(transforms => transforms.AddXForwarded(ForwardedTransformActions.Append)));
foreach (string address in new[] { proxy, appending })
{
    using HttpRequestMessage request = new(HttpMethod.Get, address);
    request.Headers.Connection.Add("X-Hop");
    request.Headers.Add("X-Hop", "1");
    request.Headers.Add("X-Forwarded-For", "192.0.2.7");
    request.Headers.Add("X-Forwarded-Proto", "https");
    Console.WriteLine(await (await client.SendAsync(request)).Content.ReadAsStringAsync());
}
CSHARP
)
expect "headers at the destination: by default, with Append" "$out" "X-Hop: 1; X-Forwarded-For: 127.0.0.1; X-Forwarded-Proto: http
X-Hop: 1; X-Forwarded-For: 192.0.2.7, 127.0.0.1; X-Forwarded-Proto: https, http"
