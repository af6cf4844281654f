using System.Net;
using SocketPools.Radios;
using SocketPools.Testing;

namespace SocketPools.Tests.Contract;

/// <summary>The kit is proven too: radios that are wrong in one point fail the sentence about it.</summary>
public sealed class MutantTests
{
    private static readonly Dictionary<string, Func<WrappedRadio, RadioSocket, WrappedSocket>> s_mutants = new()
    {
        ["right"] = (radio, inner) => new WrappedSocket(radio, inner),
        ["gives up early"] = (radio, inner) => new EarlySocket(radio, inner),
        ["never gives up"] = (radio, inner) => new EndlessSocket(radio, inner),
        ["says EAGAIN for ETIMEDOUT"] = (radio, inner) => new WrongErrnoSocket(radio, inner),
        ["does not wake who waits"] = (radio, inner) => new SleepySocket(radio, inner),
        ["cuts data"] = (radio, inner) => new CuttingSocket(radio, inner),
        ["swaps bytes"] = (radio, inner) => new SwappingSocket(radio, inner),
        ["says 0 for EAGAIN"] = (radio, inner) => new NothingSocket(radio, inner),
        ["forgets the end"] = (radio, inner) => new ForgetfulSocket(radio, inner),
        ["invents the sender"] = (radio, inner) => new InventingSocket(radio, inner),
        ["is always ready"] = (radio, inner) => new ReadySocket(radio, inner),
        ["ignores cancellation"] = (radio, inner) => new StubbornSocket(radio, inner),
        ["throws"] = (radio, inner) => new ThrowingSocket(radio, inner),
        ["keeps the port"] = (radio, inner) => new KeepingSocket(radio, inner),
        ["writes past the count"] = (radio, inner) => new SpillingSocket(radio, inner),
        ["waits in an attempt"] = (radio, inner) => new BlockingAttemptSocket(radio, inner),
        ["keeps no option"] = (radio, inner) => new ConstantOptionSocket(radio, inner),
        ["has one set of ports"] = (radio, inner) => new OnePortSpaceSocket(radio, inner),
        ["does nothing"] = (radio, inner) => new IdleSocket(radio, inner),
        ["sends the first piece only"] = (radio, inner) => new FirstPieceSocket(radio, inner),
        ["cancels with a token of its own"] = (radio, inner) => new OwnTokenSocket(radio, inner),
        ["sends segments as one datagram"] = (radio, inner) => new LongSendSocket(radio, inner),
        ["joins whatever comes"] = (radio, inner) => new JoiningSocket(radio, inner),
        ["takes what it peeks at"] = (radio, inner) => new TakingPeekSocket(radio, inner),
        ["miscounts"] = (radio, inner) => new MiscountingSocket(radio, inner),
        ["fills the first buffer only"] = (radio, inner) => new FirstBufferSocket(radio, inner),
        ["allocates"] = (radio, inner) => new AllocatingSocket(radio, inner),
    };

