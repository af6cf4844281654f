using System.Xml.Linq;

namespace SocketPools.Architecture.Tests;

/// <summary>What a package brings along for those who install it.</summary>
public sealed class PackageTests
{
    [Fact]
    public void The_core_ships_without_any_package()
    {
        Assert.Empty(ShippedPackagesOf("SocketPools"));
        Assert.All(CompiledProject.All["SocketPools"].AssemblyReferences, name => Assert.StartsWith("System.", name, StringComparison.Ordinal));
    }

    [Fact]
    public void The_contract_kit_needs_no_test_framework()
    {
        Assert.Empty(ShippedPackagesOf("SocketPools.Testing"));
        Assert.All(
            CompiledProject.All["SocketPools.Testing"].AssemblyReferences,
            name => Assert.True(name == "SocketPools" || name.StartsWith("System.", StringComparison.Ordinal), name));
    }

    private static IEnumerable<string> ShippedPackagesOf(string project) =>
        XDocument.Load(Path.Combine(Repository.Root, "src", project, project + ".csproj"))
            .Descendants("PackageReference")
            .Select(e => (string)e.Attribute("Include")!);
}
