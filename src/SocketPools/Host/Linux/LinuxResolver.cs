using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using SocketPools.Radios;

namespace SocketPools.Host.Linux;

/// <summary>getaddrinfo(3), row by row as libc gives it.</summary>
internal static unsafe class LinuxResolver
{
    private static readonly IdnMapping s_idn = new();

    internal static AddressLookup LookUp(AddressQuery query)
    {
        if (!TryGetAscii(query.Host, out string? host))
        {
            return new AddressLookup(AddressInfoError.NoName);
        }

        Libc.AddressInfoRecord hints = new()
        {
            Flags = (int)query.Flags,
            Family = ToNative(query.Family),
            SocketType = (int)query.Type,
            Protocol = (int)query.Protocol,
        };
        Libc.AddressInfoRecord* rows;
        int error = Libc.getaddrinfo(host, query.Service, &hints, &rows);
        if (error != 0)
        {
            Errno errno = (AddressInfoError)error == AddressInfoError.System ? Libc.LastError : Errno.None;
            return new AddressLookup((AddressInfoError)error, errno);
        }

        List<AddressInfo> list = [];
        for (Libc.AddressInfoRecord* row = rows; row is not null; row = row->Next)
        {
            IPSocketAddress address = SockAddr.Read(row->Address, row->AddressLength);
            string name = Marshal.PtrToStringUTF8((nint)row->CanonicalName) ?? "";
            list.Add(new AddressInfo(address.Family, (SocketType)row->SocketType, (ProtocolType)row->Protocol, name, address));
        }

        Libc.freeaddrinfo(rows);
        return new AddressLookup(list);
    }

    /// <summary>Names of other scripts are asked for in the letters of the DNS (RFC 3490), as CPython does.</summary>
    private static bool TryGetAscii(string? host, out string? ascii)
    {
        ascii = host;
        if (host is null || Ascii.IsValid(host))
        {
            return true;
        }

        try
        {
            ascii = s_idn.GetAscii(host);
            return true;
        }
        catch (ArgumentException)
        {
            return false; // no name can be written so
        }
    }

    private static int ToNative(AddressFamily family) => family switch
    {
        AddressFamily.InterNetwork => Libc.AF_INET,
        AddressFamily.InterNetworkV6 => Libc.AF_INET6,
        _ => (int)family,
    };
}
