using System.Diagnostics;
using SocketPools.Stack.Buffers;

namespace SocketPools.Stack.Tcp;

/// <summary>
/// The bytes that are not acknowledged yet, sent or not. The user's bytes are copied in once; frames refer to the blocks they lie in, also
/// when they are sent again.
/// </summary>
/// <remarks>Offsets count from the first byte that is not acknowledged: SND.UNA.</remarks>
internal sealed class SendQueue
{
    // Taken together, since each taking is an atomic operation where frames are on their way.
    private const int ReferencesAtOnce = 16;

    // Each chunk begins at a position in the whole stream, so that one is found by halving.
    private Ring<Chunk> _chunks;
    private long _start;
    private long _end;

    /// <summary>Bytes in it.</summary>
    internal long Length => _end - _start;

    /// <summary>Copies bytes in at the end.</summary>
    internal void Append(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            Span<byte> room = Room(data.Length);
            int count = Math.Min(room.Length, data.Length);
            data[..count].CopyTo(room);
            _chunks.Last.Length += count;
            _end += count;
            data = data[count..];
        }
    }

    /// <summary>Adds slices to a frame, as many bytes as there is room for slices.</summary>
    /// <returns>How many bytes.</returns>
    internal int AppendTo(Frame frame, long offset, int length)
    {
        Debug.Assert(offset >= 0 && offset + length <= Length);
        long position = _start + offset;
        int done = 0;
        for (int i = IndexOf(position); done < length && frame.HasRoomForSlice; i++)
        {
            ref Chunk chunk = ref _chunks[i];
            int skip = (int)(position + done - chunk.Position);
            int count = Math.Min(chunk.Length - skip, length - done);
            frame.AppendOwned(new Slice(chunk.TakeReference(), skip, count));
            done += count;
        }

        return done;
    }

    /// <summary>The peer has the first bytes: their blocks go, once no frame refers to them.</summary>
    internal void Acknowledge(long count)
    {
        Debug.Assert(count <= Length);
        _start += count;
        while (_chunks.Count > 0 && _chunks[0].Position + _chunks[0].Length <= _start)
        {
            _chunks[0].Block.Release(1 + _chunks[0].Spare);
            _chunks.RemoveFirst();
        }
    }

    /// <summary>Gives the memory back that an empty queue needed when it was long.</summary>
    internal void Trim() => _chunks.Trim();

    /// <summary>Lets go of all.</summary>
    internal void Clear() => Acknowledge(Length);

    // What is written stays: bytes go behind it, or into a new block, a large one when there is much to send.
    private Span<byte> Room(int wanted)
    {
        if (_chunks.Count == 0 || _chunks.Last.Length == _chunks.Last.Block.Bytes.Length)
        {
            BlockPool pool = BlockPool.For((int)Math.Min(Length + wanted, BlockPool.LargeSize));
            _chunks.Add(new Chunk { Block = pool.Rent(), Position = _end });
        }

        ref Chunk last = ref _chunks.Last;
        return last.Block.Bytes.AsSpan(last.Length);
    }

    private int IndexOf(long position)
    {
        int low = 0;
        int high = _chunks.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (_chunks[middle].Position <= position)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }

    private struct Chunk
    {
        internal Block Block;
        internal long Position;
        internal int Length;

        // References to the block for frames to come.
        internal int Spare;

        internal Block TakeReference()
        {
            if (Spare == 0)
            {
                Block.Retain(ReferencesAtOnce);
                Spare = ReferencesAtOnce;
            }

            Spare--;
            return Block;
        }
    }
}
