#!/bin/bash
# dfu-suffix 0.11 (Debian dfu-util 0.11-1): the CRC-32 of a firmware file is the complement of everybody else's
#
# Guess: dwCRC of the DFU suffix is the CRC-32 with polynomial 0x04C11DB7 as zlib, Ethernet and PNG have it, over all bytes before it.
# Observed: it is that value with every bit inverted: DFU leaves the last exclusive-or out. dfu-suffix -c refuses a file with the checksum of
# zlib.
# Why it matters: a program that writes or checks .dfu files with crc32() of its library (Python, .NET, zlib) makes files that no tool
# takes, and refuses good ones.
source "$(dirname "$0")/support/lib.sh"
debian dfu-util=0.11-1
printf 123456789 >"$work/a.dfu"
dfu-suffix -v 1234 -p 5678 -a "$work/a.dfu" >"$work/log" 2>&1
out=$(python - "$work" <<'P'
import struct, sys, zlib
data = open(sys.argv[1] + "/a.dfu", "rb").read()
written, zlibs = struct.unpack("<I", data[-4:])[0], zlib.crc32(data[:-4])
print(f"{written:08x} {zlibs:08x} {written ^ zlibs:08x}")
open(sys.argv[1] + "/b.dfu", "wb").write(data[:-4] + struct.pack("<I", zlibs))
P
)
expect "written, of zlib, the difference" "$out" "0600f16f f9ff0e90 ffffffff"
status() { dfu-suffix -c "$1" >"$work/log" 2>&1 && echo 0 || echo $?; }
expect "status of -c" "$(status "$work/a.dfu")" 0
expect "status of -c with the checksum of zlib" "$([ "$(status "$work/b.dfu")" = 0 ] && echo 0 || echo "not 0")" "not 0"
