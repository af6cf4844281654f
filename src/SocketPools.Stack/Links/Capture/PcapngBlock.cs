using System.Buffers.Binary;
using System.Text;

namespace SocketPools.Stack.Links;

/// <summary>
/// One block of a pcapng file (draft-ietf-opsawg-pcapng, section 3.1) while it is written, in little-endian order. It is used again, and
/// grows to the longest frame.
/// </summary>
internal sealed class PcapngBlock
{
    private byte[] _bytes = new byte[4096];
    private int _length;

    /// <summary>The block so far.</summary>
    internal ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>Begins a block.</summary>
    internal void Begin(uint type)
    {
        _length = 0;
        Put32(type);
        Put32(0); // the length, which End knows
    }

    /// <summary>Ends the block with its length, which stands at both ends.</summary>
    internal void End()
    {
        Put32(0); // the end of the options
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(4), (uint)_length + sizeof(uint));
        Put32((uint)_length + sizeof(uint));
    }

    /// <summary>Adds an option of text, which is cut at 65535 bytes.</summary>
    internal void PutText(ushort code, string text)
    {
        // An option has at most 65535 bytes.
        ReadOnlySpan<char> chars = text.AsSpan(0, Math.Min(text.Length, ushort.MaxValue / 3));
        int length = Encoding.UTF8.GetByteCount(chars);
        Put16(code);
        Put16((ushort)length);
        Encoding.UTF8.GetBytes(chars, Room(length));
        Pad();
    }

    /// <summary>Adds an option.</summary>
    internal void PutOption(ushort code, ReadOnlySpan<byte> value)
    {
        Put16(code);
        Put16((ushort)value.Length);
        value.CopyTo(Room(value.Length));
        Pad();
    }

    internal void Put16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Room(sizeof(ushort)), value);

    internal void Put32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Room(sizeof(uint)), value);

    /// <summary>Shortens the block, and fills it up to 32 bits.</summary>
    internal void Cut(int length)
    {
        _length = length;
        Pad();
    }

    private void Pad() => Room(-_length & 3).Clear();

    /// <summary>Adds bytes, and returns them to be written.</summary>
    internal Span<byte> Room(int count)
    {
        if (_length + count > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
        }

        _length += count;
        return _bytes.AsSpan(_length - count, count);
    }
}
