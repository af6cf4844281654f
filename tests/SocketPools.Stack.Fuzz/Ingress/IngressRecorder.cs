using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Links;

namespace SocketPools.Stack.Fuzz.Ingress;

/// <summary>
/// Writes the corpus: what a well-behaved peer, itself a stack, sends to a station, and what only a craftsman sends. Since a station
/// behaves alike every time, a script that is played again meets the same sequence numbers.
/// </summary>
internal sealed class IngressRecorder : IDisposable
{
    private readonly IngressClock _clock = new();
    private readonly IngressScript _script = new();
    private readonly IngressStation _station;
    private readonly StackRadio _peer;
    private readonly RadioSocket _listener;

    private IngressRecorder(LinkMedium medium)
    {
        _script.IsIP = medium == LinkMedium.IP;
        LinkPair pair = LinkPair.Create(new LinkPairOptions { Medium = medium, Offloads = LinkOffloads.None });
        _peer = new StackRadio(new StackOptions { TimeProvider = _clock, Seed = 3 });
        StackInterface one = _peer.AddInterface(pair.A);
        one.AddAddress(IPAddress.Parse("192.0.2.1"), 24, skipDuplicateAddressDetection: true);
        one.AddAddress(IPAddress.Parse("fe80::a"), 64, skipDuplicateAddressDetection: true);
        one.AddAddress(IPAddress.Parse("2001:db8::1"), 64, skipDuplicateAddressDetection: true);
        _listener = Open(AddressFamily.InterNetwork, SocketType.Stream);
        _listener.Bind(new IPEndPoint(IPAddress.Any, 9));
        _listener.Listen(1);
        _station = new IngressStation(new Recorder(pair.B, _script), _clock);
    }

    /// <summary>Writes every script into a folder.</summary>
    internal static void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        void Save(string name, LinkMedium medium, Action<IngressRecorder> play)
        {
            using IngressRecorder recorder = new(medium);
            play(recorder);
            File.WriteAllBytes(Path.Combine(folder, name), recorder._script.ToArray());
        }

        Save("tcp-ipv4", LinkMedium.Ethernet, r => r.Call("192.0.2.2", reset: false));
        Save("tcp-ipv6", LinkMedium.Ethernet, r => r.Call("2001:db8::2", reset: false));
        Save("tcp-reset", LinkMedium.Ethernet, r => r.Call("192.0.2.2", reset: true));
        Save("tcp-tunnel", LinkMedium.IP, r => r.Call("192.0.2.2", reset: false));
        Save("tcp-called", LinkMedium.Ethernet, r => r.Answer());
        Save("udp", LinkMedium.Ethernet, r => r.Exchange());
        Save("groups", LinkMedium.Ethernet, r => r.GiveAll(IngressSpecials.Groups()));
        Save("neighbors", LinkMedium.Ethernet, r => r.GiveAll(IngressSpecials.Neighbors()));
        Save("errors", LinkMedium.Ethernet, r => r.GiveAll(IngressSpecials.Errors()));
        Save("fragments", LinkMedium.Ethernet, r => r.GiveAll(IngressSpecials.Fragments()));
    }

    public void Dispose()
    {
        _listener.Close();
        _station.Dispose();
        _peer.Dispose();
    }

    private void Call(string address, bool reset)
    {
        RadioSocket socket = Open(address.Contains(':', StringComparison.Ordinal) ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, SocketType.Stream);
        socket.TryConnect(new IPEndPoint(IPAddress.Parse(address), 80));
        Go();
        for (int i = 1; i <= 3; i++)
        {
            socket.TrySend(new byte[i * 700]);
            Go();
            Drain(socket);
        }

        if (reset)
        {
            socket.SetOption(SocketOptionLevel.Socket, SocketOptionName.Linger, [1, 0, 0, 0, 0, 0, 0, 0]);
        }

        socket.Close();
        Go();
        Go();
    }

    private void Answer()
    {
        Go();
        _listener.TryAccept(out RadioSocket? accepted, out _);
        accepted!.TrySend(new byte[5000]);
        Go();
        Drain(accepted);
        accepted.Shutdown(SocketShutdown.Send);
        Go();
        accepted.Close();
        Go(61_000);
    }

    private void Exchange()
    {
        foreach (string address in (string[])["192.0.2.2", "2001:db8::2"])
        {
            RadioSocket socket = Open(address.Contains(':', StringComparison.Ordinal) ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, SocketType.Dgram);
            foreach (int length in (int[])[0, 100, 4000])
            {
                socket.TrySendTo(new byte[length], new IPEndPoint(IPAddress.Parse(address), 7));
                Go();
            }

            // Nobody is there any more when the echo comes: an error goes back.
            socket.TrySendTo(new byte[8], new IPEndPoint(IPAddress.Parse(address), 7));
            socket.Close();
            Go();
        }
    }

    private void GiveAll(IEnumerable<byte[]> frames)
    {
        foreach (byte[] frame in frames)
        {
            _script.Steps.Add(new IngressStep(frame, 0));
        }

        _script.Steps.Add(new IngressStep(null, 61_000));
    }

    private void Go(int milliseconds = 50)
    {
        _station.Work();
        _script.Steps.Add(new IngressStep(null, milliseconds));
        _clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
        _station.Work();
    }

    private static void Drain(RadioSocket socket)
    {
        byte[] buffer = new byte[8192];
        while (socket.TryReceive(buffer) is { Failed: false, Count: > 0 })
        {
        }
    }

    private RadioSocket Open(AddressFamily family, SocketType type)
    {
        _peer.OpenSocket(family, type, ProtocolType.Unspecified, out RadioSocket? socket);
        return socket!;
    }

    private sealed class Recorder(ILink inner, IngressScript script) : DelegatingLink(inner)
    {
        public override bool TryReceive([NotNullWhen(true)] out Frame? frame)
        {
            if (!base.TryReceive(out frame))
            {
                return false;
            }

            byte[] bytes = new byte[frame.Length];
            frame.CopyTo(bytes);
            script.Steps.Add(new IngressStep(bytes, 0));
            return true;
        }
    }
}
