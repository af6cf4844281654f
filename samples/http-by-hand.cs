#:project ../src/SocketPools/SocketPools.csproj

// The smallest HTTP client: one GET, over TLS for https, printed as it comes. The command `socketpool get` does it properly.
//
//   dotnet run samples/http-by-hand.cs -- http://HOST:PORT/PATH

using System.Net.Security;
using System.Text;
using SocketPools;
using SocketPools.Streams;

if (args is not [string text] || !Uri.TryCreate(text, UriKind.Absolute, out Uri? url) || url.Scheme is not ("http" or "https"))
{
    Console.Error.WriteLine("usage: http-by-hand URL");
    return 2;
}

using SocketPool pool = SocketPool.For(HostNetwork.Default);
try
{
    using PoolSocket socket = pool.CreateSocket(url.HostNameType == UriHostNameType.IPv6
        ? System.Net.Sockets.AddressFamily.InterNetworkV6 : System.Net.Sockets.AddressFamily.InterNetwork);
    socket.SetTimeout(10);
    socket.Connect(url.DnsSafeHost, url.Port);
    using Stream stream = Open(socket, url);
    stream.Write(Encoding.ASCII.GetBytes($"GET {url.PathAndQuery} HTTP/1.0\r\nHost: {url.Authority}\r\nConnection: close\r\n\r\n"));
    using Stream output = Console.OpenStandardOutput();
    stream.CopyTo(output);
    return 0;
}
catch (Exception e) when (e is PoolSocketException or IOException or System.Security.Authentication.AuthenticationException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

static Stream Open(PoolSocket socket, Uri url)
{
    PoolSocketStream plain = new(socket);
    if (url.Scheme == "http")
    {
        return plain;
    }

    SslStream secure = new(plain);
    secure.AuthenticateAsClient(url.DnsSafeHost);
    return secure;
}
