using System.Globalization;
using System.Net;
using SocketPools.Tool.Http;

namespace SocketPools.Tool;

/// <summary>One listener of <c>forward</c>, and where its connections go; nowhere in particular for SOCKS.</summary>
internal sealed record ForwardRule(IPEndPoint Listen, (string Host, int Port)? Target, string TargetText)
{
    /// <exception cref="ToolException">The words are no such rules.</exception>
    internal static ForwardRule[] Parse(string[] words, bool isSocks, IPAddress address)
    {
        if (isSocks)
        {
            return [.. words.Select(word => new ForwardRule(ParseListen(word, address), null, ""))];
        }

        return words.Length % 2 == 0
            ? [.. words.Chunk(2).Select(pair => new ForwardRule(ParseListen(pair[0], address), ParseTarget(pair[1]), pair[1]))]
            : throw new ToolException("forward takes pairs of LISTEN and TARGET (see: socketpool forward --help)", ExitCodes.Usage);
    }

    private static IPEndPoint ParseListen(string word, IPAddress address)
    {
        if (word.All(char.IsAsciiDigit) && int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port <= IPEndPoint.MaxPort)
        {
            return new IPEndPoint(address, port);
        }

        return word.LastIndexOf(':') > word.LastIndexOf(']') && IPEndPoint.TryParse(word, out IPEndPoint? endPoint)
            && endPoint.ToString() == word
            ? endPoint
            : throw new ToolException($"\"{ToolConsole.OneLine(word)}\" is not [ADDRESS:]PORT, for example 5432, 127.0.0.1:5432 or [::1]:5432", ExitCodes.Usage);
    }

    private static (string Host, int Port) ParseTarget(string word)
    {
        if (word.StartsWith(':'))
        {
            throw new ToolException($"\"{ToolConsole.OneLine(word)}\" has no host", ExitCodes.Usage);
        }

        try
        {
            (string host, int port) = HostAndPort.Parse(word, 0);
            return port > 0 ? (host, port) : throw new ToolException($"\"{ToolConsole.OneLine(word)}\" has no port", ExitCodes.Usage);
        }
        catch (HttpFormatException e)
        {
            throw new ToolException(e.Message, ExitCodes.Usage, e);
        }
    }
}
