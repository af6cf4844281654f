using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using SocketPools.Diagnostics;
using SocketPools.Radios;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Fuzz.Ingress;
using SocketPools.Stack.Links;
using SocketPools.Stack.Tests.Tcp;

namespace SocketPools.Stack.Tests.Network;

/// <summary>Links, and what is around them, are the program's to write: what they throw is counted and reported, and the stack goes on.</summary>
[Collection(Alone.Name)]
public sealed class LinkFailureTests
{
    private static readonly IPEndPoint s_far = new(IPAddress.Parse("192.0.2.2"), 9);

    [Theory]
    [InlineData(Fault.Before)]
    [InlineData(Fault.AfterRelease)]
    public void A_frame_that_a_link_throws_at_is_dropped_counted_and_reported_and_the_next_one_goes(Fault fault)
    {
        using Reports reports = new();
        using Bench b = new();
        b.Faulty.OnSend = fault;
        for (int i = 0; i < 20; i++)
        {
            Assert.False(b.Socket.TrySendTo(new byte[10], s_far).Failed);
        }

        Assert.Equal(20, b.Radio.Counters.Dropped(DropReason.LinkError));
        Assert.Equal((20, 20), (b.Interface.Counters.Dropped(DropReason.LinkError), b.Interface.Counters.LinkErrors));
        Assert.Equal(Enumerable.Repeat("ILink.TrySend", 20), reports.Callbacks);
        Assert.Equal(20, b.Radio.GetSnapshot().Interfaces.Single(one => one.Name == b.Interface.Name).LinkErrors);
        b.Faulty.OnSend = Fault.None;
        Assert.False(b.Socket.TrySendTo(new byte[10], s_far).Failed);
        Assert.True(b.TryReceive());
        Assert.Equal(20, b.Interface.Counters.LinkErrors);
    }

    [Fact]
    public void A_link_that_throws_at_a_frame_that_has_come_is_asked_for_the_next()
    {
        using Reports reports = new();
        using Bench b = new();
        for (int i = 1; i <= 10; i++)
        {
            b.Faulty.ReceiveFailures = i;
            Assert.False(b.FarSocket.TrySendTo(new byte[10], b.SocketEnd).Failed);
            Assert.True(b.Socket.TryReceive(new byte[100]).Count == 10);
        }

        Assert.Equal(55, b.Interface.Counters.LinkErrors);
        Assert.Equal(Enumerable.Repeat("ILink.TryReceive", 55), reports.Callbacks);
    }

    [Fact]
    public void A_link_that_throws_always_costs_a_call_a_bounded_number_of_exceptions()
    {
        using Reports reports = new();
        using Bench b = new();
        b.Faulty.ReceiveFailures = int.MaxValue;
        Assert.False(b.Socket.TrySendTo(new byte[10], s_far).Failed);
        Assert.InRange(reports.Callbacks.Count, 1, 32);
        b.Faulty.ReceiveFailures = 0;
        Assert.False(b.FarSocket.TrySendTo(new byte[10], b.SocketEnd).Failed);
        Assert.True(b.Socket.TryReceive(new byte[100]).Count == 10);
    }

    [Fact]
    public void A_callback_that_a_link_calls_and_that_throws_is_no_failure_of_the_frame()
    {
        using Reports reports = new();
        LinkPair pair = LinkPair.Create(new LinkPairOptions { Medium = LinkMedium.IP });
        pair.B.FrameAvailable = () => throw new InvalidOperationException("woken");
        Assert.True(pair.A.TrySend(Frame.Copy(new byte[40])));
        Assert.True(pair.B.TryReceive(out Frame? frame));
        frame.Release();
        LoopbackLink loopback = new() { FrameAvailable = () => throw new InvalidOperationException("woken") };
        Assert.True(loopback.TrySend(Frame.Copy(new byte[40])));
        loopback.Dispose();
        pair.Dispose();
        Assert.Equal(["ILink.FrameAvailable", "ILink.FrameAvailable"], reports.Callbacks);
    }

