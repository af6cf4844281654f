using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using SocketPools.Tool.Http;

namespace SocketPools.Tool.Serving;

/// <summary>What a request is answered with: a status, fields, and a text or a part of a file.</summary>
internal sealed class Answer(int status) : IDisposable
{
    private byte[] _text = [];
    private SafeFileHandle? _file;
    private long _first;

    internal int Status => status;

    internal HeaderFields Fields { get; } = new();

    /// <summary>How many bytes the content has; it is not sent to a HEAD.</summary>
    internal long Count { get; private set; }

    /// <summary>An answer that says no more than its status.</summary>
    internal static Answer OfStatus(int status) =>
        new Answer(status).WithText($"{status} {ReasonOf(status)}\n", "text/plain; charset=utf-8");

    internal Answer With(string name, string value)
    {
        Fields.Add(name, value);
        return this;
    }

    internal Answer WithText(string text, string type)
    {
        _text = Encoding.UTF8.GetBytes(text);
        Count = _text.Length;
        return With("Content-Type", type);
    }

    /// <summary>Takes over a file and sends a part of it.</summary>
    internal Answer WithFile(SafeFileHandle file, long first, long count)
    {
        (_file, _first, Count) = (file, first, count);
        return this;
    }

    /// <summary>Sends head and content.</summary>
    /// <exception cref="EndOfStreamException">The file became shorter: the connection has to be closed.</exception>
    /// <exception cref="StalledException">The client takes nothing, or too little.</exception>
    internal void WriteTo(SteadySender sender, bool headOnly, bool keepsAlive)
    {
        Fields.Add("Date", HttpDate.Format(sender.Clock.GetUtcNow().UtcDateTime)).Add("Server", "socketpool");
        if (status != 304)
        {
            Fields.Add("Content-Length", Count.ToString(CultureInfo.InvariantCulture));
        }

        Fields.Add("Connection", keepsAlive ? "keep-alive" : "close");
        byte[] head = new ResponseHead(1, status, ReasonOf(status), Fields).ToBytes();
        bool hasText = !headOnly && _file is null && status != 304;
        sender.Send(hasText ? (byte[])[.. head, .. _text] : head);
        if (!headOnly && _file is not null)
        {
            WriteFile(sender, _file);
        }
    }

    public void Dispose() => _file?.Dispose();

    internal static string ReasonOf(int status) => status switch
    {
        200 => "OK",
        206 => "Partial Content",
        301 => "Moved Permanently",
        304 => "Not Modified",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        412 => "Precondition Failed",
        414 => "URI Too Long",
        416 => "Range Not Satisfiable",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        505 => "HTTP Version Not Supported",
        _ => "",
    };

    private void WriteFile(SteadySender sender, SafeFileHandle file)
    {
        byte[] block = new byte[(int)Math.Min(Count, 64 * 1024)];
        for (long done = 0; done < Count;)
        {
            int count = RandomAccess.Read(file, block.AsSpan(0, (int)Math.Min(block.Length, Count - done)), _first + done);
            if (count == 0)
            {
                throw new EndOfStreamException("The file became shorter while it was sent.");
            }

            sender.Send(block.AsMemory(0, count));
            done += count;
        }
    }
}
