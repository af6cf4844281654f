#:project ../src/SocketPools.Stack/SocketPools.Stack.csproj

// A file over UDP, 54 datagrams of 1200 bytes in one call at each end. Every call is answered with a bit for each datagram that came,
// and what is missing is sent again. For a quiet network: there is no congestion control, and no authentication.
//
//   dotnet run samples/udp-file.cs                              16 MiB to itself, on loopback
//   dotnet run samples/udp-file.cs -- lossy                     1 MiB between two stacks, over a cable that loses 3 of 100 frames
//   dotnet run samples/udp-file.cs -- receive 4711 copy.bin     the receiver
//   dotnet run samples/udp-file.cs -- send HOST 4711 file.bin   the sender

using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SocketPools;
using SocketPools.Radios;
using SocketPools.Stack;
using SocketPools.Stack.Links;

// A datagram: block (4 bytes), its place in the block, how many the block has, flags (2 bytes), data. An answer: block, and a bit for each.
const int Size = 1200, Header = 8, Payload = Size - Header, Together = 54;
const int LastBlock = 1, PleaseAnswer = 2;
const int MostTries = 600;
const double AnswerTimeout = 0.1;

try
{
    return Run(args);
}
catch (Exception e) when (e is AddressInfoException or PoolSocketException or IOException or UnauthorizedAccessException or FormatException)
{
    Console.Error.WriteLine($"udp-file: {e.Message}");
    return 1;
}

static int Run(string[] args)
{
    switch (args)
    {
        case ["receive", string port, string path]:
            using (SocketPool pool = SocketPool.For(HostNetwork.Default))
            using (PoolSocket socket = Bind(pool, "", int.Parse(port, CultureInfo.InvariantCulture)))
            using (FileStream file = File.Create(path))
            {
                Receive(socket, file);
                Console.WriteLine($"received {file.Length} bytes");
            }

            break;

        case ["send", string host, string port, string path]:
            using (SocketPool pool = SocketPool.For(HostNetwork.Default))
            using (FileStream file = File.OpenRead(path))
            {
                IPSocketAddress remote = pool.GetAddressInfo(host, port, AddressFamily.InterNetwork, SocketType.Dgram)[0].Address; // as the receiver's
                using PoolSocket socket = pool.CreateSocket(remote.Family, SocketType.Dgram);
                socket.Connect(remote);
                Send(socket, file);
                Console.WriteLine($"sent {file.Length} bytes");
            }

            break;

        case ["lossy"]:
            LinkPair cable = LinkPair.Create(new LinkPairOptions { WakeMode = LinkWakeMode.Queued });
            LinkFaults faults = new() { Loss = 0.03, Reordering = 0.03 };
            FaultyLink lossy = new(cable.A, new FaultyLinkOptions { Seed = 1, Outbound = faults, Inbound = faults });
            using (StackRadio near = new(new StackOptions { Name = "near", Seed = 1 }))
            using (StackRadio far = new(new StackOptions { Name = "far", Seed = 1 }))
            {
                near.AddInterface(lossy).AddAddress(IPAddress.Parse("192.0.2.1"), 24);
                far.AddInterface(cable.B).AddAddress(IPAddress.Parse("192.0.2.2"), 24);
                using SocketPool nearPool = new(near), farPool = new(far);
                SendToItself(nearPool, farPool, "192.0.2.2", 1 << 20);
                Console.WriteLine($"{lossy.OutboundCounters.FramesLost + lossy.InboundCounters.FramesLost} frames were lost");
            }

            break;

        case []:
            using (SocketPool pool = SocketPool.For(HostNetwork.Default))
            {
                SendToItself(pool, pool, "127.0.0.1", 16 << 20);
            }

            break;

        default:
            Console.Error.WriteLine("usage: udp-file.cs [lossy | receive PORT FILE | send HOST PORT FILE]");
            return 2;
    }

    return 0;
}

static PoolSocket Bind(SocketPool pool, string host, int port)
{
    PoolSocket socket = pool.CreateSocket(type: SocketType.Dgram);
    socket.Bind(host, port);
    return socket;
}

static void SendToItself(SocketPool near, SocketPool far, string host, int length)
{
    byte[] sent = new byte[length + 77];
    new Random(1).NextBytes(sent);
    using MemoryStream received = new(sent.Length);
    using PoolSocket receiver = Bind(far, host, 0);
    using PoolSocket sender = near.CreateSocket(type: SocketType.Dgram);
    sender.Connect(receiver.LocalEndPoint);
    Thread receiving = new(() => Receive(receiver, received));
    receiving.Start();
    Stopwatch watch = Stopwatch.StartNew();
    using MemoryStream file = new(sent);
    Send(sender, file);
    TimeSpan time = watch.Elapsed;
    receiving.Join();
    bool same = received.ToArray().AsSpan().SequenceEqual(sent);
    Console.WriteLine($"{received.Length} bytes in {time.TotalMilliseconds:F0} ms, {(same ? "the same" : "DIFFERENT")} at both ends");
}

