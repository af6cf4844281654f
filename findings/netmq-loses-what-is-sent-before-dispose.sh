#!/bin/bash
# NetMQ 4.0.4.5 (NuGet): a message that waits when its socket is disposed is not sent
#
# Guess: as in ZeroMQ, of which it is a port: a socket that is closed sends what is queued first, without a limit of time (ZMQ_LINGER -1), so that a
# program may connect, send and end.
# Observed: Options.Linger is 0. The message of connect, SendFrame and Dispose is gone when the receiver binds its port a moment later; with a
# Linger of 20 s it arrives. libzmq 4.3.4 (pyzmq 24.0.1) sends it by default.
# Why it matters: short programs (one reading from cron, the last message before a restart) lose what they send when they are ported, and work as
# soon as somebody adds a pause. Set Options.Linger before Dispose().
source "$(dirname "$0")/support/lib.sh"
out=$(csharp NetMQ@4.0.4.5 <<'CSHARP'
using System.Net;
using System.Net.Sockets;
using NetMQ;
using NetMQ.Sockets;

foreach (TimeSpan? linger in new TimeSpan?[] { null, TimeSpan.FromSeconds(20) })
{
    TcpListener free = new(IPAddress.Loopback, 0);
    free.Start();
    int port = ((IPEndPoint)free.LocalEndpoint).Port;
    free.Stop();
    using (PushSocket sender = new())
    {
        sender.Options.Linger = linger ?? sender.Options.Linger;
        Console.Write($"{sender.Options.Linger} ");
        sender.Connect($"tcp://127.0.0.1:{port}");
        sender.SendFrame("last words");
    }
    using PullSocket receiver = new();
    receiver.Bind($"tcp://127.0.0.1:{port}");
    Console.WriteLine(receiver.TryReceiveFrameString(TimeSpan.FromSeconds(linger is null ? 2 : 15), out _));
}
CSHARP
)
expect "Linger, and whether the message arrives: default, with 20 s" "$out" $'00:00:00 False\n00:00:20 True'
debian python3-zmq=24.0.1-4+b1 libzmq5=4.3.4-6 libnorm1=1.5.9+dfsg-2 libpgm-5.3-0=5.3.128~dfsg-2 libsodium23=1.0.18-1+deb12u1
out=$(python - "$(free_port)" <<'P'
import sys, zmq
address = "tcp://127.0.0.1:" + sys.argv[1]
context = zmq.Context()
sender = context.socket(zmq.PUSH)
sender.connect(address)
sender.send(b"last words")
sender.close()
receiver = context.socket(zmq.PULL)
receiver.rcvtimeo = 15_000
receiver.bind(address)
print(receiver.recv())
P
)
expect "the same with libzmq" "$out" "b'last words'"
