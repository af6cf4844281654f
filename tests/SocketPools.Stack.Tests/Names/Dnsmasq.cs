using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.Versioning;
using SocketPools.Radios;
using SocketPools.Stack.Links;

namespace SocketPools.Stack.Tests.Names;

/// <summary>Debian's dnsmasq in a network namespace, on the kernel's end of a TAP device whose other end is a stack.</summary>
[SupportedOSPlatform("linux")]
internal sealed class Dnsmasq : IDisposable
{
    private static readonly string? s_program = ((string[])["/usr/sbin/dnsmasq", "/usr/bin/dnsmasq"]).FirstOrDefault(File.Exists);

    private readonly TemporaryDirectory _directory = new();
    private readonly BlockingCollection<string> _log = [];
    private readonly Process _process;

    private Dnsmasq(string[] arguments)
    {
        string hosts = _directory["hosts"];
        File.WriteAllLines(hosts,
        [
            "192.0.2.80 www.example.test",
            "2001:db8:1::80 www.example.test",
            "192.0.2.25 four.example.test",
            .. Enumerable.Range(1, 120).Select(i => $"198.51.100.{i} big.example.test"),
        ]);
        string[] all =
        [
            "--no-daemon", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--pid-file=", "--user=root", "--interface=tap0", "--bind-interfaces",
            "--local=/example.test/", "--local-ttl=60", $"--addn-hosts={hosts}", "--cname=alias.example.test,www.example.test",
            "--cname=second.example.test,alias.example.test", $"--dhcp-leasefile={_directory["leases"]}", "--log-queries", .. arguments,
        ];
        _process = Process.Start(new ProcessStartInfo(s_program!, all) { RedirectStandardError = true })!;
        _process.ErrorDataReceived += (_, e) =>
        {
            if (e.Data is not null)
            {
                _log.Add(e.Data);
            }
        };
        _process.BeginErrorReadLine();
        Await("started");
    }

    /// <summary>Runs a body beside a dnsmasq that has 192.0.2.1 and 2001:db8:1::1; the stack has no address yet.</summary>
    internal static void Run(Action<Dnsmasq, StackRadio> body, params string[] arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "TAP devices are Linux's");
        Assert.SkipUnless(File.Exists("/dev/net/tun"), "/dev/net/tun is missing");
        Assert.SkipUnless(s_program is not null, "dnsmasq (dnsmasq-base) is missing");
        NetworkNamespace.Run(() =>
        {
            using StackRadio radio = new(new StackOptions { Seed = 1, Dns = new() { Timeout = TimeSpan.FromMilliseconds(500) } });
            radio.AddInterface(TapLink.Open("tap0"));
            NetworkNamespace.Ip("address add 192.0.2.1/24 dev tap0");
            NetworkNamespace.Ip("address add 2001:db8:1::1/64 dev tap0 nodad");
            using Dnsmasq server = new(arguments);
            body(server, radio);
        });
    }

    /// <summary>Waits for a line of its log, and returns it.</summary>
    internal string Await(string text)
    {
        List<string> seen = [];
        while (_log.TryTake(out string? line, TimeSpan.FromSeconds(120)))
        {
            seen.Add(line);
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new TimeoutException($"dnsmasq did not say '{text}': {string.Join('\n', seen)}");
    }

    /// <summary>The addresses of a name, or the error.</summary>
    internal static string LookUp(StackRadio radio, string name, AddressFamily family = AddressFamily.InterNetwork, AddressInfoFlags flags = 0)
    {
        AddressLookup answer = radio.Resolve(
            new AddressQuery(name, null, family, SocketType.Stream, Flags: flags), new Deadline(radio.TimeProvider, TimeSpan.FromSeconds(20)));
        return answer.Failed ? $"{answer.Error}" : string.Join(' ', answer.Rows.Select(r => $"{r.Address.ToIPAddress()}"));
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        _directory.Dispose();
        _log.Dispose();
    }
}
