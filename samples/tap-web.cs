#:project ../src/SocketPools.Stack/SocketPools.Stack.csproj

// A web server on a TCP/IP stack of its own, beside the kernel's: a TAP device is the cable between the two. Linux, root.
//
//   dotnet run samples/tap-web.cs                 then, in another terminal: curl http://198.51.100.2/
//   dotnet run samples/tap-web.cs -- tap7 1       on the device tap7; ends after one request

using System.Diagnostics;
using System.Net;
using System.Text;
using SocketPools;
using SocketPools.Radios;
using SocketPools.Stack;
using SocketPools.Stack.Links;

if (!OperatingSystem.IsLinux())
{
    throw new PlatformNotSupportedException("TAP devices are Linux's.");
}

string name = args.Length > 0 ? args[0] : "tap0";
int requests = args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : int.MaxValue;

using StackRadio radio = new(new StackOptions { Name = name });
radio.AddInterface(TapLink.Open(name)).AddAddress(IPAddress.Parse("198.51.100.2"), 24);

// The kernel's end of the cable gets the other address.
using (Process ip = Process.Start("ip", ["address", "add", "198.51.100.1/24", "dev", name]))
{
    ip.WaitForExit();
}

using SocketPool pool = new(radio);
using PoolSocket listener = pool.CreateSocket();
listener.Bind("198.51.100.2", 80);
listener.Listen();
Console.WriteLine($"serving http://198.51.100.2/ on {name}");
for (int i = 0; i < requests; i++)
{
    using PoolSocket client = listener.Accept(out IPSocketAddress peer);
    client.SetTimeout(10);
    byte[] head = new byte[4096];
    int count = client.ReceiveInto(head);
    string line = Encoding.ASCII.GetString(head, 0, count).Split('\r')[0];
    Console.WriteLine($"{peer}: {line}");
    string body = $"You are {peer}, and this came from a stack that is not the kernel's.\n";
    client.SendAll(Encoding.ASCII.GetBytes($"HTTP/1.0 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
}
