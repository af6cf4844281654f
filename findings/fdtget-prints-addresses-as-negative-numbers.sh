#!/bin/bash
# fdtget 1.6.1 (Debian device-tree-compiler 1.6.1-4+b1): reg = <0x80000000 0x1000> is "-2147483648 4096"
#
# Guess: cells of a device tree are unsigned (Devicetree Specification, 2.2.4: <u32>), and one number of 64 bits is printed as one; a list of
# strings keeps its borders.
# Observed: the address is -2147483648; the 64-bit 0x180000000 is "1 -2147483648"; "a b", "c" is printed as "a b c". -t u and -t x print
# unsigned cells.
# Why it matters: memory and peripherals of many boards lie above 0x80000000; shell arithmetic takes the negative number, sign extends it, and writes
# to another address. Use -t x.
source "$(dirname "$0")/support/lib.sh"
debian device-tree-compiler=1.6.1-4+b1 libfdt1=1.6.1-4+b1
printf '/dts-v1/; / { m { reg = <0x80000000 0x1000>; size = /bits/ 64 <0x180000000>; names = "a b", "c"; }; };' >"$work/a.dts"
dtc -q -O dtb -o "$work/a.dtb" "$work/a.dts"
expect "reg" "$(fdtget "$work/a.dtb" /m reg)" "-2147483648 4096"
expect "reg with -t x" "$(fdtget -t x "$work/a.dtb" /m reg)" "80000000 1000"
expect "a number of 64 bits" "$(fdtget "$work/a.dtb" /m size)" "1 -2147483648"
expect "two strings" "$(fdtget "$work/a.dtb" /m names)" "a b c"
