#:project ../src/SocketPools/SocketPools.csproj

// The program of the README's first screen; a test keeps the two the same.

using SocketPools;

using SocketPool pool = SocketPool.For(HostNetwork.Default);
using PoolSocket socket = pool.CreateSocket();
socket.SetTimeout(5);
socket.Connect("example.com", 80);
socket.SendAll("HEAD / HTTP/1.0\r\nHost: example.com\r\n\r\n"u8);
byte[] buffer = new byte[1024];
int count = socket.ReceiveInto(buffer);
Console.WriteLine(System.Text.Encoding.ASCII.GetString(buffer, 0, count));
