using System.Text;
using SocketPools.Tool.Http;

namespace SocketPools.Tool.Fetching;

/// <summary>
/// A file that is being fetched. While it is incomplete a note beside it (<c>FILE.resume</c>) keeps where it comes from
/// and which version of it, so that a later run goes on only if the server still has the same.
/// </summary>
internal sealed class PartialFile(string path)
{
    private const int LongestNote = 16 * 1024;

    private string NotePath => path + ".resume";

    /// <summary>How many bytes are there; 0 if there is no file.</summary>
    internal long Length => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    internal FileStream Open(bool append) => new(path, append ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.Read);

    /// <summary>The version that the bytes are of, if they came from this URL and the server had told it.</summary>
    internal string? KnownVersion(HttpUrl url)
    {
        if (new FileInfo(NotePath) is not { Exists: true, Length: <= LongestNote })
        {
            return null;
        }

        string[] lines = File.ReadAllLines(NotePath, Encoding.Latin1);
        return lines.Length == 2 && lines[0] == url.ToString() && lines[1].Length > 0 ? lines[1] : null;
    }

    /// <summary>Remembers the version of what is about to come, if there is a place for the note: beside /dev/null there is none.</summary>
    internal void Begin(HttpUrl url, ResponseHead head)
    {
        try
        {
            File.Delete(NotePath);
            if (VersionOf(head) is { } version)
            {
                File.WriteAllText(NotePath, $"{url}\n{version}\n", Encoding.Latin1);
            }
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            // The file itself can be written. Without its note, a later --resume trusts the length alone.
        }
    }

    /// <summary>Forgets the version: the file is whole.</summary>
    internal void Complete()
    {
        if (File.Exists(NotePath))
        {
            File.Delete(NotePath);
        }
    }

    /// <summary>What If-Range may say (RFC 9110, section 13.1.5): a strong ETag, else the date of the last change.</summary>
    internal static string? VersionOf(ResponseHead head) => head.Fields["ETag"] is { } tag && tag.StartsWith('"')
        ? tag
        : head.Fields["Last-Modified"];
}
