#!/bin/bash
# NAudio.Midi 3.3.0 (NuGet): FromRawMessage takes clock, start and stop, and raises for the position in the song and for time code
#
# Guess: each status byte that MIDI 1.0 defines gives an event, or one for "other".
# Observed: F1 (time code), F2 (song position), F3 (song select), F6 (tune request) and FF (reset) raise FormatException; F8, FA, FB,
# FC and FE are events.
# Why it matters: a sequencer sends its position (F2) in front of "continue", so a bridge from the network ends at the first pause. Look at
# the status byte before the call.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp NAudio.Midi@3.3.0 <<'CSHARP'
foreach (int status in new[] { 0xF1, 0xF2, 0xF3, 0xF6, 0xF8, 0xFA, 0xFB, 0xFC, 0xFE, 0xFF })
{
    string result;
    try
    {
        result = NAudio.Midi.MidiEvent.FromRawMessage(status | 0x0100).CommandCode.ToString();
    }
    catch (FormatException)
    {
        result = "raises";
    }

    Console.Write($"{status:X} {result} ");
}
CSHARP
)
expect "status" "$out" "F1 raises F2 raises F3 raises F6 raises F8 TimingClock FA StartSequence FB ContinueSequence FC StopSequence FE AutoSensing FF raises "
