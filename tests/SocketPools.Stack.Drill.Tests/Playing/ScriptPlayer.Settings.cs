using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using SocketPools.Stack.Drill.Tests.Parsing;
using SocketPools.Stack.Drill.Tests.Wire;
using SocketPools.Stack.Tcp;

namespace SocketPools.Stack.Drill.Tests.Playing;

/// <summary>The radio, with the settings that the script's commands and options ask for.</summary>
internal sealed partial class ScriptPlayer
{
    private readonly DrillLink _link = new(int.Parse(script.Option("mtu", "1500"), CultureInfo.InvariantCulture));
    private StackRadio? _radio;

    // Scripts for FreeBSD say by their place that they are.
    private bool IsForBsd => script.Path.Contains("freebsd", StringComparison.Ordinal) || script.Path.Contains("/bsd/", StringComparison.Ordinal);

    private void StartRadio()
    {
        if (_radio is not null)
        {
            return;
        }

        RefuseUnsupported();
        _radio = new StackRadio(new StackOptions { TimeProvider = _clock, Seed = seed, Tcp = Settings() });
        StackInterface link = _radio.AddInterface(_link);
        if (_isIPv6)
        {
            link.AddAddress(Local, 64, skipDuplicateAddressDetection: true);
            _radio.AddRoute(IPAddress.IPv6Any, 0, IPAddress.Parse("fd3d:a0b:17d6::2"));
        }
        else
        {
            link.AddAddress(Local, 24);
            _radio.AddRoute(IPAddress.Any, 0, IPAddress.Parse("192.168.0.2"));
        }

        Skim();
    }

    private void RefuseUnsupported()
    {
        (bool IsAsked, string What)[] refused =
        [
            (script.Option("ip_version", "").Contains("mapped", StringComparison.Ordinal), "IPv4 in IPv6 addresses"),
            (script.Options.ContainsKey("udp_encapsulation"), "TCP over UDP"),
            (script.Options.ContainsKey("psp_udp_port"), "PSP"),
            (script.Options.ContainsKey("tcp_md"), "a modified delay"),
            (Regex.IsMatch(_commands, "ip route|ip link|ifconfig|tc qdisc|iptables|ip rule|route change|ip -6"), "routes and filters"),
            (Setting("insecure_rst", "insecure_syn") is "1", "answers from before RFC 5961"),
            (Setting("syncookies_only") is "1", "SYN cookies"),
            (_commands.Contains("mtu_probing=", StringComparison.Ordinal), "MTU probing (RFC 4821)"),
            (Setting("net.inet.tcp.blackhole") is not (null or "0"), "a host that answers nothing"),
        ];
        foreach ((bool isAsked, string what) in refused)
        {
            if (isAsked)
            {
                throw new UnsupportedException(what);
            }
        }
    }

    private TcpOptions Settings()
    {
        TcpOptions defaults = new();
        bool isNewReno = Setting("tcp_congestion_control") is "reno" || Regex.IsMatch(script.Text, @"TCP_CONGESTION[^)]*""(reno|newreno)""");
        int receive = IsForBsd ? Number("net.inet.tcp.recvspace") ?? 65536 : 540_000;
        return new TcpOptions
        {
            SelectiveAcknowledgments = Setting("tcp_sack", "tcp.sack.enable") != "0",
            Timestamps = Setting("tcp_timestamps", "tcp.rfc1323") != "0",
            WindowScaling = Setting("tcp_window_scaling", "tcp.rfc1323") != "0",
            CongestionControl = isNewReno ? TcpCongestionControl.NewReno : TcpCongestionControl.Cubic,
            ReceiveBuffer = receive,
            MaxReceiveBuffer = Math.Max(receive, IsForBsd ? Number("kern.ipc.maxsockbuf") ?? 2_097_152 : 15 * 1024 * 1024),
            SendBuffer = 256 * 1024,
            MaxSynRetransmissions = Number("tcp_syn_retries") ?? defaults.MaxSynRetransmissions,
            KeepAliveTime = Milliseconds("tcp.keepidle") ?? defaults.KeepAliveTime,
            KeepAliveInterval = Milliseconds("tcp.keepintvl") ?? defaults.KeepAliveInterval,
            KeepAliveCount = Number("tcp.keepcnt") ?? defaults.KeepAliveCount,
        };
    }

    private TimeSpan? Milliseconds(string name) => Number(name) is { } number ? TimeSpan.FromMilliseconds(number) : null;

    private int? Number(string name) => Setting(name) is { } text ? (int)Math.Min(1 << 30, long.Parse(text, CultureInfo.InvariantCulture)) : null;

    /// <summary>What the script's commands set one of some names to, last; null when they do not.</summary>
    private string? Setting(params ReadOnlySpan<string> names)
    {
        string? value = null;
        foreach (string name in names)
        {
            foreach (Match match in Regex.Matches(_commands, Regex.Escape(name) + @"\s*=\s*(""[^""]*""|[^\s`;\\]+)"))
            {
                value = match.Groups[1].Value.Trim('"');
            }
        }

        return value;
    }
}
