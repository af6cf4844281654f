#!/bin/bash
# xxd of Vim 9.0 (Debian xxd 2:9.0.1378-2+deb12u2): `xxd -e | xxd -r` swaps the bytes of each word
#
# Guess: -r reads what xxd writes, as it does for the other forms (-g1, -p, and -a, whose "*" it fills with zeros again), or refuses it.
# Observed: of a dump with -e each group of four bytes comes back in reverse order, and a last group of fewer than four is lost. The exit status
# is 0. Only `xxd -r -e` refuses.
# Why it matters: a register dump or an image that was edited as text in 32-bit words is written to a device with its words swapped.
source "$(dirname "$0")/support/lib.sh"
debian xxd=2:9.0.1378-2+deb12u2
expect "0123456789ab" "$(printf 0123456789ab | xxd -e | xxd -r)" 32107654ba98
expect "its status" "$(printf 0123456789ab | xxd -e | xxd -r >"$work/out" && echo 0)" 0
expect "0123456" "$(printf 0123456 | xxd -e | xxd -r)" 3210
expect "0123 with -r -e" "$(printf 0123 | xxd -e | xxd -r -e 2>&1)" "xxd: Sorry, cannot revert this type of hexdump"
head -c 64 /dev/zero >"$work/zeros"
expect "64 zeros with -a" "$(xxd -a "$work/zeros" | xxd -r | cmp - "$work/zeros" && echo same)" same
