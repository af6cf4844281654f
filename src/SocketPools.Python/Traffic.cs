namespace SocketPools.Python;

/// <summary>The bytes that passed through the sockets of a radio. Counted with the interpreter's lock held.</summary>
internal sealed class Traffic
{
    internal long BytesSent { get; set; }

    internal long BytesReceived { get; set; }
}
