using SocketPools.Stack.Links;

namespace SocketPools.Tool.Radios;

/// <summary>The file of <c>--pcap</c>. When it cannot be written any more the command goes on, and says so at once.</summary>
internal sealed class FrameCapture : IDisposable
{
    private const int BufferSize = 64 * 1024;

    private readonly ToolConsole _console;
    private readonly string _file;
    private readonly PcapngWriter _writer;

    internal FrameCapture(ToolConsole console, string file)
    {
        _console = console;
        _file = file;

        // Others may read along while it grows.
        _writer = new PcapngWriter(new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.Read, BufferSize));
        _writer.Failed += failure =>
            _console.Say($"socketpool: {ToolConsole.OneLine(_file)} has only {_writer.Frames} frames: {ToolConsole.OneLine(failure.Message)}");
    }

    internal ILink Around(ILink link) => new CapturingLink(link, _writer);

    public void Dispose() => _writer.Dispose();
}
