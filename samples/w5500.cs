#:project ../src/SocketPools.Chips/SocketPools.Chips.csproj

// HTTP over a W5500 of 8 sockets: the driver on an emulated SPI bus, at whose end is a model of the chip over the host's network.
// With a real chip, take SpiDevice.Create(...) in place of the SpiTargetDevice.
//
//   dotnet run samples/w5500.cs

using System.Net;
using SocketPools;
using SocketPools.Chips;
using SocketPools.Chips.Spi;
using SocketPools.Chips.Wiznet;
using SocketPools.Streams;

// A peer on this machine. The chip reaches it by the address that this machine has for others.
IPAddress own = HostNetwork.Default.Addresses.FirstOrDefault(a => a.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && !IPAddress.IsLoopback(a))
    ?? throw new InvalidOperationException("This machine has no IPv4 address.");
using SocketPool hosts = SocketPool.For(HostNetwork.Default);
using PoolSocket listener = hosts.CreateSocket();
listener.Bind(new IPEndPoint(own, 0));
listener.Listen();
Task serving = Task.Run(() =>
{
    using PoolSocket peer = listener.Accept();
    peer.ReceiveInto(new byte[1024]);
    peer.SendAll("HTTP/1.1 200 OK\r\nContent-Length: 14\r\nConnection: close\r\n\r\nhello, chip!\r\n"u8);
});

using W5500Chip chip = new(HostNetwork.Default);
using WiznetRadio radio = new(new SpiTargetDevice(chip), new WiznetRadioOptions { Address = own });
chip.InterruptAsserted += radio.NotifyInterrupt;
using SocketPool pool = new(radio);
using (HttpClient client = new(new SocketsHttpHandler().UseSocketPool(pool)))
{
    Console.WriteLine($"{radio.ChipName} with {pool.MaxSockets} sockets, link {(radio.IsLinkUp ? "up" : "down")}");
    Console.Write(await client.GetStringAsync(new Uri($"http://{listener.LocalEndPoint}/")));
}

await serving;
