using System.Net.Sockets;
using SocketPools.Diagnostics;
using SocketPools.Radios;

namespace SocketPools.Forwarding;

/// <summary>One connection of a forwarder, or one UDP mapping.</summary>
public sealed class ForwardedConnection
{
    private long _bytesToTarget;
    private long _bytesToClient;

    internal ForwardedConnection(long id, ProtocolType protocol, IPSocketAddress client, string target) =>
        (Id, Protocol, Client, Target) = (id, protocol, client, target);

    /// <summary>A number that the forwarder gives once.</summary>
    public long Id { get; }

    /// <summary>Gets the protocol: Tcp or Udp.</summary>
    public ProtocolType Protocol { get; }

    /// <summary>Who connected to the forwarder, or sent it the first datagram.</summary>
    public IPSocketAddress Client { get; }

    /// <summary>The target's host and port, or what a SOCKS client has asked for; empty until it has.</summary>
    public string Target { get; internal set; }

    /// <summary>Bytes of payload that went to the target so far.</summary>
    public long BytesToTarget => Interlocked.Read(ref _bytesToTarget);

    /// <summary>Bytes of payload that went to the client so far.</summary>
    public long BytesToClient => Interlocked.Read(ref _bytesToClient);

    /// <summary>Returns the protocol, the client and the target: <c>tcp 127.0.0.1:40022 to db.lab:5432</c>.</summary>
    public override string ToString() => $"{(Protocol == ProtocolType.Udp ? "udp" : "tcp")} {Client} to {VisibleText.Escape(Target)}";

    internal void Add(bool isToTarget, int count) => Interlocked.Add(ref isToTarget ? ref _bytesToTarget : ref _bytesToClient, count);
}
