namespace SocketPools.Stack.Tests.Tcp;

/// <summary>Tests that count blocks and frames run alone: the pools are the process's.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    internal const string Name = "counts blocks";
}
