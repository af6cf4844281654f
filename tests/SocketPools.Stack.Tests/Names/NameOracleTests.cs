using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using SocketPools.Radios;
using SocketPools.Stack.Links;

namespace SocketPools.Stack.Tests.Names;

/// <summary>glibc's getaddrinfo and ours ask the same name server, whose answers to A and AAAA the test chooses.</summary>
[SupportedOSPlatform("linux")]
public sealed class NameOracleTests
{
    // Left out: an address of one family beside a denial that bears another, which glibc takes then and not otherwise; and of aliases
    // without an address, where it has another error for IPv6 than for IPv4.
    private static readonly string[] s_modes = ["ok", "nodata", "3", "2", "denied", "referral", "deniedalias"];

    [Fact]
    public void Every_pair_of_answers_in_both_orders_means_to_us_what_it_means_to_glibc()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "python3 is missing");
        using TemporaryDirectory directory = new();
        File.WriteAllText(directory["resolv.conf"], "nameserver 192.0.2.1\n");
        File.WriteAllText(directory["nsswitch.conf"], "hosts: dns\n");
        NetworkNamespace.Run(() =>
        {
            using StackRadio radio = new(new StackOptions { Seed = 1 });
            radio.AddInterface(TapLink.Open("tap0"));
            NetworkNamespace.Ip("address add 192.0.2.1/24 dev tap0");
            radio.Interfaces[1].AddAddress(IPAddress.Parse("192.0.2.2"), 24);
            radio.SetNameServers(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 53));
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 53));
            Thread server = new(() => Serve(socket)) { IsBackground = true };
            server.Start();
            string[] names =
            [
                .. from four in s_modes
                   from six in s_modes
                   where (four, six) is not (("ok", "denied") or ("denied", "ok"))
                   from first in (string[])["four", "six"]
                   select $"n{four}.n{six}.{first}.example.test",
            ];
            List<string> differences = [];
            string[] theirs = AskGlibc(directory, names);
            foreach ((string name, string expected) in names.Zip(theirs))
            {
                AddressLookup answer = radio.Resolve(
                    new AddressQuery(name, null, AddressFamily.Unspecified, SocketType.Stream), new Deadline(radio.TimeProvider, TimeSpan.FromSeconds(30)));
                string ours = answer.Failed ? $"{(int)answer.Error}" : string.Join(' ', answer.Rows.Select(r => $"{r.Address.ToIPAddress()}").Order(StringComparer.Ordinal));
                differences.AddRange(ours == expected ? [] : (string[])[$"{name}: {ours}, glibc has {expected}"]);
            }

            Assert.True(differences.Count == 0, string.Join("\n", differences));
        });
    }

    private static string[] AskGlibc(TemporaryDirectory directory, string[] names)
    {
        const string Program = """
            import socket, sys
            for name in sys.argv[1:]:
                try:
                    print(' '.join(sorted({row[4][0] for row in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)})))
                except socket.gaierror as error:
                    print(error.errno)
            """;
        File.WriteAllText(directory["ask.py"], Program);
        string command = $"mount --bind {directory["resolv.conf"]} /etc/resolv.conf && mount --bind {directory["nsswitch.conf"]} /etc/nsswitch.conf"
            + $" && exec python3 {directory["ask.py"]} {string.Join(' ', names)}";
        using Process process = Process.Start(new ProcessStartInfo("unshare", ["-m", "sh", "-c", command]) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output.TrimEnd('\n').Split('\n');
    }

    // The answer that is to be second waits until the first has gone.
    private static void Serve(Socket socket)
    {
        byte[] buffer = new byte[600];
        Dictionary<string, (byte[] Message, EndPoint To)> held = [];
        Dictionary<string, bool> isFirstSent = [];
        try
        {
            while (true)
            {
                EndPoint from = new IPEndPoint(IPAddress.Any, 0);
                int count = socket.ReceiveFrom(buffer, ref from);
                NameBench.Asked asked = new(buffer[..count], default);
                string[] labels = asked.Name.Split('.');
                string mode = labels[asked.Type == 1 ? 0 : 1][1..];
                byte[] message = mode switch
                {
                    "ok" => new Reply(asked).Address(asked.Name, asked.Type == 1 ? "192.0.2.80" : "2001:db8::80").Bytes(),
                    "nodata" => new Reply(asked).Bytes(),
                    "denied" => new Reply(asked, 3).Address(asked.Name, asked.Type == 1 ? "192.0.2.80" : "2001:db8::80").Bytes(),
                    "referral" => new Reply(asked, canRecurse: false).Bytes(),
                    "deniedalias" => new Reply(asked, 3).Alias(asked.Name, "other.example.test").NotThere(60).Bytes(),
                    _ => new Reply(asked, int.Parse(mode, null)).Bytes(),
                };
                bool isFirst = asked.Type == 1 == (labels[2] == "four");
                if (isFirst)
                {
                    socket.SendTo(message, from);
                    isFirstSent[asked.Name] = true;
                    if (held.Remove(asked.Name, out (byte[] Message, EndPoint To) second))
                    {
                        socket.SendTo(second.Message, second.To);
                    }
                }
                else if (isFirstSent.ContainsKey(asked.Name))
                {
                    socket.SendTo(message, from);
                }
                else
                {
                    held[asked.Name] = (message, from);
                }
            }
        }
        catch (SocketException)
        {
            // The test is over.
        }
        catch (ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
