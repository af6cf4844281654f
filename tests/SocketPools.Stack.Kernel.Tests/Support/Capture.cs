using SocketPools.Stack.Links;

namespace SocketPools.Stack.Kernel.Tests;

/// <summary>A file of what went over the cable, which stays when the test fails.</summary>
internal sealed class Capture : IDisposable
{
    // Headers, and a little of what they carry.
    private const int SnapLength = 160;

    private bool _stays;

    internal string File { get; } = Path.Combine(Path.GetTempPath(), $"socketpool-kernel-{Guid.NewGuid():N}.pcapng");

    internal CapturingLink Wrap(ILink link) =>
        new(link, new FileStream(File, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 1 << 16), snapLength: SnapLength);

    internal void Keep() => _stays = true;

    /// <summary>After the link is closed.</summary>
    public void Dispose()
    {
        if (!_stays)
        {
            System.IO.File.Delete(File);
        }
    }
}
