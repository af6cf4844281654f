using System.Text;
using SocketPools.Radios;

namespace SocketPools.Stack.Links;

/// <summary>
/// Hears of changes of the network interfaces of a namespace, rtnetlink(7), and says whether one of them is up: set down, it takes no
/// frames. Where there is no such socket, a device counts as up, and so does one in another namespace.
/// </summary>
internal sealed unsafe class LinkMonitor
{
    private const int AF_NETLINK = 16;
    private const int SOCK_RAW = 3;
    private const int SOCK_NONBLOCK = 0x800;
    private const uint RTMGRP_LINK = 1;
    private const uint TUNGETIFF = 0x8004_54D2;

    private readonly byte[] _name = new byte[TunLibc.IFNAMSIZ];
    private readonly int _device;
    private readonly byte[] _message = new byte[8192];

    internal LinkMonitor(string name, int device)
    {
        _device = device;
        Encoding.UTF8.GetBytes(name, _name);
        Fd = TunLibc.socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | TunLibc.SOCK_CLOEXEC, 0);

        // struct sockaddr_nl: family, padding, port (the kernel's choice), groups.
        uint* address = stackalloc uint[] { AF_NETLINK, 0, RTMGRP_LINK };
        if (Fd >= 0 && TunLibc.bind(Fd, address, 12) != 0)
        {
            Close();
        }
    }

    /// <summary>The socket, readable when something has changed; -1 where there is none.</summary>
    internal int Fd { get; private set; }

    /// <summary>Forgets what has been said, and looks.</summary>
    /// <returns>Whether the device is up.</returns>
    internal bool IsUp()
    {
        if (Fd < 0)
        {
            return true;
        }

        fixed (byte* buffer = _message)
        {
            // Which interface it was does not matter. ENOBUFS: more than were kept; the state is read afterwards.
            while (TunLibc.read(Fd, buffer, (nuint)_message.Length) > 0 || TunLibc.LastError is Errno.ENOBUFS or Errno.EINTR)
            {
            }
        }

        byte* request = stackalloc byte[TunLibc.InterfaceRequestLength];
        new Span<byte>(request, TunLibc.InterfaceRequestLength).Clear();
        _name.CopyTo(new Span<byte>(request, TunLibc.IFNAMSIZ));
        bool isRead = TunLibc.ioctl(Fd, TunLibc.SIOCGIFFLAGS, request) == 0;
        return isRead ? (*(short*)(request + TunLibc.IFNAMSIZ) & TunLibc.IFF_UP) != 0 : TunLibc.ioctl(_device, TUNGETIFF, request) == 0;
    }

    internal void Close()
    {
        if (Fd >= 0)
        {
            _ = TunLibc.close(Fd);
            Fd = -1;
        }
    }
}
