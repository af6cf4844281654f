#!/bin/bash
# mido 1.2.10 (Debian python3-mido 1.2.10-1): of two notes that share a status byte the second is lost
#
# Guess: a status byte holds for the data bytes that follow (running status of MIDI 1.0), so 90 3c 40 3e 40 is two notes.
# Observed: parse_all gives one note. MidiFile of the same library reads running status.
# Why it matters: keyboards on a serial line and RTP-MIDI (RFC 6295) leave the status byte out, and every second note is silent, without
# an error. Put the byte back before parsing.
source "$(dirname "$0")/support/lib.sh"
debian python3-mido=1.2.10-1
out=$(python - <<'P'
import io, mido
print(*(f"{message.type} {message.note}" for message in mido.parse_all(bytes.fromhex("903c403e40"))))
print(*(f"{message.type} {message.note}" for message in mido.parse_all(bytes.fromhex("903c40903e40"))), sep=", ")
track = bytes.fromhex("00903c4000" "3e40" "00ff2f00")
header = b"MThd" + bytes.fromhex("000000060000000100604d54726b") + len(track).to_bytes(4, "big")
print(*(message.note for message in mido.MidiFile(file=io.BytesIO(header + track)).tracks[0] if not message.is_meta))
P
)
expect "running status; with both bytes; running status in a file" "$out" $'note_on 60\nnote_on 60, note_on 62\n60 62'
