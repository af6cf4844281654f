using System.Text;

namespace SocketPools.Stack.Links;

/// <summary>
/// Threaded NAPI of a device with <c>IFF_NAPI</c> (Documentation/networking/napi.rst of the kernel). It is a file of sysfs. A mount of sysfs
/// shows the devices of the namespace that mounted it, so the file is looked for in a mount of our own, which is attached nowhere.
/// </summary>
internal static unsafe class NapiThread
{
    // Frames that wait for the thread, in bytes of the kernel's buffers; without a limit they would be as many as the program sends.
    private const int MaxWaiting = 4 << 20;

    /// <summary>Starts the thread. False where the kernel has none (before 5.12) or the process may not (CAP_SYS_ADMIN, CAP_NET_ADMIN).</summary>
    internal static bool TryStart(int device, string name)
    {
        int mount = MountSysfs();
        if (mount < 0)
        {
            return false;
        }

        bool isStarted = Write(mount, $"class/net/{name}/threaded\0", (byte)'1');
        _ = TunLibc.close(mount);
        int limit = MaxWaiting;
        return isStarted && TunLibc.ioctl(device, TunLibc.TUNSETSNDBUF, &limit) == 0;
    }

    private static int MountSysfs()
    {
        fixed (byte* type = "sysfs\0"u8)
        {
            int context = (int)TunLibc.syscall(TunLibc.SYS_fsopen, (nint)type, (nint)TunLibc.FSOPEN_CLOEXEC, 0, 0, 0);
            if (context < 0)
            {
                return context;
            }

            nint created = TunLibc.syscall(TunLibc.SYS_fsconfig, context, (nint)TunLibc.FSCONFIG_CMD_CREATE, 0, 0, 0);
            int mount = created < 0 ? -1 : (int)TunLibc.syscall(TunLibc.SYS_fsmount, context, (nint)TunLibc.FSMOUNT_CLOEXEC, 0, 0, 0);
            _ = TunLibc.close(context);
            return mount;
        }
    }

    private static bool Write(int folder, string path, byte value)
    {
        fixed (byte* bytes = Encoding.UTF8.GetBytes(path))
        {
            int file = TunLibc.openat(folder, bytes, TunLibc.O_WRONLY | TunLibc.O_CLOEXEC);
            if (file < 0)
            {
                return false;
            }

            bool isWritten = TunLibc.write(file, &value, 1) == 1;
            _ = TunLibc.close(file);
            return isWritten;
        }
    }
}
