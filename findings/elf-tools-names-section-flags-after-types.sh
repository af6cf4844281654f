#!/bin/bash
# elf-tools 1.1.2 (npm): the flags of .text are "symtab|rela", those of .bss "progbits|symtab"
#
# Guess: sh_flags 6 is "alloc|execinstr" and 3 is "write|alloc", as the flags of programs are "execute|read" and "write|read".
# Observed: the names of section types stand for the bits of the flags: 2 (alloc) is "symtab", 4 (execinstr) is "rela", 1 (write) is "progbits".
# .bss (nobits) has as data the bytes of the file that stand at its offset.
# Why it matters: a filter for what belongs into an image (flag alloc) finds nothing, or takes the symbol tables when it asks for "symtab". Take the
# programs, whose flags are right, or read sh_flags from the file.
source "$(dirname "$0")/support/lib.sh"
need gcc
npm_packages elf-tools@1.1.2
printf 'int zeros[64]; int main(void) { return zeros[3]; }\n' >"$work/a.c"
gcc -g0 -fno-asynchronous-unwind-tables -c "$work/a.c" -o "$work/a.o"
out=$(javascript <<J
const { sections } = require('elf-tools').parse(require('fs').readFileSync('$work/a.o'));
for (const name of ['.text', '.data', '.bss', '.symtab']) {
    const { header, data } = sections.find(section => section.header.name === name);
    console.log(name, header.type, header.flags, name === '.bss' ? header.size === data.length : '');
}
J
)
expect "section, type, flags; .bss has data" "$out" $'.text progbits symtab|rela \n.data progbits progbits|symtab \n.bss nobits progbits|symtab true\n.symtab symtab  '
