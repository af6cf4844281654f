#!/bin/bash
# softflowd 1.1.0 (Debian softflowd 1.1.0-1+b1): -r exports the flows of a capture, even one of this minute, with a time seven weeks in the future
#
# Guess: `softflowd -r file.pcap` exports flows with the times of the packets; the header's clock is that of the capture.
# Observed: the header has the present and an uptime of some milliseconds, and a flow's start is its distance from the start of softflowd, modulo 2^32 ms. For packets
# of 100 s ago it is 4294867 s after "uptime": 49.7 days in the future. For a capture of 2023 it is off by a multiple of that, in NetFlow 5 and 9.
# Why it matters: recorded traffic that is fed to a flow collector lands in the future, where no query finds it, and a test of a collector against
# it proves nothing. nfpcapd writes such files itself.
source "$(dirname "$0")/support/lib.sh"
debian softflowd=1.1.0-1+b1 libpcap0.8=1.10.3-1
cat >"$work/program.py" <<'P'
import socket, struct, subprocess, sys, time
def capture(start):
    packet = bytes.fromhex("020000000001 020000000002 0800 4500001c000100004011 7cce 7f000001 7f000001 04d2 162e 0008 0000")
    with open(sys.argv[1], "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for second in range(11):
            file.write(struct.pack("<IIII", start + second, 0, len(packet), len(packet)) + packet)
def times(data):
    """The start and end of the first flow, in seconds since 1970, or None."""
    version, count, uptime, seconds = struct.unpack(">HHII", data[:12])
    if version == 5:
        first, last = struct.unpack(">II", data[24 + 24:24 + 32])
        return seconds - (uptime - first) / 1000, seconds - (uptime - last) / 1000
    position = 20
    while position + 4 <= len(data):
        number, length = struct.unpack(">HH", data[position:position + 4])
        body, position = data[position + 4:position + length], position + length
        if number == 0:
            while len(body) >= 4 and (template := struct.unpack(">HH", body[:4]))[0] >= 256:
                templates[template[0]] = [struct.unpack(">HH", body[4 + 4 * i:8 + 4 * i]) for i in range(template[1])]
                body = body[4 + 4 * template[1]:]
        elif number in templates:
            offset, fields = 0, {}
            for kind, size in templates[number]:
                fields.setdefault(kind, int.from_bytes(body[offset:offset + size], "big"))
                offset += size
            if 22 in fields:
                return seconds - (uptime - fields[22]) / 1000, seconds - (uptime - fields[21]) / 1000
    return None
templates = {}
for name, start in (("100 s ago", int(time.time()) - 100), ("2023", 1700000000)):
    capture(start)
    for version in (5, 9):
        templates.clear()
        with socket.socket(type=socket.SOCK_DGRAM) as collector:
            collector.bind(("127.0.0.1", 0))
            collector.settimeout(10)
            subprocess.run(["softflowd", "-r", sys.argv[1], "-n", "127.0.0.1:%d" % collector.getsockname()[1], "-v", str(version), "-d"],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=20)
            seen = None
            try:
                while seen is None:
                    seen = times(collector.recv(65536))
            except TimeoutError:
                print(name, version, "nothing")
                continue
        off, length = seen[0] - start, seen[1] - seen[0]
        turns = off / (2**32 / 1000)
        print(name, "NetFlow", version, "right" if abs(off) < 3 else "turns of 2^32 ms:", "1" if round(turns) == 1 else "several",
              "exactly" if abs(turns - round(turns)) < 1e-5 else off, "future" if seen[0] > time.time() else "past", "lasts", round(length))
P
expect "start of the flow" "$(timeout 55 /usr/bin/python3 "$work/program.py" "$work/a.pcap")" '100 s ago NetFlow 5 turns of 2^32 ms: 1 exactly future lasts 10
100 s ago NetFlow 9 turns of 2^32 ms: 1 exactly future lasts 10
2023 NetFlow 5 turns of 2^32 ms: several exactly future lasts 10
2023 NetFlow 9 turns of 2^32 ms: several exactly future lasts 10'
