using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;

namespace SocketPools.Stack.Kernel.Tests;

/// <summary>Streams of bytes from one end to the other, by the kernel's sockets or by ours, compared by their hash.</summary>
internal static class Transfer
{
    private const int BlockSize = 64 * 1024;

    internal delegate void SendAll(ReadOnlySpan<byte> data);

    internal delegate int Receive(Span<byte> buffer);

    /// <summary>Sends bytes from one side, ends it, and checks what the other side has read up to the end.</summary>
    /// <param name="connection">Both ends.</param>
    /// <param name="toKernel">Whether we send.</param>
    /// <param name="length">How many bytes.</param>
    /// <param name="seed">What they come from.</param>
    /// <param name="beforeReading">What the reader does first, while the sender is at it.</param>
    internal static void Run(Connection connection, bool toKernel, long length, int seed = 1, Action? beforeReading = null)
    {
        (PoolSocket ours, Socket kernels) = connection;
        if (toKernel)
        {
            Run(ours.SendAll, () => ours.Shutdown(SocketShutdown.Send), kernels.Receive, length, seed, beforeReading);
        }
        else
        {
            Run(data => Send(kernels, data), () => kernels.Shutdown(SocketShutdown.Send), ours.ReceiveInto, length, seed, beforeReading);
        }
    }

    /// <summary>All of it, as long as it takes.</summary>
    internal static void Send(Socket socket, ReadOnlySpan<byte> data)
    {
        while (data.Length > 0)
        {
            data = data[socket.Send(data)..];
        }
    }

    internal static void ReceiveExactly(Receive receive, Span<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            int count = receive(buffer);
            Assert.NotEqual(0, count);
            buffer = buffer[count..];
        }
    }

    /// <summary>Reads to the end; tells how much it was, and its hash.</summary>
    internal static (long Length, string Hash) ReadToEnd(Receive receive)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[BlockSize];
        long length = 0;
        int count;
        while ((count = receive(buffer)) > 0)
        {
            hash.AppendData(buffer, 0, count);
            length += count;
        }

        return (length, Convert.ToHexString(hash.GetHashAndReset()));
    }

    private static void Run(SendAll send, Action end, Receive receive, long length, int seed, Action? beforeReading)
    {
        string sent = "";
        ExceptionDispatchInfo? failure = null;
        Thread sender = new(() =>
        {
            try
            {
                sent = SendRandom(send, length, seed);
                end();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        sender.Start();
        (long Length, string Hash) received = default;
        ExceptionDispatchInfo? readersFailure = null;
        try
        {
            beforeReading?.Invoke();
            received = ReadToEnd(receive);
        }
        catch (Exception e)
        {
            readersFailure = ExceptionDispatchInfo.Capture(e);
        }

        // A sender whose reader has failed runs into its own deadline.
        sender.Join();
        readersFailure?.Throw();
        failure?.Throw();

        Assert.Equal((length, sent), received);
    }

    private static string SendRandom(SendAll send, long length, int seed)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Random random = new(seed);
        byte[] block = new byte[BlockSize];
        random.NextBytes(block);
        for (long left = length; left > 0;)
        {
            int count = (int)Math.Min(left, block.Length);
            BitConverter.TryWriteBytes(block, left); // no two blocks are alike
            send(block.AsSpan(0, count));
            hash.AppendData(block, 0, count);
            left -= count;
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
