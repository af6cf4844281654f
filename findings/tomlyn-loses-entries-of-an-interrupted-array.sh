#!/bin/bash
# Tomlyn 2.10.2 (NuGet): an array of tables that another table interrupts loses the entries before it
#
# Guess: as in TOML 1.0.0 and as Python's tomllib reads it, [[sensor]] appends one entry wherever it stands in the file: two entries.
# Observed: TomlSerializer gives one entry; the first is lost without an error. With both entries next to each other there are two.
# Why it matters: files of devices list a sensor, its calibration table and the next sensor. The program runs with one sensor less.
source "$(dirname "$0")/support/lib.sh"
cat >"$work/split.toml" <<'T'
[[sensor]]
pin = 1
[calibration.first]
offset = 2
[[sensor]]
pin = 3
T
out=$(FILE="$work/split.toml" csharp Tomlyn@2.10.2 <<'CSHARP'
using Tomlyn;
using Tomlyn.Model;
string[] texts = [File.ReadAllText(Environment.GetEnvironmentVariable("FILE")!), "[[sensor]]\npin = 1\n[[sensor]]\npin = 3\n[calibration.first]\noffset = 2\n"];
foreach (string text in texts)
{
    TomlTableArray sensors = (TomlTableArray)TomlSerializer.Deserialize<TomlTable>(text)!["sensor"];
    Console.WriteLine(string.Join(" ", sensors.Select(s => s["pin"])));
}
CSHARP
)
expect "entries of the array, interrupted and not" "$out" $'3\n1 3'
out=$(python -c 'import sys, tomllib; print(*(s["pin"] for s in tomllib.load(open(sys.argv[1], "rb"))["sensor"]))' "$work/split.toml")
expect "the same with tomllib" "$out" "1 3"
