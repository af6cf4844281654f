using System.Diagnostics.CodeAnalysis;

namespace SocketPools.Chips.Tests.Support;

/// <summary>Tests that measure the process's memory: nothing else runs beside them.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
[SuppressMessage("Naming", "CA1711", Justification = "It names a collection of tests.")]
public sealed class AloneCollection;
