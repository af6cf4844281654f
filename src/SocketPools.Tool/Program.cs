using System.Runtime.InteropServices;
using SocketPools.Tool;

using CancellationTokenSource stop = new();

// The first Ctrl-C asks the command to stop; a second one finds no handler that objects, and ends the process.
void OnSignal(PosixSignalContext signal)
{
    signal.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
}

using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
return ToolEntry.Run(args, ToolConsole.OfProcess(), stop.Token);
