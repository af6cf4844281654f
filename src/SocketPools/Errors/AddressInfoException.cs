using System.Net.Sockets;
using SocketPools.Diagnostics;
using SocketPools.Radios;

namespace SocketPools;

/// <summary>
/// A name could not be looked up: CPython's <c>socket.gaierror</c>. Thrown by <c>SocketPool.GetAddressInfo</c> and by calls
/// that take a host name.
/// </summary>
public sealed class AddressInfoException : PoolSocketException
{
    /// <summary>Makes an exception from its facts.</summary>
    /// <param name="error">The resolver's reason.</param>
    /// <param name="query">What was asked.</param>
    /// <param name="errno">The system's reason behind <see cref="AddressInfoError.System"/>.</param>
    /// <param name="radio">The radio's name.</param>
    /// <param name="elapsed">How long the lookup took.</param>
    /// <param name="detail">What stands behind the reason (<see cref="AddressLookup.Detail"/>), or null.</param>
    public AddressInfoException(AddressInfoError error, AddressQuery query, Errno errno, string radio, TimeSpan elapsed, string? detail = null)
        : base((int)ToSocketError(error, errno), Describe(error, query, errno, radio, detail))
    {
        Error = error;
        Query = query;
        Errno = errno;
        Operation = "getaddrinfo";
        RadioName = radio;
        Elapsed = elapsed;
    }

    /// <summary>The resolver's reason. Its number is the <c>errno</c> of CPython's <c>gaierror</c>.</summary>
    public AddressInfoError Error { get; }

    /// <summary>Gets the host, service and hints of the failed lookup.</summary>
    public AddressQuery Query { get; }

    /// <summary>The number of <see cref="Error"/>, as CPython's <c>gaierror.errno</c>.</summary>
    public override int ErrorCode => (int)Error;

    private static SocketError ToSocketError(AddressInfoError error, Errno errno) => error switch
    {
        AddressInfoError.Again => SocketError.TryAgain,
        AddressInfoError.Fail => SocketError.NoRecovery,
        AddressInfoError.NoData or AddressInfoError.AddressFamily => SocketError.NoData,
        AddressInfoError.Family => SocketError.AddressFamilyNotSupported,
        AddressInfoError.SocketType => SocketError.SocketNotSupported,
        AddressInfoError.Service => SocketError.TypeNotFound,
        AddressInfoError.BadFlags => SocketError.InvalidArgument,
        AddressInfoError.Memory or AddressInfoError.Overflow => SocketError.NoBufferSpaceAvailable,
        AddressInfoError.System => ErrnoTable.ToSocketError(errno),
        _ => SocketError.HostNotFound,
    };

    private static string Describe(AddressInfoError error, AddressQuery query, Errno errno, string radio, string? detail)
    {
        string what = error switch
        {
            AddressInfoError.BadFlags => "the flags contradict each other (EAI_BADFLAGS)",
            AddressInfoError.NoName => "name or service not known (EAI_NONAME)",
            AddressInfoError.Again => "temporary failure in name resolution (EAI_AGAIN)",
            AddressInfoError.Fail => "the name server failed (EAI_FAIL)",
            AddressInfoError.NoData => "the name has no address (EAI_NODATA)",
            AddressInfoError.Family => "address family not supported (EAI_FAMILY)",
            AddressInfoError.SocketType => "socket type not supported (EAI_SOCKTYPE)",
            AddressInfoError.Service => "service not known for this socket type (EAI_SERVICE)",
            AddressInfoError.AddressFamily => "the name has no address in this family (EAI_ADDRFAMILY)",
            AddressInfoError.Memory => "out of memory (EAI_MEMORY)",
            AddressInfoError.Overflow => "the name is too long (EAI_OVERFLOW)",
            AddressInfoError.System => $"{ErrnoTable.Describe(errno)} (EAI_SYSTEM, {ErrnoTable.NameOf(errno)})",
            _ => $"error {(int)error}",
        };
        string service = query.Service is null ? "" : $" port {VisibleText.Escape(query.Service)}";
        string family = query.Family switch
        {
            AddressFamily.InterNetwork => " (IPv4)",
            AddressFamily.InterNetworkV6 => " (IPv6)",
            _ => "",
        };
        return $"getaddrinfo of {(query.Host is null ? "this host" : $"\"{VisibleText.Escape(query.Host)}\"")}{service}{family}: "
            + $"{what} on radio {VisibleText.Escape(radio)}{(detail is null ? "" : $": {VisibleText.Escape(detail)}")}";
    }
}
