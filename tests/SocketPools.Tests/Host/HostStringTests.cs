using System.Net.Sockets;
using CsCheck;
using SocketPools.Inputs;
using SocketPools.Radios;

namespace SocketPools.Tests.Host;

/// <summary>Host strings from anywhere: an address, or one of the documented errors. CsCheck prints the seed of a failure.</summary>
public sealed class HostStringTests
{
    // Digits, dots, colons, percents, letters, spaces, nulls, other scripts and lone surrogates, as numeric hosts: nobody is asked.
    private static readonly Gen<string> s_host =
        Gen.OneOf(Gen.Char["0123456789.:%abcdefx"], Gen.Char["lo/[] \t\0-_"], Gen.Char["éß漢İ\uD800\uDC00"]).Array[0, 24].Select(c => new string(c));

    [Fact]
    public void Any_host_string_gives_an_address_or_a_documented_error()
    {
        using TestPool pool = new();
        s_host.Sample(
            host =>
            {
                try
                {
                    return pool.Pool.GetAddressInfo(host, 80, flags: AddressInfoFlags.NumericHost).Count > 0;
                }
                catch (AddressInfoException e)
                {
                    return e.Error != AddressInfoError.None;
                }
                catch (ArgumentException)
                {
                    return host.Contains('\0', StringComparison.Ordinal);
                }
            },
            iter: 5000);
    }

    [Fact]
    public void Dotted_quads_are_those_of_inet_pton() =>
        Gen.Char["0123456789."].Array[0, 16].Select(c => new string(c)).Sample(
            text =>
            {
                string[] parts = text.Split('.');
                bool isQuad = parts.Length == 4 && parts.All(p => p.Length is >= 1 and <= 3 && (p == "0" || p[0] != '0') && int.Parse(p, System.Globalization.CultureInfo.InvariantCulture) <= 255);
                return DottedQuad.TryParse(text, out uint quad) == isQuad
                    && (!isQuad || IPSocketAddress.FromIPv4(quad, 0).ToIPAddress().ToString() == text);
            },
            iter: 50_000);

    [Fact]
    public void Every_address_comes_back_from_its_text() =>
        Gen.Select(Gen.Byte.Array[16], Gen.Bool, Gen.Int[0, 65535]).Sample(
            (bytes, isV6, port) =>
            {
                IPSocketAddress address = new(bytes.AsSpan(0, isV6 ? 16 : 4), port);
                using TestPool pool = new();
                IPSocketAddress back = pool.Pool.ResolveHost(
                    address.ToIPAddress().ToString(), port, isV6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork,
                    new Deadline(TimeProvider.System, TimeSpan.Zero));
                return back == address && (IPSocketAddress)back.ToIPEndPoint() == address;
            },
            iter: 2000);
}
