using System.Globalization;
using SocketPools.Tool.Files;

namespace SocketPools.Tool.Netstat;

/// <summary>
/// Where the stacks of one user's commands can be found: a directory that no other user may enter, with a Unix socket for each stack,
/// named <c>PID-NUMBER.sock</c>.
/// </summary>
internal static class RuntimeDirectory
{
    private const int MostSockets = 1000;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>
    /// <c>$XDG_RUNTIME_DIR/socketpool</c>, if that directory is this user's, which sudo(8) does not see to; without it <c>/run/socketpool</c> for root, and a directory under <c>/tmp</c> for others.
    /// </summary>
    internal static string Path
    {
        get
        {
            string? ofSession = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
            if (ofSession is { Length: > 0 } && IsOurs(ofSession))
            {
                return System.IO.Path.Combine(ofSession, "socketpool");
            }

            return Environment.IsPrivilegedProcess && Directory.Exists("/run")
                ? "/run/socketpool"
                : System.IO.Path.Combine(System.IO.Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"socketpool-{UserId()}"));
        }
    }

    /// <summary>Makes the directory where it is missing.</summary>
    /// <exception cref="IOException">It cannot be made, belongs to another user, or others may enter it.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be made.</exception>
    internal static string Create()
    {
        string path = Path;
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return path;
        }

        Directory.CreateDirectory(path, OwnerOnly);
        Check(path);
        return path;
    }

    /// <summary>The sockets in it, in the order of their names; none where there is no directory.</summary>
    /// <param name="say">Told of files that are passed over, because they belong to another user or are links.</param>
    /// <exception cref="IOException">It belongs to another user, or others may enter it: what is there may be theirs.</exception>
    internal static IReadOnlyList<string> Sockets(Action<string> say)
    {
        string path = Path;
        if (!Directory.Exists(path))
        {
            return [];
        }

        Check(path);
        List<string> sockets = [];
        foreach (string file in Directory.EnumerateFiles(path, "*.sock").Take(MostSockets).Order(StringComparer.Ordinal))
        {
            if (!OperatingSystem.IsLinux() || FileKind.IsOwn(file))
            {
                sockets.Add(file);
            }
            else
            {
                say($"{ToolConsole.OneLine(file)} belongs to another user or is a link, and is not read");
            }
        }

        return sockets;
    }

    /// <summary>The process that a socket belongs to; 0 for a name that is none.</summary>
    internal static int ProcessOf(string socket) =>
        int.TryParse(System.IO.Path.GetFileName(socket).Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int pid) ? pid : 0;

    private static void Check(string path)
    {
        bool isPrivate = OperatingSystem.IsWindows()
            || (OperatingSystem.IsLinux()
                ? FileKind.IsPrivateDirectory(path)
                : new DirectoryInfo(path).LinkTarget is null && (File.GetUnixFileMode(path) & ~OwnerOnly) == 0);
        if (!isPrivate)
        {
            throw new IOException($"{path} belongs to another user, is open to others, or is a link: it has to be a directory of this user with mode 0700");
        }
    }

    private static bool IsOurs(string directory) =>
        OperatingSystem.IsLinux() ? FileKind.IsOwnDirectory(directory) : Directory.Exists(directory);

    private static uint UserId() => OperatingSystem.IsWindows() ? 0 : FileKind.GetEffectiveUserId();
}
