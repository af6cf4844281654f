using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Testing;

public static partial class RadioContract
{
    private static IEnumerable<ContractCase> OpeningCases =>
    [
        new("A radio has a name, a clock and a budget of at least one socket", run =>
        {
            foreach (Radio radio in new[] { run.Near, run.Far })
            {
                run.IsTrue(!string.IsNullOrWhiteSpace(radio.Name), "a name", $"\"{radio.Name}\"");
                run.IsTrue(radio.TimeProvider is not null, "a clock", "null");
                run.IsTrue(radio.MaxSockets >= 1, "MaxSockets of at least 1", $"{radio.MaxSockets}");
                run.IsTrue(radio.MaxSocketsLimit >= radio.MaxSockets, "a limit that the budget keeps", $"{radio.MaxSockets} of {radio.MaxSocketsLimit}");
            }
        }),
        new("The budget can be set up to its limit and no further", run =>
        {
            int before = run.Near.MaxSockets;
            int limit = run.Near.MaxSocketsLimit;
            try
            {
                run.Near.MaxSockets = 1;
                run.Same(1, run.Near.MaxSockets, "MaxSockets");
                run.Near.MaxSockets = limit;
                run.Same(limit, run.Near.MaxSockets, "MaxSockets");
                run.IsTrue(Rejects(run.Near, 0), "MaxSockets = 0 to be rejected", "no exception");
                run.IsTrue(limit == int.MaxValue || Rejects(run.Near, limit + 1), "more than the limit to be rejected", "no exception");
            }
            finally
            {
                run.Near.MaxSockets = before;
            }
        }),
        new("A socket is what it was opened as", run =>
        {
            RadioSocket stream = run.Open(run.Near, SocketType.Stream);
            run.Same((run.Family, SocketType.Stream, ProtocolType.Tcp), (stream.Family, stream.Type, stream.Protocol), "the stream");
            RadioSocket datagram = run.Open(run.Near, SocketType.Dgram);
            run.Same((run.Family, SocketType.Dgram, ProtocolType.Udp), (datagram.Family, datagram.Type, datagram.Protocol), "the datagram socket");
            run.IsTrue(ReferenceEquals(stream.Radio, run.Near), "the socket to know its radio", $"{stream.Radio.Name}");
        }),
        new("An accepted socket is a stream of the listener's radio", run =>
        {
            (_, RadioSocket server) = run.Connection();
            run.Same((run.Family, SocketType.Stream, ProtocolType.Tcp), (server.Family, server.Type, server.Protocol), "the accepted socket");
            run.IsTrue(ReferenceEquals(server.Radio, run.Far), "the socket to know its radio", $"{server.Radio.Name}");
        }),
        new("The protocol may be named", run =>
        {
            run.Ok(run.Near.OpenSocket(run.Family, SocketType.Stream, ProtocolType.Tcp, out RadioSocket? stream), "OpenSocket(Stream, Tcp)");
            run.Track(stream!);
            run.Ok(run.Near.OpenSocket(run.Family, SocketType.Dgram, ProtocolType.Udp, out RadioSocket? datagram), "OpenSocket(Dgram, Udp)");
            run.Track(datagram!);
        }),
        new("An unknown family is EAFNOSUPPORT", run =>
        {
            run.Fails(Errno.EAFNOSUPPORT, run.Near.OpenSocket((AddressFamily)99, SocketType.Stream, 0, out RadioSocket? socket), "family 99");
            run.IsTrue(socket is null, "no socket", "one");
        }),
        new("An unknown type is EINVAL", run =>
        {
            run.Fails(Errno.EINVAL, run.Near.OpenSocket(run.Family, (SocketType)99, 0, out RadioSocket? socket), "type 99");
            run.IsTrue(socket is null, "no socket", "one");
        }),
        new("A protocol of another type is EPROTONOSUPPORT", run =>
        {
            run.Fails(Errno.EPROTONOSUPPORT, run.Near.OpenSocket(run.Family, SocketType.Stream, ProtocolType.Udp, out _), "a UDP stream");
            run.Fails(Errno.EPROTONOSUPPORT, run.Near.OpenSocket(run.Family, SocketType.Dgram, ProtocolType.Tcp, out _), "a TCP datagram");
        }),
        new("A hint may be asked for any operation and error", run =>
        {
            foreach (Errno errno in Enum.GetValues<Errno>())
            {
                string? hint = run.Near.GetHint("connect", errno) ?? run.Near.GetHint("no such operation", errno);
                run.IsTrue(hint is null || hint.Length > 0, "a hint or null", "an empty hint");
            }
        }),
    ];

    private static bool Rejects(Radio radio, int budget)
    {
        try
        {
            radio.MaxSockets = budget;
            return false;
        }
        catch (ArgumentOutOfRangeException)
        {
            return true;
        }
    }
}
