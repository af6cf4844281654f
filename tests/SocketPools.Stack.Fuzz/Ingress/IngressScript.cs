using System.Buffers.Binary;

namespace SocketPools.Stack.Fuzz.Ingress;

/// <summary>What happens next to a station: a frame comes, or time goes by.</summary>
/// <param name="Frame">The frame, or null.</param>
/// <param name="Milliseconds">Without a frame: how much time.</param>
internal readonly record struct IngressStep(byte[]? Frame, int Milliseconds);

/// <summary>
/// Frames and pauses as bytes. The first byte says what the link is like; each step is a byte for its kind, two for its length in bytes
/// or milliseconds, and the frame. Any bytes are a script.
/// </summary>
internal sealed class IngressScript
{
    private const byte IsIPFlag = 1;
    private const byte SkipChecksumsFlag = 2;
    private const byte PauseKind = 3;
    private const int HeadLength = 3;

    internal bool IsIP { get; set; }

    /// <summary>Whether frames are taken whatever their checksums are: so that changed ones get further.</summary>
    internal bool SkipsChecksums { get; set; }

    internal List<IngressStep> Steps { get; } = [];

    internal static IngressScript Read(ReadOnlySpan<byte> bytes)
    {
        IngressScript script = new();
        if (bytes.IsEmpty)
        {
            return script;
        }

        script.IsIP = (bytes[0] & IsIPFlag) != 0;
        script.SkipsChecksums = (bytes[0] & SkipChecksumsFlag) != 0;
        for (bytes = bytes[1..]; bytes.Length >= HeadLength;)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]);
            bool isPause = (bytes[0] & PauseKind) == PauseKind;
            bytes = bytes[HeadLength..];
            int taken = isPause ? 0 : Math.Min(length, bytes.Length);
            script.Steps.Add(isPause ? new IngressStep(null, length) : new IngressStep(bytes[..taken].ToArray(), 0));
            bytes = bytes[taken..];
        }

        return script;
    }

    internal byte[] ToArray()
    {
        List<byte> bytes = [(byte)((IsIP ? IsIPFlag : 0) | (SkipsChecksums ? SkipChecksumsFlag : 0))];
        foreach (IngressStep step in Steps)
        {
            int length = Math.Min(step.Frame?.Length ?? step.Milliseconds, ushort.MaxValue);
            bytes.AddRange([step.Frame is null ? PauseKind : (byte)0, (byte)(length >> 8), (byte)length]);
            bytes.AddRange((step.Frame ?? []).Take(length));
        }

        return [.. bytes];
    }
}
