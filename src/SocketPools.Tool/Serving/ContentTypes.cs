using System.Collections.Frozen;

namespace SocketPools.Tool.Serving;

/// <summary>The media types of files, by the ends of their names.</summary>
internal static class ContentTypes
{
    private static readonly FrozenDictionary<string, string> s_types = new Dictionary<string, string>
    {
        [".avif"] = "image/avif",
        [".css"] = "text/css; charset=utf-8",
        [".csv"] = "text/csv; charset=utf-8",
        [".gif"] = "image/gif",
        [".gz"] = "application/gzip",
        [".htm"] = "text/html; charset=utf-8",
        [".html"] = "text/html; charset=utf-8",
        [".ico"] = "image/x-icon",
        [".jpeg"] = "image/jpeg",
        [".jpg"] = "image/jpeg",
        [".js"] = "text/javascript; charset=utf-8",
        [".json"] = "application/json",
        [".md"] = "text/markdown; charset=utf-8",
        [".mjs"] = "text/javascript; charset=utf-8",
        [".mp3"] = "audio/mpeg",
        [".mp4"] = "video/mp4",
        [".mpy"] = "application/octet-stream",
        [".pdf"] = "application/pdf",
        [".png"] = "image/png",
        [".py"] = "text/x-python; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".tar"] = "application/x-tar",
        [".txt"] = "text/plain; charset=utf-8",
        [".uf2"] = "application/octet-stream",
        [".wasm"] = "application/wasm",
        [".wav"] = "audio/wav",
        [".webp"] = "image/webp",
        [".xml"] = "application/xml",
        [".zip"] = "application/zip",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    internal static string Of(string path) =>
        s_types.TryGetValue(Path.GetExtension(path), out string? type) ? type : "application/octet-stream";
}