    [Theory(Timeout = 240_000)]
    [InlineData("gives up early", "Receive of a datagram lasts until its deadline, and can be called again")]
    [InlineData("gives up early", "A wait on many sockets lasts until its deadline and answers 0", true)]
    [InlineData("never gives up", "ReceiveFrom lasts until its deadline, and can be called again")]
    [InlineData("never gives up", "The shortest deadline there is ends with ETIMEDOUT and not with EAGAIN")]
    [InlineData("says EAGAIN for ETIMEDOUT", "Wait lasts until its deadline, and can be called again")]
    [InlineData("does not wake who waits", "Closing wakes a receive of a datagram, which is EBADF (blocking)")]
    [InlineData("does not wake who waits", "Closing wakes a receive of a datagram, which is EBADF (asynchronous)")]
    [InlineData("does not wake who waits", "Closing one of many sockets wakes the wait, and the closed one is ready for everything")]
    [InlineData("does not wake who waits", "Disposing a pool wakes what waits on its sockets")]
    [InlineData("cuts data", "A stream carries bytes both ways (blocking)")]
    [InlineData("cuts data", "A datagram arrives whole, with its sender's address (asynchronous)")]
    [InlineData("swaps bytes", "A long stream arrives whole and in order against a slow reader (asynchronous)")]
    [InlineData("swaps bytes", "A connection carries both directions at once (blocking)")]
    [InlineData("says 0 for EAGAIN", "An immediate deadline asks once and does not wait: EAGAIN")]
    [InlineData("forgets the end", "The end of a stream is reported as often as it is read (blocking)")]
    [InlineData("invents the sender", "A datagram arrives whole, with its sender's address (blocking)")]
    [InlineData("invents the sender", "Connections are accepted in the order in which they came (blocking)")]
    [InlineData("is always ready", "A connection is writable, and readable only while there is data")]
    [InlineData("is always ready", "A wait on many sockets lasts until its deadline and answers 0")]
    [InlineData("ignores cancellation", "A thousand cancelled waits leave nothing behind")]
    [InlineData("ignores cancellation", "A cancelled asynchronous wait is a cancelled task")]
    [InlineData("ignores cancellation", "A cancelled asynchronous call loses nothing, with a timeout and without")]
    [InlineData("cancels with a token of its own", "A cancelled asynchronous call loses nothing, with a timeout and without")]
    [InlineData("does not wake who waits", "Disposing a pool ends the asynchronous calls of its sockets")]
    [InlineData("sends the first piece only", "Bytes in several pieces arrive in order, and empty pieces are nothing")]
    [InlineData("sends the first piece only", "A pool's sockets connect, accept, send and receive without holding a thread")]
    [InlineData("throws", "A stream without a connection: receives are ENOTCONN, sends are EPIPE")]
    [InlineData("keeps the port", "Closing gives the address back at once")]
    [InlineData("keeps the port", "After Close every call on a Dgram socket is EBADF")]
    [InlineData("writes past the count", "A receive waits for data and takes what is there (blocking)")]
    [InlineData("waits in an attempt", "An empty datagram is sent to the peer too")]
    [InlineData("waits in an attempt", "An empty datagram is sent to the peer too", true)]
    [InlineData("keeps no option", "The option NoDelay of a Stream socket keeps what was set, or is ENOPROTOOPT")]
    [InlineData("keeps no option", "The option SendBuffer of a Stream socket keeps what was set, or is ENOPROTOOPT", true)]
    [InlineData("has one set of ports", "Streams and datagrams have ports of their own")]
    [InlineData("sends segments as one datagram", "Segments arrive as datagrams of their size, in order (blocking)")]
    [InlineData("sends segments as one datagram", "Segments to the peer are received in segments, each of them whole (asynchronous)", true)]
    [InlineData("joins whatever comes", "Datagrams of two senders and of several sizes are never taken for each other's")]
    [InlineData("joins whatever comes", "Datagrams of two senders and of several sizes are never taken for each other's", true)]
    [InlineData("allocates", "Attempts on segments allocate nothing", true)]
    [InlineData("does not wake who waits", "Closing wakes a receive of segments, which is EBADF (blocking)")]
    [InlineData("does nothing", "Attempts on datagrams allocate nothing", true)]
    [InlineData("allocates", "Attempts on datagrams allocate nothing", true)]
    [InlineData("takes what it peeks at", "A peek at a stream shows the bytes and leaves them, or is EOPNOTSUPP", true)]
    [InlineData("takes what it peeks at", "A peek at a datagram shows it and leaves it, or is EOPNOTSUPP", true)]
    [InlineData("miscounts", "What is available of a stream is what has come, or EOPNOTSUPP", true)]
    [InlineData("miscounts", "What is available of a datagram socket is its next datagram, or EOPNOTSUPP", true)]
    [InlineData("miscounts", "Packet information names the address that a datagram was sent to, or is EOPNOTSUPP", true)]
    [InlineData("fills the first buffer only", "A stream fills several buffers one after the other")]
    [InlineData("fills the first buffer only", "A datagram goes on from one buffer to the next, and is cut after the last", true)]
    [InlineData("sends the first piece only", "Pieces are sent whole within a deadline, on a stream only")]
    [InlineData("never gives up", "A peek waits no longer than its deadline", true)]
    [InlineData("keeps no option", "A linger time and the times of keep-alive keep what was set, or are ENOPROTOOPT", true)]
    public async Task A_radio_that_is_wrong_fails(string mutant, string sentence, bool onHost = false)
    {
        ContractCase theCase = RadioContract.Find(sentence);
        await theCase.RunAsync(Pair("right", onHost), TestContext.Current.CancellationToken);
        ContractException failure = await Assert.ThrowsAsync<ContractException>(
            () => theCase.RunAsync(Pair(mutant, onHost), TestContext.Current.CancellationToken));
        Assert.Equal(sentence, failure.CaseName);
        Assert.Contains(sentence, failure.Message, StringComparison.Ordinal);
    }

    [Trait("Speed", "Slow")]
    [Fact(Timeout = 240_000)]
    public async Task A_whole_run_reports_every_sentence_that_does_not_hold()
    {
        List<string> broken = [];
        AggregateException all = await Assert.ThrowsAsync<AggregateException>(() => RadioContract.RunAllAsync(
            Pair("invents the sender", onHost: false),
            (theCase, failure) =>
            {
                if (failure is not null)
                {
                    broken.Add(theCase.Name);
                }
            },
            TestContext.Current.CancellationToken));
        Assert.Equal(broken, all.InnerExceptions.Cast<ContractException>().Select(e => e.CaseName));
        Assert.InRange(broken.Count, 3, RadioContract.Cases.Count / 2);
    }

    [Fact]
    public void The_sentences_are_different()
    {
        Assert.Equal(RadioContract.Cases.Count, RadioContract.Cases.Select(c => c.Name).Distinct().Count());
    }

    private static RadioPair Pair(string mutant, bool onHost)
    {
        Func<WrappedRadio, RadioSocket, WrappedSocket> wrap = s_mutants[mutant];
        if (onHost)
        {
            WrappedRadio host = new(new HostNetwork(), wrap);
            return new RadioPair
            {
                Near = host,
                Far = host,
                NearAddress = IPAddress.Loopback,
                FarAddress = IPAddress.Loopback,
                ChecksAllocations = true,
                Timeout = TimeSpan.FromSeconds(mutant == "right" ? 20 : 0.5),
            };
        }

        RadioPair memory = MemoryContractTests.Pair("192.0.2.10", "192.0.2.20");
        return new RadioPair
        {
            Near = new WrappedRadio(memory.Near, wrap),
            Far = new WrappedRadio(memory.Far, wrap),
            NearAddress = memory.NearAddress,
            FarAddress = memory.FarAddress,
            UnassignedAddress = memory.UnassignedAddress,
            AdvanceClock = memory.AdvanceClock,
            Timeout = mutant == "right" ? memory.Timeout : TimeSpan.FromSeconds(0.5),
        };
    }
}
