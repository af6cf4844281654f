using System.Globalization;
using SocketPools.Tool.Http;

namespace SocketPools.Tool.Fetching;

/// <summary>Brings a URL into a file, from its start or from where the file ends.</summary>
internal sealed class Download(HttpFetcher fetcher, HttpUrl url, TransferProgress progress)
{
    private const int BlockSize = 64 * 1024;

    /// <summary>Copies the whole to a stream.</summary>
    internal void To(Stream output)
    {
        using FetchedResponse response = fetcher.Get(url);
        RequireStatus(response, 200);
        Copy(response, output, 0);
        output.Flush();
    }

    /// <summary>Writes a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="resume">Whether to keep what is in it and ask for the rest.</param>
    /// <returns>How many bytes came.</returns>
    internal long ToFile(string path, bool resume)
    {
        PartialFile file = new(path);
        long have = resume ? file.Length : 0;
        string? version = have > 0 ? file.KnownVersion(url) : null;
        using FetchedResponse response = fetcher.Get(url, RangeFields(have, version));
        if (have > 0 && response.Head.Status == 416)
        {
            RequireComplete(response, have);
            file.Forget();
            return 0;
        }

        long got = have > 0 && response.Head.Status == 206
            ? CopyRest(response, file, RequireRest(response.Head, have, version))
            : CopyWhole(response, file);
        file.Forget();
        return got;
    }

    private long CopyWhole(FetchedResponse response, PartialFile file)
    {
        RequireStatus(response, 200);
        using FileStream output = file.Begin(url, response.Head);
        return Copy(response, output, 0);
    }

    private long CopyRest(FetchedResponse response, PartialFile file, ContentRange range)
    {
        long have = range.First!.Value;
        using FileStream output = file.Continue(have);
        long got = Copy(response, output, have, range.Count);
        if (got != range.Count)
        {
            throw new HttpFormatException($"The body is cut off: {got} of {range.Count} bytes came");
        }

        return range.Total is { } total && have + got != total
            ? throw new HttpFormatException($"The server sent {have + got} of {total} bytes; --resume asks for the rest")
            : got;
    }

    private static IEnumerable<KeyValuePair<string, string>> RangeFields(long have, string? version)
    {
        if (have > 0)
        {
            yield return new("Range", string.Create(CultureInfo.InvariantCulture, $"bytes={have}-"));
            if (version is not null)
            {
                yield return new("If-Range", version);
            }
        }
    }

    /// <summary>The server has nothing after what we have: right if that is all there is.</summary>
    private static void RequireComplete(FetchedResponse response, long have)
    {
        ContentRange? range = response.Head.Fields["Content-Range"] is { } text ? ContentRange.Parse(text) : null;
        if (range?.Total != have)
        {
            string total = range?.Total is { } length ? $"has {length} bytes" : "does not say how many it has";
            throw new ToolException($"the file has {have} bytes and {response.Url} {total}: it is another file; fetch it without --resume");
        }
    }

    /// <summary>The server sends the rest: it has to begin where the file ends, and be of the same version.</summary>
    private static ContentRange RequireRest(ResponseHead head, long have, string? version)
    {
        ContentRange range = ContentRange.Parse(head.Fields["Content-Range"]
            ?? throw new HttpFormatException("The server sends a part (HTTP 206) without saying which"));
        if (range.First != have)
        {
            throw new HttpFormatException($"The server sends {range} where the file goes on at byte {have}");
        }

        if (head.Fields.ContentLength() is { } length && length != range.Count)
        {
            throw new HttpFormatException($"The server sends {length} bytes as {range}");
        }

        string? now = PartialFile.VersionOf(head);
        if (version is not null && now is not null && version.StartsWith('"') == now.StartsWith('"') && now != version)
        {
            throw new ToolException("the server sends the rest of another version; fetch it without --resume");
        }

        return range;
    }

    private static void RequireStatus(FetchedResponse response, int status)
    {
        if (response.Head.Status != status)
        {
            throw new ToolException($"{response.Url} answers {response.Head.Status} {response.Head.Reason}".TrimEnd());
        }
    }

    /// <summary>Copies the body, and not a byte more than it may have.</summary>
    private long Copy(FetchedResponse response, Stream output, long have, long most = long.MaxValue)
    {
        long got = 0;
        progress.Run(response.Url.ToString(), have, have + response.Length, advance =>
        {
            byte[] block = new byte[BlockSize];
            while (response.Read(block) is var count and > 0)
            {
                int fitting = (int)Math.Min(count, most - got);
                output.Write(block, 0, fitting);
                got += fitting;
                advance(fitting);
                if (fitting < count)
                {
                    throw new HttpFormatException($"The server sends more than the {most} bytes that it announced");
                }
            }
        });
        return got;
    }
}