    /// <summary>It sends on timers' threads, too, where an exception would end the process.</summary>
    [Fact]
    public void A_faulty_link_goes_on_after_exceptions_of_the_link_inside()
    {
        using Reports reports = new();
        IngressClock clock = new();
        LinkPair pair = LinkPair.Create(new LinkPairOptions { Medium = LinkMedium.IP });
        FailingLink failing = new(pair.A) { OnSend = Fault.Before };
        LinkFaults late = new() { Delay = TimeSpan.FromMilliseconds(5) };
        using FaultyLink link = new(failing, new FaultyLinkOptions { TimeProvider = clock, Seed = 1, Outbound = late, Inbound = late });
        Assert.True(link.TrySend(Frame.Copy(new byte[40])));
        clock.Advance(TimeSpan.FromMilliseconds(10));
        failing.OnSend = Fault.None;
        Assert.True(link.TrySend(Frame.Copy(new byte[41])));
        clock.Advance(TimeSpan.FromMilliseconds(10));
        Assert.True(pair.B.TryReceive(out Frame? frame));
        Assert.Equal(41, frame.Length);
        frame.Release();
        failing.ReceiveFailures = 3;
        Assert.True(pair.B.TrySend(Frame.Copy(new byte[42])));
        clock.Advance(TimeSpan.FromMilliseconds(10));
        Assert.True(link.TryReceive(out frame));
        frame.Release();
        Assert.Equal(["ILink.TrySend", "ILink.TryReceive", "ILink.TryReceive", "ILink.TryReceive"], reports.Callbacks);
    }

    [Fact]
    public void A_link_that_cannot_be_closed_leaves_no_other_link_open()
    {
        using Reports reports = new();
        Bench b = new();
        b.Faulty.ThrowsOnClose = true;
        LinkPair other = LinkPair.Create();
        b.Radio.AddInterface(other.A);
        b.Dispose();
        Assert.Equal(["ILink.FrameAvailable", "ILink.Dispose"], reports.Callbacks);
        Frame frame = Frame.Copy(new byte[60]);
        Assert.False(other.B.TrySend(frame)); // the other end is closed
        frame.Release();
    }

    [Fact]
    public void A_link_that_throws_when_it_is_added_is_not_added()
    {
        using Bench b = new();
        LinkPair other = LinkPair.Create();
        using FailingLink link = new(other.A) { ThrowsOnClose = true };
        Assert.Throws<IOException>(() => b.Radio.AddInterface(link));
        Assert.Equal(2, b.Radio.Interfaces.Count);
        link.ThrowsOnClose = false;
        Assert.False(b.Socket.TrySendTo(new byte[10], s_far).Failed);
        Assert.True(b.TryReceive());
    }

    /// <summary>A link says once what it is. Whether it has a carrier it is asked again and again.</summary>
    [Fact]
    public void A_link_whose_properties_throw_after_it_was_added_goes_on()
    {
        using Reports reports = new();
        using Bench b = new();
        b.Faulty.PropertiesThrow = true;
        Assert.False(b.Socket.TrySendTo(new byte[10], s_far).Failed);
        Assert.True(b.TryReceive());
        Assert.False(b.FarSocket.TrySendTo(new byte[10], b.SocketEnd).Failed);
        Assert.True(b.Socket.TryReceive(new byte[100]).Count == 10);
        Assert.True(b.Interface.HasCarrier);
        Assert.Equal("failing", Assert.Single(b.Radio.GetSnapshot().Interfaces, one => one.Index == b.Interface.Index).Name);
        b.Interface.AddAddress(IPAddress.Parse("2001:db8::1"), 64);
        Assert.NotEmpty(reports.Callbacks);
        Assert.All(reports.Callbacks, callback => Assert.Equal("ILink.HasCarrier", callback));
        Assert.Equal(reports.Callbacks.Count, b.Interface.Counters.LinkErrors);
    }

    [Fact]
    public void A_faulty_link_goes_on_when_the_link_inside_cannot_tell_whether_it_has_a_carrier()
    {
        using Reports reports = new();
        IngressClock clock = new();
        LinkPair pair = LinkPair.Create(new LinkPairOptions { Medium = LinkMedium.IP });
        FailingLink failing = new(pair.A);
        LinkFaults late = new() { Delay = TimeSpan.FromMilliseconds(5) };
        using FaultyLink link = new(failing, new FaultyLinkOptions { TimeProvider = clock, Seed = 1, Inbound = late });
        failing.PropertiesThrow = true;
        Assert.True(pair.B.TrySend(Frame.Copy(new byte[40])));
        clock.Advance(TimeSpan.FromMilliseconds(10));
        Assert.True(link.TryReceive(out Frame? frame));
        frame.Release();
        Assert.NotEmpty(reports.Callbacks);
        Assert.All(reports.Callbacks, callback => Assert.Equal("ILink.HasCarrier", callback));
    }

