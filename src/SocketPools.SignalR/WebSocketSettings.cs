using System.Net;
using System.Net.WebSockets;
using System.Reflection;
using Microsoft.AspNetCore.Http.Connections.Client;

namespace SocketPools.SignalR;

/// <summary>What SignalR's client sets on a WebSocket before it connects.</summary>
internal static class WebSocketSettings
{
    private static readonly string s_userAgent = $"Microsoft SignalR/{typeof(HttpConnection).Assembly.GetName().Version?.ToString(2)} ({VersionOfClient()}; .NET)";

    internal static void Apply(ClientWebSocketOptions socket, HttpConnectionOptions options)
    {
        socket.SetRequestHeader("User-Agent", s_userAgent);

        // An authentication that redirects browsers to a page answers 401 then.
        socket.SetRequestHeader("X-Requested-With", "XMLHttpRequest");
        foreach ((string name, string value) in options.Headers)
        {
            socket.SetRequestHeader(name, value);
        }

        socket.Cookies = options.Cookies;
        if (options.ClientCertificates is { Count: > 0 } certificates)
        {
            socket.ClientCertificates.AddRange(certificates);
        }

        socket.Credentials = options.Credentials ?? socket.Credentials;
        socket.Proxy = options.Proxy ?? socket.Proxy;
        socket.UseDefaultCredentials = options.UseDefaultCredentials ?? socket.UseDefaultCredentials;
        options.WebSocketConfiguration?.Invoke(socket);
        if (socket.HttpVersion >= HttpVersion.Version20 && (options.Credentials is not null || options.UseDefaultCredentials == true))
        {
            // The handshake of Negotiate is one of HTTP/1.1's connections.
            if (socket.HttpVersionPolicy != HttpVersionPolicy.RequestVersionOrLower)
            {
                throw new InvalidOperationException("Negotiate authentication does not work with HTTP/2.");
            }

            socket.HttpVersion = HttpVersion.Version11;
        }
    }

    private static string? VersionOfClient() =>
        typeof(HttpConnection).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];
}
