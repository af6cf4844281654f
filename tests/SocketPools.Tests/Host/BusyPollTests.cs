using System.IO.Pipes;
using System.Runtime.Versioning;
using SocketPools.Host.Linux;

namespace SocketPools.Tests.Host;

/// <summary>When a thread of the epoll looks again before it sleeps.</summary>
[SupportedOSPlatform("linux")]
public sealed unsafe class BusyPollTests : IDisposable
{
    private const int Readable = 1;
    private const int Limit = 4;

    private readonly AnonymousPipeServerStream _writer = new(PipeDirection.Out);
    private readonly int _epoll = Libc.epoll_create1(Libc.EPOLL_CLOEXEC);
    private readonly byte[] _events = new byte[16 * Limit];
    private int _isPolling;

    public BusyPollTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "epoll is Linux's");
        Assert.SkipUnless(Environment.ProcessorCount > 1, "needs two processors");
        byte* change = stackalloc byte[16];
        *(int*)change = Readable;
        Assert.Equal(0, Libc.epoll_ctl(_epoll, Libc.EPOLL_CTL_ADD, (int)_writer.ClientSafePipeHandle.DangerousGetHandle(), change));
    }

    [Fact]
    public void What_is_ready_is_found()
    {
        BusyPoll poll = default;
        _writer.WriteByte(1);
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(1, Run(ref poll));
        }
    }

    [Fact]
    public void A_thread_that_has_found_nothing_sleeps_many_times_before_it_polls_again()
    {
        BusyPoll poll = default;
        Assert.Equal(0, Run(ref poll));
        _writer.WriteByte(1);
        for (int i = 1; i < BusyPoll.Pause; i++)
        {
            Assert.Equal(0, Run(ref poll));
        }

        Assert.Equal(1, Run(ref poll));
        Assert.Equal(1, Run(ref poll));
    }

    [Fact]
    public void Polls_that_have_paid_make_up_for_some_that_have_not()
    {
        BusyPoll poll = default;
        _writer.WriteByte(1);
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(1, Run(ref poll));
        }

        using AnonymousPipeClientStream reader = new(PipeDirection.In, _writer.ClientSafePipeHandle);
        Assert.Equal(1, reader.ReadByte());
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(0, Run(ref poll));
        }

        _writer.WriteByte(1);
        Assert.Equal(1, Run(ref poll));
    }

    [Fact]
    public void One_thread_polls_at_a_time()
    {
        BusyPoll poll = default;
        _writer.WriteByte(1);
        _isPolling = 1;
        Assert.Equal(0, Run(ref poll));
        _isPolling = 0;
        Assert.Equal(1, Run(ref poll));
        Assert.Equal(0, _isPolling);
    }

    [Theory]
    [InlineData(null, null, 2, true)]
    [InlineData(null, "1", 2, true)]
    [InlineData(null, "0", 2, false)]
    [InlineData(null, "", 2, true)]
    [InlineData(null, "False", 2, false)]
    [InlineData(false, null, 2, false)]
    [InlineData(false, "1", 2, false)]
    [InlineData(true, "0", 2, true)]
    [InlineData(true, "1", 1, false)]
    [InlineData(null, null, 1, false)]
    public void The_switch_decides_before_the_variable_and_one_processor_before_both(bool? contextSwitch, string? variable, int processors, bool expected) =>
        Assert.Equal(expected, BusyPollSwitch.Decide(contextSwitch, variable, processors));

    public void Dispose()
    {
        _ = Libc.close(_epoll);
        _writer.Dispose();
    }

    private int Run(ref BusyPoll poll)
    {
        fixed (byte* events = _events)
        {
            return poll.Run(_epoll, events, Limit, ref _isPolling);
        }
    }
}
