#!/bin/bash
# elfy 1.0.0 (npm): each program of Linux is one for HP-UX, one for RISC-V has no machine, and .bss has contents
#
# Guess: EI_OSABI 0 is System V; e_machine 243 (RISC-V) has a name or is the number; a section NOBITS has no data, since it has none in the file;
# sh_addralign is read as the eight bytes that it has in ELF64.
# Observed: the table of ABIs begins at the wrong place, so that 0 is "hpux". The machine of RISC-V is undefined (AArch64 has a name). .bss has the 256
# bytes of the file that stand at its offset, which belong to the next section. Alignments are read two bytes early: 262144 for 4.
# Why it matters: a check of firmware for its machine compares undefined with undefined, and an image that is put together from the sections
# starts with text in its variables. Skip sections of type nobits, and read e_machine from bytes 18 and 19.
source "$(dirname "$0")/support/lib.sh"
npm_packages elfy@1.0.0
# An executable of 64 bits for RISC-V: .text (16 bytes), .bss (256 bytes), the names.
python - "$work/program.elf" <<'P'
import struct, sys
names = b"\0.text\0.bss\0.shstrtab\0"
text = 64
table = 512
def section(name, kind, flags, address, offset, size, align):
    return struct.pack("<IIQQQQIIQQ", name, kind, flags, address, offset, size, 0, 0, align, 0)
header = b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<HHIQQQIHHHHHH", 2, 243, 1, 0x1000, 0, table, 0, 64, 0, 0, 64, 4, 3)
body = b"\x13\0\0\0" * 4 + names
sections = (section(0, 0, 0, 0, 0, 0, 0) + section(1, 1, 6, 0x1000, text, 16, 4) + section(7, 8, 3, 0x2000, text + 16, 256, 4)
            + section(12, 3, 0, 0, text + 16, len(names), 1))
open(sys.argv[1], "wb").write((header + body).ljust(table, b"\0") + sections)
P
out=$(javascript <<J
const elf = require('elfy').parse(require('fs').readFileSync('$work/program.elf'));
const bss = elf.body.sections.find(section => section.name === '.bss');
console.log(elf.osabi, elf.machine, bss.type, bss.data.length, JSON.stringify(String(bss.data.subarray(1, 6))), bss.addralign);
J
)
expect "ABI, machine, type, bytes and first bytes of .bss, its alignment" "$out" 'hpux undefined nobits 256 ".text" 262144'
