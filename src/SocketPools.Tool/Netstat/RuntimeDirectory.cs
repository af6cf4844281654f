using System.Globalization;
using System.Runtime.InteropServices;

namespace SocketPools.Tool.Netstat;

/// <summary>
/// Where the stacks of one user's commands can be found: a directory that nobody else may enter, with a Unix socket for each stack,
/// named <c>PID-NUMBER.sock</c>.
/// </summary>
internal static partial class RuntimeDirectory
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>
    /// <c>$XDG_RUNTIME_DIR/socketpool</c>; without that <c>/run/socketpool</c> for root, and a directory under <c>/tmp</c> for others.
    /// </summary>
    internal static string Path
    {
        get
        {
            string? ofSession = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
            if (ofSession is { Length: > 0 } && Directory.Exists(ofSession))
            {
                return System.IO.Path.Combine(ofSession, "socketpool");
            }

            return Environment.IsPrivilegedProcess && Directory.Exists("/run")
                ? "/run/socketpool"
                : System.IO.Path.Combine(System.IO.Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"socketpool-{UserId()}"));
        }
    }

    /// <summary>Makes the directory where it is missing.</summary>
    /// <exception cref="IOException">It cannot be made, or others may enter it.</exception>
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
    /// <exception cref="IOException">Others may enter it: what is there may be theirs.</exception>
    internal static IEnumerable<string> Sockets()
    {
        string path = Path;
        if (!Directory.Exists(path))
        {
            return [];
        }

        Check(path);
        return Directory.GetFiles(path, "*.sock").Order(StringComparer.Ordinal);
    }

    /// <summary>The process that a socket belongs to; 0 for a name that is none.</summary>
    internal static int ProcessOf(string socket) =>
        int.TryParse(System.IO.Path.GetFileName(socket).Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int pid) ? pid : 0;

    private static void Check(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        if (new DirectoryInfo(path).LinkTarget is not null || (File.GetUnixFileMode(path) & ~OwnerOnly) != 0)
        {
            throw new IOException($"{path} is open to others, or a link: it has to be a directory with mode 0700");
        }
    }

    private static uint UserId() => OperatingSystem.IsWindows() ? 0 : GetEffectiveUserId();

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUserId();
}
