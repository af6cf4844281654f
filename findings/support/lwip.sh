# lwip_program <program: compiles it with Debian's lwIP and runs it.
lwip_program() {
    need gcc
    debian liblwip0=2.1.3+dfsg1-2 liblwip-dev=2.1.3+dfsg1-2
    { echo '#include "lwip.h"'; cat; } >"$work/program.c"
    gcc -w -I"$support" -I"$root/usr/include/lwip" "$work/program.c" -o "$work/program" "$root/usr/lib/x86_64-linux-gnu/liblwip.so.0" ||
        changed "the program no longer compiles"
    timeout 20 "$work/program"
}
