using System.Globalization;
using Microsoft.Win32.SafeHandles;
using SocketPools.Tool.Http;

namespace SocketPools.Tool.Serving;

/// <summary>Answers requests from a tree of files.</summary>
internal sealed class Responder(ServedTree tree)
{
    internal Answer Respond(RequestHead request)
    {
        if (request.Method is not ("GET" or "HEAD"))
        {
            return Answer.OfStatus(405).With("Allow", "GET, HEAD");
        }

        try
        {
            RequestPath path = RequestPath.Parse(request.Target);
            return tree.Find(path) is { } real ? RespondAt(request, path, real) : Answer.OfStatus(404);
        }
        catch (HttpFormatException e)
        {
            return Answer.OfStatus(e.Status);
        }
        catch (UnauthorizedAccessException)
        {
            return Answer.OfStatus(403);
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            return Answer.OfStatus(404); // a name that the file system refuses
        }
    }

    private Answer RespondAt(RequestHead request, RequestPath path, string real)
    {
        if (Directory.Exists(real))
        {
            return path.IsDirectory || path.Names.Count == 0
                ? RespondWithDirectory(request, path, real)
                : Answer.OfStatus(301).With("Location", path + "/");
        }

        return !path.IsDirectory && tree.Open(real) is { } file ? RespondWithFile(request, file, real) : Answer.OfStatus(404);
    }

    private Answer RespondWithDirectory(RequestHead request, RequestPath path, string real)
    {
        RequestPath index = new([.. path.Names, "index.html"], false);
        if (tree.Find(index) is { } found && tree.Open(found) is { } file)
        {
            return RespondWithFile(request, file, found);
        }

        using ServedDirectory? directory = tree.OpenDirectory(real);
        return directory is null
            ? Answer.OfStatus(404)
            : new Answer(200).WithText(DirectoryListing.Render(path, directory), "text/html; charset=utf-8");
    }

    private static Answer RespondWithFile(RequestHead request, SafeFileHandle file, string real)
    {
        try
        {
            FileVersion version = FileVersion.Of(file);
            if (version.IsKnownTo(request.Fields))
            {
                file.Dispose();
                return new Answer(304).With("ETag", version.Tag).With("Last-Modified", version.Date);
            }

            ByteRange? range = version.MayRange(request.Fields) ? ByteRange.Parse(request.Fields["Range"], version.Length) : null;
            if (range is { Count: 0 })
            {
                file.Dispose();
                return Answer.OfStatus(416).With("Content-Range", ContentRange.Unsatisfied(version.Length).ToString());
            }

            ByteRange part = range ?? new ByteRange(0, version.Length);
            Answer answer = new Answer(range is null ? 200 : 206)
                .With("Content-Type", ContentTypes.Of(real))
                .With("Accept-Ranges", "bytes")
                .With("ETag", version.Tag)
                .With("Last-Modified", version.Date)
                .WithFile(file, part.First, part.Count);
            return range is null
                ? answer
                : answer.With("Content-Range", ContentRange.Of(part.First, part.First + part.Count - 1, version.Length).ToString());
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}

/// <summary>A file as it is now: its length and the time of its last change, and what HTTP makes of them.</summary>
internal sealed record FileVersion(long Length, DateTime Changed)
{
    internal string Tag => string.Create(CultureInfo.InvariantCulture, $"\"{Length:x}-{Changed.Ticks:x}\"");

    internal string Date => HttpDate.Format(Changed);

    internal static FileVersion Of(SafeFileHandle file) => new(RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file));

    /// <summary>Whether the client has it already (RFC 9110, sections 13.1.2 and 13.1.3).</summary>
    internal bool IsKnownTo(HeaderFields fields) => fields["If-None-Match"] is not null
        ? fields.List("If-None-Match").Any(tag => tag == "*" || tag == Tag || tag == $"W/{Tag}")
        : HttpDate.Parse(fields["If-Modified-Since"]) is { } since && WholeSeconds(Changed) <= since;

    /// <summary>Whether a range may be sent: If-Range names this version, or is absent (RFC 9110, section 13.1.5).</summary>
    internal bool MayRange(HeaderFields fields) => fields["If-Range"] is not { } version || version == Tag || version == Date;

    private static DateTime WholeSeconds(DateTime time) => new(time.Ticks - (time.Ticks % TimeSpan.TicksPerSecond), time.Kind);
}
