using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SocketPools.Python.PyTypes;

/// <summary>C strings. A <c>u8</c> literal lies in the program's read-only data with a zero behind it, so its address is one.</summary>
internal static unsafe class Ascii
{
    /// <summary>The address of a <c>u8</c> literal, and of nothing else: it must never move.</summary>
    internal static byte* Of(ReadOnlySpan<byte> literal) => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(literal));
}
