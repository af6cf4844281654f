namespace SocketPools.Tool.Http;

/// <summary>The peer sent something that is not HTTP/1.1, or is out of bounds. The only exception that the parsers throw.</summary>
/// <param name="message">What is wrong.</param>
/// <param name="status">What a server answers to it.</param>
internal sealed class HttpFormatException(string message, int status = 400) : ToolException(message)
{
    internal int Status { get; } = status;
}
