# Sourced by findings about zones: BIND, NSD and Knot of Debian 12 serve the zone files $work/NAME.zone for NAME.
dns_packages() {
    debian bind9=1:9.18.49-1~deb12u3 bind9-libs=1:9.18.49-1~deb12u3 bind9-dnsutils=1:9.18.49-1~deb12u3 nsd=4.6.1-1 knot=3.2.6-1 \
        libfstrm0=0.6.1-1 liblmdb0=0.9.24-1 libnghttp2-14=1.52.0-1+deb12u3 libprotobuf-c1=1.4.1-1+b1 libevent-2.1-7=2.1.12-stable-8+deb12u1 \
        libdnssec9=3.2.6-1 libknot13=3.2.6-1 liburcu8=0.13.2-1 libxdp1=1.3.1-1 libzscanner4=3.2.6-1
}

# dns_server NAME ZONE...: starts bind, nsd or knot with these zones; $port is its port.
dns_server() {
    local kind=$1 zone folder=$work/$1
    shift
    port=$(free_port)
    mkdir -p "$folder"
    case $kind in
        bind)
            {
                echo "options { directory \"$folder\"; listen-on port $port { 127.0.0.1; }; listen-on-v6 { none; }; recursion no; allow-transfer { none; };"
                echo "pid-file none; session-keyfile \"$folder/key\"; dnssec-validation no; }; controls { };"
                for zone; do echo "zone \"$zone\" { type master; file \"$work/$zone.zone\"; };"; done
            } >"$folder/conf"
            start named -f -g -n 1 -c "$folder/conf" ;;
        nsd)
            {
                printf 'server:\n ip-address: 127.0.0.1@%s\n username: ""\n chroot: ""\n zonesdir: "%s"\n' "$port" "$work"
                printf ' %s: "%s/%s"\n' pidfile "$folder" pid xfrdfile "$folder" xfrd zonelistfile "$folder" list xfrdir "$folder" ''
                printf ' database: ""\nremote-control:\n control-enable: no\n'
                for zone; do printf 'zone:\n name: "%s"\n zonefile: "%s.zone"\n' "$zone" "$zone"; done
            } >"$folder/conf"
            start nsd -d -c "$folder/conf" ;;
        knot)
            {
                printf 'server:\n    rundir: "%s"\n    listen: 127.0.0.1@%s\ndatabase:\n    storage: "%s/db"\nzone:\n' "$folder" "$port" "$folder"
                for zone; do printf '  - domain: "%s"\n    file: "%s/%s.zone"\n' "$zone" "$work" "$zone"; done
            } >"$folder/conf"
            start knotd -c "$folder/conf" ;;
    esac
    local try
    for try in $(seq 100); do
        [ -n "$(dig "@127.0.0.1" -p "$port" +short +tries=1 +time=1 "$1" SOA 2>/dev/null | grep -v '^;')" ] && return
        sleep 0.1
    done
    skip "$kind does not answer: $(tail -1 "$work/started.log")"
}

# dns_ask NAME TYPE: the answer section of the last server started, one record a line: name, TTL, type, data.
dns_ask() { dig @127.0.0.1 -p "$port" +noall +answer "$@" | awk '{print $1, $2, $4, $5}'; }
