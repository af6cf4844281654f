using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Fuzz.Ingress;
using SocketPools.Stack.Links;

namespace SocketPools.Stack.Tests.Network;

/// <summary>Two radios on a cable of so many bytes that loses every tenth frame, and a connection between them.</summary>
internal sealed class NarrowBench : IDisposable
{
    private readonly IngressClock _clock = new();
    private readonly LinkPair _pair;
    private readonly MeasuringLink _link;

    internal NarrowBench(int mtu)
    {
        _pair = LinkPair.Create(new LinkPairOptions { Mtu = mtu, Offloads = LinkOffloads.None });
        Near = new StackRadio(new StackOptions { TimeProvider = _clock, Seed = 1 });
        Far = new StackRadio(new StackOptions { TimeProvider = _clock, Seed = 2 });
        _link = new MeasuringLink(_pair.A);
        Near.AddInterface(_link).AddAddress(IPAddress.Parse("192.0.2.1"), 24);
        Far.AddInterface(_pair.B).AddAddress(IPAddress.Parse("192.0.2.2"), 24);
    }

    internal StackRadio Near { get; }

    internal StackRadio Far { get; }

    /// <summary>The longest packet in either direction, without the Ethernet header.</summary>
    internal int Longest => _link.Longest - 14;

    /// <summary>Sends a text from near to far, with losses in both directions, and gives what has come.</summary>
    internal byte[] Transfer(byte[] text)
    {
        Assert.False(Far.OpenSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp, out RadioSocket? listener).Failed);
        Assert.False(Near.OpenSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp, out RadioSocket? client).Failed);
        listener!.Bind(new IPEndPoint(IPAddress.Any, 80));
        listener.Listen(1);
        client!.TryConnect(new IPEndPoint(IPAddress.Parse("192.0.2.2"), 80));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(listener.TryAccept(out RadioSocket? server, out _).Failed);
        List<byte> received = [];
        byte[] buffer = new byte[4096];
        int sent = 0;
        _link.IsLossy = true;
        for (int i = 0; i < 2000 && received.Count < text.Length; i++)
        {
            sent += sent < text.Length && client.TrySend(text.AsSpan(sent)) is { Failed: false } some ? some.Count : 0;
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            received.AddRange(server!.TryReceive(buffer) is { Failed: false } got ? buffer.AsSpan(0, got.Count) : []);
        }

        client.Close();
        server!.Close();
        listener.Close();
        return [.. received];
    }

    public void Dispose()
    {
        Near.Dispose();
        Far.Dispose();
        _pair.Dispose();
    }

    private sealed class MeasuringLink(ILink inner) : DelegatingLink(inner)
    {
        private int _count;

        internal bool IsLossy { get; set; }

        internal int Longest { get; private set; }

        public override bool TrySend(Frame frame)
        {
            Longest = Math.Max(Longest, frame.Length);
            if (IsLossy && ++_count % 10 == 0)
            {
                frame.Release();
                return true;
            }

            return base.TrySend(frame);
        }

        public override bool TryReceive([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Frame? frame)
        {
            while (base.TryReceive(out frame))
            {
                Longest = Math.Max(Longest, frame.Length);
                if (!IsLossy || ++_count % 10 != 0)
                {
                    return true;
                }

                frame.Release();
            }

            return false;
        }
    }
}
