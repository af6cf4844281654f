using Microsoft.Win32.SafeHandles;

namespace SocketPools.Tool.Serving;

/// <summary>
/// The directory that is served. Symbolic links are followed as long as they stay inside of it: what a path really means
/// is worked out link by link before anything is opened, and on Linux the opened file is asked again where it is.
/// </summary>
internal sealed class ServedTree
{
    // As many as Linux follows, path_resolution(7).
    private const int MaxLinks = 40;

    internal ServedTree(string directory)
    {
        if (!Directory.Exists(directory))
        {
            throw new ToolException($"\"{directory}\" is not a directory");
        }

        string full = Path.GetFullPath(directory);
        Root = Follow(Path.GetPathRoot(full)!, Split(full[Path.GetPathRoot(full)!.Length..]))
            ?? throw new ToolException($"{directory} has too many symbolic links in its path");
    }

    /// <summary>The directory without symbolic links in its path.</summary>
    internal string Root { get; }

    /// <summary>Where a request's path leads, or null if that is not inside the tree.</summary>
    internal string? Find(RequestPath path) => Follow(Root, path.Names) is { } real && IsInside(real) ? real : null;

    /// <summary>Opens a file that <see cref="Find"/> found.</summary>
    /// <returns>The file, or null if it is not there, not a regular one, or not inside the tree any more.</returns>
    internal SafeFileHandle? Open(string real)
    {
        SafeFileHandle? file = RegularFile.TryOpen(real);
        return file is not null && OperatingSystem.IsLinux() ? RequireInside(file) : file;
    }

    /// <summary>Opens a directory that <see cref="Find"/> found, so that a link that is put in its place meanwhile leads nowhere.</summary>
    /// <returns>The directory, or null if it is not there, or not inside the tree any more.</returns>
    internal ServedDirectory? OpenDirectory(string real)
    {
        if (!OperatingSystem.IsLinux())
        {
            return new ServedDirectory(real, null);
        }

        SafeFileHandle? place = RegularFile.TryOpenPlace(real);
        place = place is null ? null : RequireInside(place);
        return place is null ? null : new ServedDirectory($"{LinkOf(place)}/", place);
    }

    /// <summary>What was opened is asked where it is: the path may lead elsewhere by now.</summary>
    private SafeFileHandle? RequireInside(SafeFileHandle opened)
    {
        if (new FileInfo(LinkOf(opened)).LinkTarget is { } now && IsInside(now))
        {
            return opened;
        }

        opened.Dispose();
        return null;
    }

    private static string LinkOf(SafeFileHandle opened) => $"/proc/self/fd/{opened.DangerousGetHandle()}";

    private bool IsInside(string real) =>
        real == Root || real.StartsWith(Path.EndsInDirectorySeparator(Root) ? Root : Root + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>Walks down from a directory, following symbolic links.</summary>
    private static string? Follow(string from, IEnumerable<string> names)
    {
        string current = from;
        Stack<string> ahead = new(names.Reverse());
        int links = 0;
        while (ahead.TryPop(out string? name))
        {
            if (name == "..")
            {
                current = Path.GetDirectoryName(current) ?? current;
                continue;
            }

            string next = Path.Join(current, name);
            string? target = new FileInfo(next).LinkTarget;
            if (target is null)
            {
                current = next;
                continue;
            }

            if (++links > MaxLinks)
            {
                return null;
            }

            string root = Path.IsPathRooted(target) ? Path.GetPathRoot(target)! : "";
            current = root.Length > 0 ? root : current;
            foreach (string step in Split(target[root.Length..]).Reverse())
            {
                ahead.Push(step);
            }
        }

        return current;
    }

    private static IEnumerable<string> Split(string path) => path
        .Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries)
        .Where(name => name != ".");
}

/// <summary>A directory that stays the same, whatever its path leads to by now.</summary>
/// <param name="path">A path that leads to it as long as it is open.</param>
/// <param name="place">What keeps it open, where the system has that.</param>
internal sealed class ServedDirectory(string path, SafeFileHandle? place) : IDisposable
{
    internal IEnumerable<FileSystemInfo> Entries => new DirectoryInfo(path).EnumerateFileSystemInfos();

    public void Dispose() => place?.Dispose();
}
