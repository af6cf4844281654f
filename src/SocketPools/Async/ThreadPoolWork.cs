using System.Diagnostics.CodeAnalysis;
using SocketPools.Diagnostics;

namespace SocketPools.Async;

/// <summary>Work for the thread pool from threads that an exception must not end: the finalizer's, epoll's, a timer's.</summary>
internal static class ThreadPoolWork
{
    /// <summary>Queues work that reports its own exceptions.</summary>
    internal static void Queue(WaitCallback work)
    {
        try
        {
            ThreadPool.UnsafeQueueUserWorkItem(work, null);
        }
        catch (OutOfMemoryException)
        {
            // No thread could be started, for want of descriptors or memory. The work is in the queue by then, and the next thread of
            // the pool that is free or can be started takes it.
        }
    }

    /// <summary>Cancels on the thread pool, and reports what a callback of the token throws.</summary>
    [SuppressMessage("Usage", "VSTHRD100", Justification = "Nothing is thrown.")]
    [SuppressMessage("Design", "CA1031", Justification = "It is reported.")]
    internal static async void CancelReported(this CancellationTokenSource source, string callback)
    {
        try
        {
            await source.CancelAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            CallbackExceptions.Report(callback, e, source);
        }
    }
}
