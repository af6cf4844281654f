using System.Runtime.InteropServices;

namespace SocketPools.Tool.Files;

/// <summary>
/// Tells regular files from pipes, sockets and devices without opening them: opening a pipe waits, and opening a device
/// can do things (rewind a tape, start a watchdog).
/// </summary>
internal static unsafe partial class FileKind
{
    // statx(2) has the same layout on every architecture: 256 bytes, the mode at byte 28.
    private const int StatxSize = 256;
    private const int StatxModeOffset = 28;
    private const int AtCurrentDirectory = -100;
    private const uint StatxType = 1;

    private const int TypeMask = 0xF000; // S_IFMT
    private const int Regular = 0x8000; // S_IFREG

    /// <summary>Whether the path leads to a regular file. Where only Linux could tell a device, others believe it is none.</summary>
    internal static bool IsRegular(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        try
        {
            return !OperatingSystem.IsLinux() || (ModeOf(path) & TypeMask) == Regular;
        }
        catch (EntryPointNotFoundException)
        {
            return true; // a C library older than statx(2)
        }
    }

    private static int ModeOf(string path)
    {
        byte* stat = stackalloc byte[StatxSize];
        return Statx(AtCurrentDirectory, path, 0, StatxType, stat) == 0 ? *(ushort*)(stat + StatxModeOffset) : 0;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, byte* stat);
}
