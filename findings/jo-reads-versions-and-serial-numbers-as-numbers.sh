#!/bin/bash
# jo 1.9 (Debian jo 1.9-1): version=1.10 is 1.1, id=007 is 7, mac=12e5 is 1200000
#
# Guess: a word that is a JSON number as it stands is written so (21.5, 1e5), and anything else stays a text: 007, +49, 0x10, " 5", 1.10
# is written with its digits.
# Observed: whatever strtod takes becomes a number of a double: 1.10 is 1.1, 007 is 7, 00e1 is 0, 12e5 is 1200000, +49 is 49, 0x10 is 16, " 5" is 5,
# and 12345678901234567890 is 1.234567890123457e+19. An empty value is null. -s keeps the text.
# Why it matters: jo writes the messages of shell scripts for mosquitto_pub: a firmware 1.10 reports itself as 1.1, and a part of the serial
# numbers of a series changes, only those of digits and one e. Use -s for texts.
source "$(dirname "$0")/support/lib.sh"
debian jo=1.9-1
expect "values" "$(jo version=1.10 id=007 serial=00e1 mac=12e5 phone=+49 register=0x10 blank=' 5' large=12345678901234567890 empty= letter=1f5)" \
    '{"version":1.1,"id":7,"serial":0,"mac":1200000,"phone":49,"register":16,"blank":5,"large":1.234567890123457e+19,"empty":null,"letter":"1f5"}'
expect "with -s" "$(jo -- -s version=1.10 -s mac=12e5)" '{"version":"1.10","mac":"12e5"}'
