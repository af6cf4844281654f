using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using SocketPools.Tool.Files;

namespace SocketPools.Tool.Serving;

/// <summary>Opens files that have bytes to serve, and never waits for one: opening a pipe would wait for its writer.</summary>
internal static partial class RegularFile
{
    // open(2) of Linux (x64, arm64) and of macOS.
    private const int LinuxFlags = 0x800 | 0x80000; // O_NONBLOCK, O_CLOEXEC
    private const int LinuxPlaceFlags = 0x200000 | 0x80000; // O_PATH, O_CLOEXEC
    private const int MacFlags = 0x4 | 0x1000000;

    private const int EACCES = 13;
    private const int EPERM = 1;

    /// <returns>The file, or null if there is none or it is not a regular one.</returns>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    internal static SafeFileHandle? TryOpen(string path)
    {
        if (!FileKind.IsRegular(path))
        {
            return null;
        }

        SafeFileHandle? file = OperatingSystem.IsWindows()
            ? File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)
            : OpenWithoutWaiting(path, OperatingSystem.IsLinux() ? LinuxFlags : MacFlags);
        try
        {
            if (file is not null)
            {
                RandomAccess.GetLength(file);
            }

            return file;
        }
        catch (NotSupportedException)
        {
            file?.Dispose(); // a pipe or a socket: it has no length
            return null;
        }
    }

    /// <summary>Opens a directory on Linux, to be named by its descriptor from then on.</summary>
    /// <returns>The directory, or null if there is none.</returns>
    /// <exception cref="UnauthorizedAccessException">It may not be entered.</exception>
    [SupportedOSPlatform("linux")]
    internal static SafeFileHandle? TryOpenPlace(string path) => OpenWithoutWaiting(path, LinuxPlaceFlags);

    [UnsupportedOSPlatform("windows")]
    private static SafeFileHandle? OpenWithoutWaiting(string path, int flags)
    {
        int descriptor = Open(path, flags);
        if (descriptor >= 0)
        {
            return new SafeFileHandle(descriptor, ownsHandle: true);
        }

        return Marshal.GetLastPInvokeError() is EACCES or EPERM
            ? throw new UnauthorizedAccessException($"{path} may not be read.")
            : null;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}
