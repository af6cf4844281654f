using System.Text;
using SocketPools.Tool.Files;
using SocketPools.Tool.Http;

namespace SocketPools.Tool.Fetching;

/// <summary>
/// A file that is being fetched. While it is incomplete a note beside it (<c>FILE.resume</c>) keeps where it comes from
/// and which version of it, so that a later run goes on only if the server still has the same. The note never speaks of
/// other bytes than those in the file: it changes when the file is open, locked and empty. A file of that name that is no
/// such note is not ours and is left alone.
/// </summary>
internal sealed class PartialFile(string path)
{
    // The longest URL in percent-encoding, and the longest line of a head.
    private const int MaxNote = 128 * 1024;

    private string NotePath => path + ".resume";

    /// <summary>How many bytes are there; 0 if there is no file.</summary>
    internal long Length => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    /// <summary>Opens the file to write all of it, and remembers the version that is about to come.</summary>
    internal FileStream Begin(HttpUrl url, ResponseHead head)
    {
        FileStream output = Open();
        try
        {
            Forget();
            if (output.CanSeek && output.Length > 0)
            {
                output.SetLength(0);
            }

            if (VersionOf(head) is { } version && FileKind.IsRegular(path) && !File.Exists(NotePath))
            {
                Remember($"{url}\n{version}\n");
            }

            return output;
        }
        catch
        {
            output.Dispose();
            throw;
        }
    }

    /// <summary>Opens the file to write what is missing.</summary>
    /// <param name="have">How many bytes it had when the server was asked.</param>
    internal FileStream Continue(long have)
    {
        FileStream output = Open();
        if (output.Length == have)
        {
            output.Seek(0, SeekOrigin.End);
            return output;
        }

        output.Dispose();
        throw new ToolException($"{path} was changed by another process meanwhile");
    }

    /// <summary>The version that the bytes are of, if they came from this URL and the server had told it.</summary>
    internal string? KnownVersion(HttpUrl url) => ReadNote() is { } note && note.Url == url.ToString() ? note.Version : null;

    /// <summary>Forgets the version: the file is whole, or begins again.</summary>
    internal void Forget()
    {
        if (ReadNote() is not null)
        {
            File.Delete(NotePath);
        }
    }

    /// <summary>What If-Range may say (RFC 9110, section 13.1.5): a strong ETag, else the date of the last change.</summary>
    internal static string? VersionOf(ResponseHead head) => head.Fields["ETag"] is { } tag && tag.StartsWith('"')
        ? tag
        : head.Fields["Last-Modified"];

    // Locked against a second run, which would mix its bytes with ours.
    private FileStream Open() => new(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);

    private void Remember(string note)
    {
        try
        {
            // Whole or not at all, and never through a link of another user.
            string unfinished = NotePath + ".new";
            File.Delete(unfinished);
            using (StreamWriter writer = new(new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write), Encoding.Latin1))
            {
                writer.Write(note);
            }

            File.Move(unfinished, NotePath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The transfer matters more; a resume will have to do without the version.
        }
    }

    private (string Url, string Version)? ReadNote()
    {
        if (new FileInfo(NotePath) is not { Exists: true, Length: <= MaxNote } || !FileKind.IsRegular(NotePath))
        {
            return null;
        }

        string[] lines = File.ReadAllLines(NotePath, Encoding.Latin1);
        bool isNote = lines.Length == 2 && lines[1].Length > 0
            && (lines[0].StartsWith("http://", StringComparison.Ordinal) || lines[0].StartsWith("https://", StringComparison.Ordinal));
        return isNote ? (lines[0], lines[1]) : null;
    }
}
