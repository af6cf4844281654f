using SocketPools.Radios;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Names;

/// <summary>
/// Why a question has no answer, of all that happened on its way: what a server said counts more than that one could not be reached, and
/// that more than silence. EAI_AGAIN is for silence, for a server that cannot be reached and SERVFAIL, as in glibc; a refusal (REFUSED,
/// NOTIMP) is EAI_FAIL, where glibc says EAI_AGAIN: asking again does not help.
/// </summary>
internal struct NameFailure
{
    private AddressInfoError _error;
    private string? _detail;
    private Rank _rank;

    private enum Rank
    {
        None,
        Silent,
        Unreachable,
        Answered,
    }

    /// <summary>A server has let its time pass.</summary>
    internal void Silent(in DnsServer server) => Note(Rank.Silent, AddressInfoError.Again, server, "did not answer");

    /// <summary>A server cannot be reached: there is no route, no host, or a router says so.</summary>
    internal void Unreachable(in DnsServer server, Errno errno) =>
        Note(Rank.Unreachable, AddressInfoError.Again, server, $"cannot be reached ({errno})");

    /// <summary>A server does not say what was asked.</summary>
    internal void Answered(in DnsServer server, DnsResponseCode code)
    {
        bool mayPass = code == DnsResponseCode.ServerFailure;
        string name = code switch
        {
            DnsResponseCode.FormatError => "FORMERR",
            DnsResponseCode.ServerFailure => "SERVFAIL",
            DnsResponseCode.NotImplemented => "NOTIMP",
            DnsResponseCode.Refused => "REFUSED",
            _ => $"code {(int)code}",
        };
        Note(Rank.Answered, mayPass ? AddressInfoError.Again : AddressInfoError.Fail, server, $"answered {name}");
    }

    /// <summary>A server neither answers nor asks others.</summary>
    internal void Referred(in DnsServer server) => Note(Rank.Answered, AddressInfoError.Again, server, "referred to other servers");

    /// <summary>A server has sent what cannot be read, or aliases without end.</summary>
    internal void Malformed(in DnsServer server) => Note(Rank.Answered, AddressInfoError.Fail, server, "sent an answer that cannot be used");

    /// <summary>A connection to a server ended before the answer.</summary>
    internal void Broken(in DnsServer server) => Note(Rank.Answered, AddressInfoError.Again, server, "ended the connection without an answer");

    /// <summary>What is reported at the end.</summary>
    internal readonly DnsResponse ToAnswer() => _rank == Rank.None
        ? DnsResponse.Failed(AddressInfoError.Again) with
        {
            Detail = "no name server is configured (StackOptions.NameServers, SetNameServers, DHCP or a router gives one)",
        }
        : DnsResponse.Failed(_error) with { Detail = _detail };

    /// <summary>What there is to say at a deadline, while the question goes on; null for nothing yet.</summary>
    internal readonly string? Detail => _detail;

    private void Note(Rank rank, AddressInfoError error, in DnsServer server, string what)
    {
        if (rank >= _rank)
        {
            (_rank, _error, _detail) = (rank, error, $"name server {server.Address}{(server.Port == DnsView.Port ? "" : $" port {server.Port}")} {what}");
        }
    }
}
