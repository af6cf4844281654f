using System.Net;
using System.Text;
using SocketPools.Tool.Http;

namespace SocketPools.Tool.Serving;

/// <summary>The page that lists a directory.</summary>
internal static class DirectoryListing
{
    private const int MaxEntries = 10_000;

    internal static string Render(RequestPath path, ServedDirectory directory)
    {
        List<FileSystemInfo> entries = [.. directory.Entries.Take(MaxEntries + 1)];
        bool isCut = entries.Count > MaxEntries;
        if (isCut)
        {
            entries.RemoveAt(MaxEntries);
        }

        entries.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        string title = WebUtility.HtmlEncode("/" + string.Concat(path.Names.Select(name => name + "/")));
        StringBuilder page = new();
        page.Append("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>").Append(title)
            .Append("</title></head>\n<body><h1>").Append(title).Append("</h1>\n<ul>\n");
        if (path.Names.Count > 0)
        {
            page.Append("<li><a href=\"../\">../</a></li>\n");
        }

        foreach (FileSystemInfo entry in entries)
        {
            if (!HasName(entry))
            {
                page.Append("<li>").Append(WebUtility.HtmlEncode(entry.Name)).Append("</li>\n");
                continue;
            }

            // The "./" keeps a name with a colon from being read as a scheme.
            string slash = entry.Attributes.HasFlag(FileAttributes.Directory) ? "/" : "";
            page.Append("<li><a href=\"./").Append(UrlTarget.EncodeSegment(entry.Name)).Append(slash).Append("\">")
                .Append(WebUtility.HtmlEncode(entry.Name)).Append(slash).Append("</a></li>\n");
        }

        return page.Append("</ul>\n").Append(isCut ? $"<p>Only {MaxEntries} entries are shown.</p>\n" : "").Append("</body></html>\n").ToString();
    }

    /// <summary>Whether the entry can be asked for: a name that is no UTF-8 is shown with replacement characters, and is not found.</summary>
    private static bool HasName(FileSystemInfo entry) =>
        !entry.Name.Contains('\uFFFD', StringComparison.Ordinal) || entry.Exists || entry.LinkTarget is not null;
}