// Sends block by block; the next one goes when the receiver has all of this one.
static void Send(PoolSocket socket, Stream file)
{
    socket.SetTimeout(AnswerTimeout);
    byte[] data = new byte[Together * Payload];
    byte[] segments = new byte[Together * Size];
    int length = file.ReadAtLeast(data, data.Length, throwOnEndOfStream: false);
    bool isLast;
    for (uint block = 0; ; block++)
    {
        int count = Math.Max(1, (length + Payload - 1) / Payload);
        isLast = length < data.Length;
        ulong missing = ulong.MaxValue >> (64 - count);
        for (int tries = 0; missing != 0; tries++)
        {
            if (tries == MostTries)
            {
                throw new IOException("The receiver does not answer.");
            }

            // Fewer than all may be taken; the answer says what came.
            int size = Pack(segments, data.AsSpan(0, length), block, count, missing, isLast);
            try
            {
                socket.SendSegments(segments.AsSpan(0, size), Size);
                ulong before = missing;
                missing &= ~ReceiveAnswer(socket, block);
                tries = missing == before ? tries : 0;
            }
            catch (PoolSocketException e) when (e.Errno == Errno.ETIMEDOUT)
            {
                // Lost: once more.
            }
            catch (PoolSocketException e) when (e.Errno == Errno.ECONNREFUSED)
            {
                Thread.Sleep(TimeSpan.FromSeconds(AnswerTimeout)); // the receiver has not started yet
            }
        }

        if (isLast)
        {
            return;
        }

        length = file.ReadAtLeast(data, data.Length, throwOnEndOfStream: false);
    }
}

// Puts what is missing of a block into one buffer; all its datagrams have the same size, but for the last of the file.
static int Pack(Span<byte> segments, ReadOnlySpan<byte> data, uint block, int count, ulong missing, bool isLast)
{
    int size = 0;
    int header = 0;
    for (int i = 0; i < count; i++)
    {
        if ((missing >> i & 1) != 0)
        {
            header = size;
            BinaryPrimitives.WriteUInt32BigEndian(segments[size..], block);
            segments[size + 4] = (byte)i;
            segments[size + 5] = (byte)count;
            BinaryPrimitives.WriteUInt16BigEndian(segments[(size + 6)..], (ushort)(isLast ? LastBlock : 0));
            ReadOnlySpan<byte> part = data[(i * Payload)..Math.Min(data.Length, (i + 1) * Payload)];
            part.CopyTo(segments[(size + Header)..]);
            size += Header + part.Length;
        }
    }

    segments[header + 7] |= PleaseAnswer;
    return size;
}

static ulong ReceiveAnswer(PoolSocket socket, uint block)
{
    Span<byte> answer = stackalloc byte[12];
    while (socket.ReceiveInto(answer) != answer.Length || BinaryPrimitives.ReadUInt32BigEndian(answer) != block)
    {
        // An answer that comes late is about another block.
    }

    return BinaryPrimitives.ReadUInt64BigEndian(answer[4..]);
}

// Receives from the first sender, writes whole blocks, and stays a little after the end, should its last answer be lost.
static void Receive(PoolSocket socket, Stream file)
{
    byte[] buffer = new byte[PoolSocket.SegmentBufferSize];
    byte[] data = new byte[Together * Payload];
    byte[] answer = new byte[12];
    (uint expected, ulong have, int length, bool isOver) = (0, 0, 0, false);
    IPSocketAddress sender = default;
    while (true)
    {
        int received;
        int size;
        try
        {
            received = socket.ReceiveSegmentsInto(buffer, out size, out IPSocketAddress from);
            sender = sender.HasValue ? sender : from;
            if (from != sender)
            {
                continue;
            }
        }
        catch (PoolSocketException e) when (e.Errno == Errno.ETIMEDOUT && isOver)
        {
            return;
        }

        for (int at = 0; at < received; at += size)
        {
            ReadOnlySpan<byte> datagram = buffer.AsSpan(at, Math.Min(size, received - at));
            if (datagram.Length < Header || datagram[4] >= datagram[5] || datagram[5] > Together || datagram.Length > Size)
            {
                continue;
            }

            uint block = BinaryPrimitives.ReadUInt32BigEndian(datagram);
            (int place, int count, int flags) = (datagram[4], datagram[5], datagram[7]);
            bool isComplete = false;
            if (block == expected && !isOver)
            {
                datagram[Header..].CopyTo(data.AsSpan(place * Payload));
                have |= 1UL << place;
                length = place == count - 1 ? (place * Payload) + datagram.Length - Header : length;
                isComplete = have == ulong.MaxValue >> (64 - count);
                if (isComplete)
                {
                    file.Write(data, 0, length);
                    (expected, have, isOver) = (expected + 1, 0, (flags & LastBlock) != 0);
                    socket.SetTimeout(isOver ? 3 * AnswerTimeout : 30);
                }
            }

            if (isComplete || (flags & PleaseAnswer) != 0)
            {
                BinaryPrimitives.WriteUInt32BigEndian(answer, block);
                BinaryPrimitives.WriteUInt64BigEndian(answer.AsSpan(4), block < expected ? ulong.MaxValue : have);
                socket.SendTo(answer, sender);
            }
        }
    }
}
