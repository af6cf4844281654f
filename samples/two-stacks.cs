#:project ../src/SocketPools.Stack/SocketPools.Stack.csproj

// Two TCP/IP stacks in this process, and a cable with faults between them. Needs no network and no privileges.
//
//   dotnet run samples/two-stacks.cs                           a megabyte over a cable that loses 2 of 100 frames
//   dotnet run samples/two-stacks.cs -- 0.05 17 cable.pcapng   loses 5 of 100, with seed 17; the frames are in the capture
//
// With 5 of 100 it takes some seconds, with 10 a minute or longer: TCP waits twice as long each time that a retransmission is lost.

using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using SocketPools;
using SocketPools.Stack;
using SocketPools.Stack.Links;

double loss = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 0.02;
int seed = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1;

// Each end receives on a thread of the thread pool. Frames have checksums, because some are corrupted.
LinkPair cable = LinkPair.Create(new LinkPairOptions { WakeMode = LinkWakeMode.Queued, Offloads = LinkOffloads.None });
LinkFaults faults = new() { Loss = loss, Corruption = loss / 10, Reordering = loss, Delay = TimeSpan.FromMilliseconds(1) };
FaultyLink faulty = new(cable.A, new FaultyLinkOptions { Seed = seed, Outbound = faults, Inbound = faults });
ILink captured = args.Length > 2 ? new CapturingLink(faulty, File.Create(args[2])) : faulty;

using StackRadio near = new(new StackOptions { Name = "near", Seed = seed });
using StackRadio far = new(new StackOptions { Name = "far", Seed = seed });
near.AddInterface(captured).AddAddress(IPAddress.Parse("192.0.2.1"), 24);
far.AddInterface(cable.B).AddAddress(IPAddress.Parse("192.0.2.2"), 24);

using SocketPool nearPool = new(near), farPool = new(far);
using PoolSocket listener = farPool.CreateSocket();
listener.Bind("192.0.2.2", 7);
listener.Listen();

byte[] sent = RandomNumberGenerator.GetBytes(1_000_000);
Thread receiver = new(() => Console.WriteLine($"received {Receive()}"));
receiver.Start();
using (PoolSocket socket = nearPool.CreateSocket())
{
    socket.SetTimeout(300);
    socket.Connect("192.0.2.2", 7);
    socket.SendAll(sent);
}

receiver.Join();
Console.WriteLine($"sent     {Convert.ToHexString(SHA256.HashData(sent))}");
Console.WriteLine($"{faulty.OutboundCounters.FramesLost + faulty.InboundCounters.FramesLost} frames were lost, "
    + $"{faulty.OutboundCounters.FramesCorrupted + faulty.InboundCounters.FramesCorrupted} corrupted, seed {seed}");

string Receive()
{
    using PoolSocket peer = listener.Accept();
    peer.SetTimeout(300);
    using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    byte[] buffer = new byte[16_384];
    int count;
    while ((count = peer.ReceiveInto(buffer)) > 0)
    {
        hash.AppendData(buffer.AsSpan(0, count));
    }

    return Convert.ToHexString(hash.GetHashAndReset());
}
