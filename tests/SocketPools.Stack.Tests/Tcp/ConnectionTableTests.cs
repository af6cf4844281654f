using SocketPools.Stack.Core;
using SocketPools.Stack.IP;
using SocketPools.Stack.Tcp;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>The table of connections beside a dictionary that does the same.</summary>
public sealed class ConnectionTableTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_finds_what_a_dictionary_finds(int seed)
    {
        TcpBench bench = TcpBench.InSynSent();
        (NetworkPath path, TcpPort port) = (bench.Connection.Path, bench.Connection.Port);
        Random random = new(seed);
        Dictionary<FourTuple, TcpConnection> expected = [];
        ConnectionTable table = new();
        for (int i = 0; i < 20_000; i++)
        {
            FourTuple tuple = new(path.Local, (ushort)random.Next(1, 20), path.Remote, (ushort)random.Next(1, 60));
            Assert.Equal(expected.TryGetValue(tuple, out TcpConnection? known), table.TryGet(tuple, out TcpConnection? found));
            Assert.Same(known, found);
            if (known is null)
            {
                TcpConnection added = new(bench.Tcp.Main, tuple, path, port, default);
                expected.Add(tuple, added);
                table.Add(added);
            }
            else if (random.Next(3) > 0)
            {
                Assert.True(expected.Remove(tuple));
                Assert.True(table.Remove(known));
                Assert.False(table.Remove(known));
            }

            Assert.Equal(expected.Count, table.Count);
        }

        Assert.Equal(expected.Values.ToHashSet(), table.ToHashSet());
    }
}