    public enum Fault
    {
        None,
        Before,
        AfterRelease,
    }

    /// <summary>Two radios on a cable; around the near end is a link that fails when it is told to.</summary>
    private sealed class Bench : IDisposable
    {
        private readonly (long, long) _before = (FramePool.InUse, BlockPool.Small.InUse + BlockPool.Large.InUse);
        private readonly StackRadio _far;

        internal Bench()
        {
            IngressClock clock = new();
            LinkPair pair = LinkPair.Create();
            Faulty = new FailingLink(pair.A);
            Radio = new StackRadio(new StackOptions { TimeProvider = clock, Seed = 1 });
            _far = new StackRadio(new StackOptions { TimeProvider = clock, Seed = 2 });
            Interface = Radio.AddInterface(Faulty);
            Interface.AddAddress(IPAddress.Parse("192.0.2.1"), 24);
            _far.AddInterface(pair.B).AddAddress(IPAddress.Parse("192.0.2.2"), 24);
            Socket = Bind(Radio, 8);
            FarSocket = Bind(_far, 9);
            Assert.False(Socket.TrySendTo(new byte[10], s_far).Failed);
            Assert.True(TryReceive());
        }

        internal StackRadio Radio { get; }

        internal StackInterface Interface { get; }

        internal FailingLink Faulty { get; }

        internal RadioSocket Socket { get; }

        internal IPEndPoint SocketEnd { get; } = new(IPAddress.Parse("192.0.2.1"), 8);

        internal RadioSocket FarSocket { get; }

        internal bool TryReceive() => FarSocket.TryReceive(new byte[100]).Count == 10;

        public void Dispose()
        {
            Socket.Close();
            FarSocket.Close();
            Radio.Dispose();
            _far.Dispose();
            Assert.Equal(_before, (FramePool.InUse, BlockPool.Small.InUse + BlockPool.Large.InUse));
        }

        private static RadioSocket Bind(StackRadio radio, int port)
        {
            Assert.False(radio.OpenSocket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp, out RadioSocket? socket).Failed);
            Assert.False(socket!.Bind(new IPEndPoint(IPAddress.Any, port)).Failed);
            return socket;
        }
    }

    private sealed class FailingLink(ILink inner) : ILink
    {
        public string Name => OrThrow("failing");

        public LinkMedium Medium => OrThrow(inner.Medium);

        public int Mtu => OrThrow(inner.Mtu);

        public PhysicalAddress HardwareAddress => OrThrow(inner.HardwareAddress);

        public LinkOffloads Offloads => OrThrow(inner.Offloads);

        public bool HasCarrier => OrThrow(inner.HasCarrier);

        public Action? FrameAvailable
        {
            get => inner.FrameAvailable;
            set => inner.FrameAvailable = ThrowsOnClose ? throw new IOException("woken") : value;
        }

        internal Fault OnSend { get; set; }

        internal int ReceiveFailures { get; set; }

        internal bool ThrowsOnClose { get; set; }

        internal bool PropertiesThrow { get; set; }

        public bool TrySend(Frame frame)
        {
            if (OnSend == Fault.AfterRelease)
            {
                frame.Release();
            }

            return OnSend == Fault.None ? inner.TrySend(frame) : throw new IOException("send");
        }

        public bool TryReceive([NotNullWhen(true)] out Frame? frame)
        {
            if (ReceiveFailures > 0)
            {
                ReceiveFailures--;
                throw new IOException("receive");
            }

            return inner.TryReceive(out frame);
        }

        public void Dispose()
        {
            inner.Dispose();
            if (ThrowsOnClose)
            {
                throw new IOException("dispose");
            }
        }

        private T OrThrow<T>(T value) => PropertiesThrow ? throw new IOException("property") : value;
    }

    /// <summary>What is reported of callbacks meanwhile.</summary>
    private sealed class Reports : IDisposable
    {
        internal Reports() => CallbackExceptions.Unhandled += Note;

        internal List<string> Callbacks { get; } = [];

        public void Dispose() => CallbackExceptions.Unhandled -= Note;

        private void Note(object? source, CallbackExceptionEventArgs args)
        {
            lock (Callbacks)
            {
                Callbacks.Add(args.Callback);
            }
        }
    }
}
