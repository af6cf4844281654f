#!/bin/bash
# objcopy of binutils 2.40 (Debian binutils 2.40-2): Intel HEX of one image has records of type 02 and of type 04
#
# Guess: beyond 64 KiB there are extended linear address records (type 04), as in the files of every 32-bit tool chain.
# Observed: up to 0xFFFFF objcopy writes extended segment address records (type 02), above that type 04. An image across 1 MiB has both, with
# a type 02 of zero between. srec_cat (Debian srecord 1.64-3) writes type 04 always, also in front of data at address 0.
# Why it matters: a boot loader or an updater over the network that knows types 00, 01 and 04 writes what lies above 64 KiB to wrong addresses
# or stops at it, and only for images of some addresses. Implement type 02, or convert with srec_cat.
source "$(dirname "$0")/support/lib.sh"
debian srecord=1.64-3 libsrecord0=1.64-3
need objcopy
[[ $(objcopy --version) == *"Binutils for Debian) 2.40"* ]] || skip "the pin is binutils 2.40"
head -c 70000 /dev/zero >"$work/a.bin"
# kinds FILE: its address records and where they point to.
kinds() { grep -o '^:02000002....\|^:02000004....' "$1" | sed 's/^:020000//' | paste -sd ' '; }
for start in 0x8000 0xF8000 0x200000; do
    objcopy -I binary -O ihex --change-addresses $start "$work/a.bin" "$work/$start.hex"
done
expect "objcopy at 0x8000" "$(kinds "$work/0x8000.hex")" 021000
expect "objcopy at 0xF8000" "$(kinds "$work/0xF8000.hex")" "02F000 020000 040010"
expect "objcopy at 0x200000" "$(kinds "$work/0x200000.hex")" "040020 040021"
srec_cat "$work/a.bin" -binary -offset 0x8000 -o "$work/s.hex" -intel
expect "srec_cat at 0x8000" "$(kinds "$work/s.hex")" "040000 040001"
