#!/bin/bash
# NetMQ 4.0.4.5 (NuGet): a message that was sent before Dispose() is not sent
#
# Guess: as in ZeroMQ, of which it is a port: a socket that is closed sends what is queued first, without a limit of time (ZMQ_LINGER -1), so that a
# program may connect, send and end.
# Observed: Options.Linger is 0, and the message of connect, SendFrame and Dispose never arrives. With Linger of 5 s it does. libzmq 4.3.4 (pyzmq
# 24.0.1) sends it by default.
# Why it matters: short programs (one reading from cron, the last message before a restart) lose everything when they are ported, and work as soon
# as somebody adds a pause. Set Options.Linger before Dispose().
source "$(dirname "$0")/support/lib.sh"
out=$(csharp NetMQ@4.0.4.5 <<'CSHARP'
using NetMQ;
using NetMQ.Sockets;

using PullSocket receiver = new();
int port = receiver.BindRandomPort("tcp://127.0.0.1");
foreach (TimeSpan? linger in new TimeSpan?[] { null, TimeSpan.FromSeconds(5) })
{
    using (PushSocket sender = new())
    {
        sender.Options.Linger = linger ?? sender.Options.Linger;
        Console.Write($"{sender.Options.Linger} ");
        sender.Connect($"tcp://127.0.0.1:{port}");
        sender.SendFrame("last words");
    }
    Console.WriteLine(receiver.TryReceiveFrameString(TimeSpan.FromSeconds(linger is null ? 1 : 10), out _));
}
CSHARP
)
expect "Linger, and whether the message arrives: default, with five seconds" "$out" $'00:00:00 False\n00:00:05 True'
debian python3-zmq=24.0.1-4+b1 libzmq5=4.3.4-6 libnorm1=1.5.9+dfsg-2 libpgm-5.3-0=5.3.128~dfsg-2 libsodium23=1.0.18-1+deb12u1
out=$(python - <<'P'
import zmq
context = zmq.Context()
receiver, sender = context.socket(zmq.PULL), context.socket(zmq.PUSH)
receiver.rcvtimeo = 10_000
sender.connect(f"tcp://127.0.0.1:{receiver.bind_to_random_port('tcp://127.0.0.1')}")
sender.send(b"last words")
sender.close()
print(receiver.recv())
P
)
expect "the same with libzmq" "$out" "b'last words'"
