#!/bin/bash
# libais 0.17 (Debian python3-ais 0.17+git.20190917.master.e464cf8-3+b4): a ship without a turn indicator turns at 731 degrees a minute to port
#
# Guess: rate of turn -128, "not available" (ITU-R M.1371), is None, or left out, or a flag tells it; the name of a ship ends before its
# padding.
# Observed: rot is -731.386474609375, and rot_over_range is true. The name is PROGUY@@@@@@@@@@@@@@.
# Why it matters: most small ships have no indicator; a display shows them spinning, and names do not match those of other decoders. Take
# values below -720 for none, and cut names at the first @.
source "$(dirname "$0")/support/lib.sh"
debian python3-ais=0.17+git.20190917.master.e464cf8-3+b4
out=$(python - <<'P'
import ais
ship = ais.decode("133i;RPP1DPEbcDMV@1r:Ow:2>`<", 0)
print(ship["rot"], ship["rot_over_range"], ais.decode("H42O55i18tMET00000000000000", 2)["name"])
P
)
expect "turn, flag, name" "$out" "-731.386474609375 True PROGUY@@@@@@@@@@@@@@"
