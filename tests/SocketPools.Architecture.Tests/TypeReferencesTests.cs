using Mono.Cecil;
using SocketPools.Architecture.Tests.Probes;

namespace SocketPools.Architecture.Tests;

/// <summary>Each way in which code of one type can refer to another one is found in the compiled assembly.</summary>
public sealed class TypeReferencesTests
{
    private static readonly ModuleDefinition s_module = ModuleDefinition.ReadModule(
        typeof(TypeReferencesTests).Assembly.Location,
        new ReaderParameters { AssemblyResolver = TypeReferences.ResolverFor(typeof(TypeReferencesTests).Assembly.Location) });

    public static TheoryData<string> WaysToRefer => [.. typeof(Ways).GetNestedTypes(System.Reflection.BindingFlags.NonPublic).Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(WaysToRefer))]
    public void A_reference_is_found_in(string way)
    {
        TypeDefinition probe = s_module.GetType("SocketPools.Architecture.Tests.Probes.Ways").NestedTypes.Single(t => t.Name == way);
        Assert.Contains(TypeReferences.Of(probe), r => r.To.Contains("Probes.Upper", StringComparison.Ordinal) || r.To.Contains("Probes.IUpper", StringComparison.Ordinal));
    }

    [Fact]
    public void A_type_without_a_reference_has_none() =>
        Assert.Empty(TypeReferences.Of(s_module.GetType(typeof(UpperClass).FullName)));

    [Fact]
    public void The_ways_are_all_there() => Assert.Equal(31, WaysToRefer.Count);
}
