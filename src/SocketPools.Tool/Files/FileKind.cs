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
    private const int StatxUserOffset = 20;
    private const int StatxModeOffset = 28;
    private const int DoNotFollowLinks = 0x100; // AT_SYMLINK_NOFOLLOW
    private const int AtCurrentDirectory = -100;
    private const uint StatxType = 1;
    private const uint StatxTypeModeAndUser = 1 | 2 | 8;

    private const int TypeMask = 0xF000; // S_IFMT
    private const int Regular = 0x8000; // S_IFREG
    private const int Directory = 0x4000; // S_IFDIR
    private const int Link = 0xA000; // S_IFLNK
    private const int PermissionsOfOthers = 0x3F; // S_IRWXG, S_IRWXO

    /// <summary>Whether the path leads to a regular file. Only Linux can tell a device; other systems report none.</summary>
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

    /// <summary>Whether a path is a directory of this user that no other user may enter; a symbolic link is none.</summary>
    internal static bool IsPrivateDirectory(string path) =>
        TryGetOwner(path, out int mode, out bool isOurs) && (mode & TypeMask) == Directory && isOurs && (mode & PermissionsOfOthers) == 0;

    /// <summary>Whether a path is a directory of this user; a symbolic link is none.</summary>
    internal static bool IsOwnDirectory(string path) =>
        TryGetOwner(path, out int mode, out bool isOurs) && (mode & TypeMask) == Directory && isOurs;

    /// <summary>Whether what a path names belongs to this user, and is no symbolic link.</summary>
    internal static bool IsOwn(string path) => TryGetOwner(path, out int mode, out bool isOurs) && (mode & TypeMask) != Link && isOurs;

    /// <summary>The effective user of this process.</summary>
    [LibraryImport("libc", EntryPoint = "geteuid")]
    internal static partial uint GetEffectiveUserId();

    /// <summary>Type, permissions and owner of a path that is not followed. False where it does not exist, or the system does not tell.</summary>
    private static bool TryGetOwner(string path, out int mode, out bool isOurs)
    {
        byte* stat = stackalloc byte[StatxSize];
        bool exists = Statx(AtCurrentDirectory, path, DoNotFollowLinks, StatxTypeModeAndUser, stat) == 0;
        mode = exists ? *(ushort*)(stat + StatxModeOffset) : 0;
        isOurs = exists && *(uint*)(stat + StatxUserOffset) == GetEffectiveUserId();
        return exists;
    }

    private static int ModeOf(string path)
    {
        byte* stat = stackalloc byte[StatxSize];
        return Statx(AtCurrentDirectory, path, 0, StatxType, stat) == 0 ? *(ushort*)(stat + StatxModeOffset) : 0;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, byte* stat);
}
