#!/bin/bash
# objcopy of binutils 2.40 (Debian binutils 2.40-2): an S-record file begins with its own path
#
# Guess: the same input and options give the same file; the header record S0 is empty or says what made it.
# Observed: S0 holds the path as it was written on the command line, at most 40 bytes of it: out/a.srec and b.srec differ in their first line, and
# so do the files of two users who build in their own folders. All other lines are the same.
# Why it matters: checksums and signatures of firmware files differ between builds of the same source, and the file tells where it
# was built. Compare without S0, or write from within the folder under one name.
source "$(dirname "$0")/support/lib.sh"
need objcopy
[[ $(objcopy --version) == *"Binutils for Debian) 2.40"* ]] || skip "the pin is binutils 2.40"
cd "$work"
mkdir -p out a-folder-with-a-name-of-more-than-forty-letters
printf 0123456789 >a.bin
# header NAME: the text of S0 of a file that is written under this name.
header() {
    objcopy -I binary -O srec a.bin "$1"
    python -c 'import sys; line = open(sys.argv[1]).readline().strip(); print(line[:2], bytes.fromhex(line[8:-2]).decode())' "$1"
}
expect "one name" "$(header b.srec)" "S0 b.srec"
expect "another" "$(header out/a.srec)" "S0 out/a.srec"
expect "a long one" "$(header a-folder-with-a-name-of-more-than-forty-letters/a.srec)" "S0 a-folder-with-a-name-of-more-than-forty-"
expect "lines that differ" "$(diff b.srec out/a.srec | grep -c '^<')" 1
