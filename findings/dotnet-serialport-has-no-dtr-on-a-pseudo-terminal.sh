#!/bin/bash
# System.IO.Ports 11.0.0 (NuGet) on Linux: a pseudo terminal opens and carries data, but DtrEnable = true raises IOException
#
# Guess: a pair of pseudo terminals (socat) stands in for a serial cable; lines that it does not have are ignored at least by Open, as by
# that of pyserial 3.5, which sets DTR and ignores this error.
# Observed: Open, Write and BytesToRead work with any baud rate. DtrEnable = true and CtsHolding raise IOException, "Inappropriate ioctl for
# device". When DtrEnable was set before Open, Open raises it.
# Why it matters: code for boards sets DtrEnable, since their USB serial port sends nothing without it; the same code cannot be tested
# with a pseudo terminal. Catch the exception of that line.
source "$(dirname "$0")/support/lib.sh"
debian socat=1.7.4.4-2 python3-serial=3.5-1.1
start socat "pty,raw,echo=0,link=$work/one" "pty,raw,echo=0,link=$work/two"
for _ in $(seq 100); do [ -e "$work/two" ] && break; sleep 0.1; done
out=$(FOLDER=$work csharp System.IO.Ports@11.0.0 <<'CSHARP'
using System.IO.Ports;

string folder = Environment.GetEnvironmentVariable("FOLDER");
using SerialPort one = new($"{folder}/one", 115200), two = new($"{folder}/two", 9600) { ReadTimeout = 10_000 };
one.Open();
two.Open();
one.Write("hello\n");
Console.WriteLine(two.ReadLine());
static string Try(Action action)
{
    try
    {
        action();
        return "ok";
    }
    catch (IOException e)
    {
        return e.Message;
    }
}
Console.WriteLine("DtrEnable: " + Try(() => one.DtrEnable = true));
Console.WriteLine("CtsHolding: " + Try(() => _ = one.CtsHolding));
one.Close();
using SerialPort before = new($"{folder}/one", 115200) { DtrEnable = true };
Console.WriteLine("Open: " + Try(before.Open));
CSHARP
)
expect ".NET" "$out" "hello
DtrEnable: Inappropriate ioctl for device
CtsHolding: Inappropriate ioctl for device
Open: Inappropriate ioctl for device"
out=$(python - "$work/one" <<'P'
import serial, sys
print(serial.Serial(sys.argv[1], 115200).dtr)
P
)
expect "pyserial opens, with DTR" "$out" True
