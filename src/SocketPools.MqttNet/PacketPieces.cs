using System.Buffers;

namespace SocketPools.MqttNet;

/// <summary>
/// The pieces of one packet, as one sequence. MQTTnet hands a packet over in two calls, head and payload, whose bytes stay
/// as they are until the second returns. The links of the chain are used again for the next packet.
/// </summary>
internal sealed class PacketPieces
{
    private readonly List<Piece> _pieces = [];
    private int _count;

    internal bool IsEmpty => _count == 0;

    /// <summary>All that was added.</summary>
    internal ReadOnlySequence<byte> Whole =>
        _count == 0 ? default : new ReadOnlySequence<byte>(_pieces[0], 0, _pieces[_count - 1], _pieces[_count - 1].Memory.Length);

    internal void Add(ReadOnlySequence<byte> bytes)
    {
        foreach (ReadOnlyMemory<byte> memory in bytes)
        {
            if (!memory.IsEmpty)
            {
                Add(memory);
            }
        }
    }

    /// <summary>Forgets the bytes, and keeps the links.</summary>
    internal void Clear()
    {
        for (int i = 0; i < _count; i++)
        {
            _pieces[i].Set(default, null);
        }

        _count = 0;
    }

    private void Add(ReadOnlyMemory<byte> memory)
    {
        if (_count == _pieces.Count)
        {
            _pieces.Add(new Piece());
        }

        _pieces[_count].Set(memory, _count == 0 ? null : _pieces[_count - 1]);
        _count++;
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        internal void Set(ReadOnlyMemory<byte> memory, Piece? previous)
        {
            Memory = memory;
            Next = null;
            RunningIndex = 0;
            if (previous is not null)
            {
                previous.Next = this;
                RunningIndex = previous.RunningIndex + previous.Memory.Length;
            }
        }
    }
}
