#!/bin/bash
# ntplib 0.3.3 (Debian 12): the text of stratum 0 raises TypeError
#
# Guess: stratum_to_text(0) says what RFC 5905 7.4 says: a kiss-o'-death packet, in which a server asks to go away (RATE, DENY).
# ref_id_to_text names the code.
# Observed: TypeError: the text has no place for the number. The code RATE is an 'Unidentified reference source'.
# Why it matters: a program that prints what the server answered fails just when the server limits it, and otherwise takes the
# refusal for the time.
source "$(dirname "$0")/support/lib.sh"
debian python3-ntplib=0.3.3-3
out=$(python - <<'PYTHON' 2>/dev/null
import ntplib
print(ntplib.stratum_to_text(1), ntplib.stratum_to_text(16), sep="; ")
try:
    print(ntplib.stratum_to_text(0))
except TypeError as e:
    print("TypeError:", e)
print(ntplib.ref_id_to_text(int.from_bytes(b"RATE", "big"), 0))
PYTHON
)
expect "strata 1 and 16; 0; RATE" "$out" 'primary reference (1); unsynchronized (16)
TypeError: not all arguments converted during string formatting
Unidentified reference source '"'"'RATE'"'"''
