#:project ../src/SocketPools.Stack/SocketPools.Stack.csproj

// A link of your own: a cable that carries frames in UDP datagrams, so that stacks in two processes, or on two machines, have a network
// of their own, without privileges. A serial line, a chip or an emulator is written in the same way.
//
//   dotnet run samples/own-link.cs                                both ends in this process
//   dotnet run samples/own-link.cs -- listen 127.0.0.1:7001 127.0.0.1:7002    one end each, in two terminals
//   dotnet run samples/own-link.cs -- hello 127.0.0.1:7002 127.0.0.1:7001

using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using SocketPools;
using SocketPools.Stack;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Links;

switch (args)
{
    case ["listen", string here, string there]:
        using (UdpCable cable = new(IPEndPoint.Parse(here), 2))
        {
            cable.Remote = IPEndPoint.Parse(there);
            Serve(cable);
        }

        break;

    case ["hello", string here, string there]:
        using (UdpCable cable = new(IPEndPoint.Parse(here), 1))
        {
            cable.Remote = IPEndPoint.Parse(there);
            Ask(cable);
        }

        break;

    default:
        using (UdpCable near = new(new IPEndPoint(IPAddress.Loopback, 0), 1), far = new(new IPEndPoint(IPAddress.Loopback, 0), 2))
        {
            (near.Remote, far.Remote) = (far.Local, near.Local);
            Thread server = new(() => Serve(far));
            server.Start();
            Ask(near);
            server.Join();
        }

        break;
}

static void Serve(UdpCable cable)
{
    using StackRadio radio = new();
    radio.AddInterface(cable).AddAddress(IPAddress.Parse("192.0.2.2"), 24);
    using SocketPool pool = new(radio);
    using PoolSocket listener = pool.CreateSocket();
    listener.Bind("", 7);
    listener.Listen();
    using PoolSocket client = listener.Accept();
    byte[] text = new byte[100];
    int count = client.ReceiveInto(text);
    client.SendAll(text.AsSpan(0, count));
    client.ReceiveInto(text); // the end: the other side has it all
}

static void Ask(UdpCable cable)
{
    using StackRadio radio = new();
    radio.AddInterface(cable).AddAddress(IPAddress.Parse("192.0.2.1"), 24);
    using SocketPool pool = new(radio);
    using PoolSocket socket = pool.CreateSocket();
    socket.SetTimeout(20);
    socket.Connect("192.0.2.2", 7);
    socket.SendAll("hello over a cable of our own"u8);
    byte[] text = new byte[100];
    Console.WriteLine(Encoding.UTF8.GetString(text, 0, socket.ReceiveInto(text)));
}

/// <summary>Ethernet frames in UDP datagrams of the host's.</summary>
internal sealed class UdpCable : ILink
{
    private readonly PoolSocket _socket;
    private readonly byte[] _outgoing = new byte[1514];
    private readonly ConcurrentQueue<Frame> _frames = [];
    private readonly Thread _receiver;

    internal UdpCable(IPEndPoint local, byte number)
    {
        _socket = SocketPool.For(HostNetwork.Default).CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
        _socket.Bind(local.Address.ToString(), local.Port);
        HardwareAddress = new PhysicalAddress([0x02, 0, 0, 0, 0, number]);
        _receiver = new Thread(Receive);
        _receiver.Start();
    }

    public string Name => "udp";

    public LinkMedium Medium => LinkMedium.Ethernet;

    public int Mtu => 1500;

    public PhysicalAddress HardwareAddress { get; }

    public LinkOffloads Offloads => LinkOffloads.None;

    public Action? FrameAvailable { get; set; }

    internal IPEndPoint Local => _socket.LocalEndPoint;

    internal IPEndPoint Remote { get; set; } = new(IPAddress.Loopback, 9);

    public bool TrySend(Frame frame)
    {
        int count = frame.CopyTo(_outgoing);
        frame.Release();
        try
        {
            _socket.SendTo(_outgoing.AsSpan(0, count), Remote);
        }
        catch (PoolSocketException)
        {
            // A frame that is lost: TCP above sends it again.
        }

        return true;
    }

    public bool TryReceive([NotNullWhen(true)] out Frame? frame) => _frames.TryDequeue(out frame);

    public void Dispose()
    {
        _socket.Dispose();
        _receiver.Join();
        while (_frames.TryDequeue(out Frame? frame))
        {
            frame.Release();
        }
    }

    // A frame that has come is queued, and the stack is notified; when the queue is full, further frames are lost.
    private void Receive()
    {
        byte[] incoming = new byte[1514];
        try
        {
            while (true)
            {
                int count = _socket.ReceiveInto(incoming);
                if (_frames.Count < 1000)
                {
                    _frames.Enqueue(Frame.Copy(incoming.AsSpan(0, count)));
                    FrameAvailable?.Invoke();
                }
            }
        }
        catch (PoolSocketException)
        {
            // Closed: no more frames.
        }
    }
}
