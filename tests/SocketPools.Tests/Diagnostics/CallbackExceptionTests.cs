using SocketPools.Diagnostics;

namespace SocketPools.Tests.Telemetry;

[Collection(AloneCollection.Name)]
public sealed class CallbackExceptionTests
{
    [Fact]
    public void A_report_reaches_every_handler_also_after_one_that_throws()
    {
        InvalidOperationException failure = new("from a callback");
        List<(object?, string, Exception)> reports = [];
        long before = CallbackExceptions.Count;
        using Subscription first = new((_, _) => throw new InvalidOperationException("from a handler"));
        using Subscription second = new((source, e) => reports.Add((source, e.Callback, e.Exception)));
        CallbackExceptions.Report("A.B", failure, this);
        Assert.Equal([(this, "A.B", failure)], reports);
        Assert.Equal(before + 1, CallbackExceptions.Count);
    }

    internal sealed class Subscription : IDisposable
    {
        private readonly EventHandler<CallbackExceptionEventArgs> _handler;

        internal Subscription(EventHandler<CallbackExceptionEventArgs> handler) => CallbackExceptions.Unhandled += _handler = handler;

        public void Dispose() => CallbackExceptions.Unhandled -= _handler;
    }
}
