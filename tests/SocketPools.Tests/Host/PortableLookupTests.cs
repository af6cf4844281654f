using System.Net.Sockets;
using SocketPools.Host.Linux;
using SocketPools.Host.Portable;
using SocketPools.Radios;

namespace SocketPools.Tests.Host;

/// <summary>The rows that are built from the BCL's addresses are those of the system's getaddrinfo, which is the oracle.</summary>
public sealed class PortableLookupTests
{
    private static readonly PortableBackend s_portable = new();

    public static TheoryData<string?, string?, AddressFamily, SocketType, ProtocolType, AddressInfoFlags> Queries
    {
        get
        {
            TheoryData<string?, string?, AddressFamily, SocketType, ProtocolType, AddressInfoFlags> data = [];
            string?[] hosts = [null, "127.0.0.1", "::1", "0.0.0.0", "::", "2001:DB8::0:1", "127.1", "[::1]", "::1/64", "localhost", "1.2.3.4.5"];
            string?[] services = [null, "80", "0", "65535", "http", "no-such-service"];
            foreach (string? host in hosts)
            {
                foreach (string? service in services)
                {
                    data.Add(host, service, AddressFamily.Unspecified, 0, 0, AddressInfoFlags.NumericHost);
                }

                data.Add(host, "80", AddressFamily.InterNetwork, SocketType.Stream, 0, AddressInfoFlags.NumericHost);
                data.Add(host, "80", AddressFamily.InterNetworkV6, SocketType.Dgram, 0, AddressInfoFlags.NumericHost);
                data.Add(host, "80", AddressFamily.Unspecified, 0, ProtocolType.Tcp, AddressInfoFlags.Passive | AddressInfoFlags.NumericHost);
                data.Add(host, "80", AddressFamily.Unspecified, SocketType.Stream, ProtocolType.Udp, AddressInfoFlags.NumericHost);
                data.Add(host, "http", AddressFamily.Unspecified, 0, 0, AddressInfoFlags.NumericService | AddressInfoFlags.NumericHost);
                data.Add(host, "80", AddressFamily.Unspecified, SocketType.Stream, 0, AddressInfoFlags.CanonicalName | AddressInfoFlags.NumericHost);
                data.Add(host, null, AddressFamily.InterNetworkV6, SocketType.Stream, 0, AddressInfoFlags.V4Mapped | AddressInfoFlags.NumericHost);
                data.Add(host, "80", AddressFamily.Unspecified, (SocketType)99, 0, AddressInfoFlags.NumericHost);
                data.Add(host, "80", (AddressFamily)99, 0, 0, AddressInfoFlags.NumericHost);
                data.Add(host, "80", AddressFamily.Unspecified, 0, 0, (AddressInfoFlags)0x10000 | AddressInfoFlags.NumericHost);
            }

            data.Add("localhost", "80", AddressFamily.InterNetwork, 0, 0, AddressInfoFlags.None);
            return data;
        }
    }

    [Theory, MemberData(nameof(Queries))]
    public void The_answer_is_the_systems(
        string? host, string? service, AddressFamily family, SocketType type, ProtocolType protocol, AddressInfoFlags flags)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the oracle is glibc's getaddrinfo");
        AddressQuery query = new(host, service, family, type, protocol, flags);
        AddressLookup expected = new LinuxBackend().LookUp(query);
        AddressLookup actual = s_portable.LookUp(query);
        Assert.Equal(expected.Error, actual.Error);
        Assert.Equal(expected.Rows, actual.Rows);
    }
}
