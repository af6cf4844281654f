#!/bin/bash
# System.IO.Pipelines (.NET 10.0): a pipe with a threshold of 64 KiB holds any amount
#
# Guess: pauseWriterThreshold limits the bytes in the pipe: a reader that looks at all of them and waits for more (AdvanceTo(start, end)) leaves the
# writer waiting at 64 KiB, so that a frame larger than that never completes.
# Observed: after each such AdvanceTo the writer goes on; the pipe holds 4 MiB and more. Bytes that were examined no longer count, only new ones.
# Why it matters: the usual parser, which waits for a line's end or a frame's last byte, gives a peer as much memory as it sends, whatever the
# threshold says. The parser must refuse a buffer that is longer than its longest frame.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp <<'CSHARP'
using System.IO.Pipelines;

async Task<string> Fill(bool examined)
{
    Pipe pipe = new(new PipeOptions(pauseWriterThreshold: 65536, resumeWriterThreshold: 32768));
    int written = 0;
    while (written < 4 << 20)
    {
        ValueTask<FlushResult> write = pipe.Writer.WriteAsync(new byte[4096]);
        written += 4096;
        if (!write.IsCompleted)
        {
            return $"paused at {written}";
        }
        if (examined)
        {
            ReadResult read = await pipe.Reader.ReadAsync();
            pipe.Reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
    pipe.Reader.TryRead(out ReadResult _);
    await pipe.Writer.WriteAsync(new byte[1]);
    return $"holds {(await pipe.Reader.ReadAsync()).Buffer.Length}";
}
Console.WriteLine(await Fill(false));
Console.WriteLine(await Fill(true));
CSHARP
)
expect "without a reader, with a reader that examines and consumes nothing" "$out" $'paused at 65536\nholds 4194305'
