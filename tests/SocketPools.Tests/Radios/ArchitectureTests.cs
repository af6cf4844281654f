using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using SocketPools.Radios;
using SocketPools.Testing;

namespace SocketPools.Tests.Contract;

/// <summary>Dependencies point down.</summary>
public sealed partial class ArchitectureTests
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Fact]
    public void The_signatures_of_the_radio_contract_know_no_other_room_of_the_library()
    {
        Type[] contract = [.. typeof(Radio).Assembly.GetTypes().Where(t => t.Namespace == typeof(Radio).Namespace)];
        Assert.Contains(typeof(RadioSocket), contract);
        string[] others = [.. contract
            .SelectMany(t => t.GetMembers(Declared).SelectMany(TypesOf).Append(t.BaseType).Concat(t.GetInterfaces()), (t, used) => (t, used))
            .Where(p => p.used is not null && IsOurs(p.used) && p.used.Namespace != typeof(Radio).Namespace)
            .Select(p => $"{p.t.Name} uses {p.used}")];
        Assert.Empty(others);
    }

    [Fact]
    public void The_sources_of_the_radio_contract_name_no_other_room_of_the_library()
    {
        string folder = Path.Combine(Repository.Root, "src", "SocketPools", "Radios");
        string[] files = Directory.GetFiles(folder, "*.cs");
        Assert.NotEmpty(files);
        Assert.DoesNotContain(files.SelectMany(File.ReadLines), line => OwnUsing().IsMatch(line));
    }

    [Fact]
    public void The_core_ships_without_any_package()
    {
        Assert.Empty(ShippedPackagesOf("src/SocketPools/SocketPools.csproj"));
        string[] assemblies = [.. typeof(SocketPool).Assembly.GetReferencedAssemblies().Select(a => a.Name!)];
        Assert.All(assemblies, name => Assert.StartsWith("System.", name, StringComparison.Ordinal));
    }

    [Fact]
    public void The_contract_kit_needs_no_test_framework()
    {
        Assert.Empty(ShippedPackagesOf("src/SocketPools.Testing/SocketPools.Testing.csproj"));
        string[] assemblies = [.. typeof(RadioContract).Assembly.GetReferencedAssemblies().Select(a => a.Name!)];
        Assert.All(assemblies, name => Assert.True(name == "SocketPools" || name.StartsWith("System.", StringComparison.Ordinal), name));
    }

    private static IEnumerable<string> ShippedPackagesOf(string project) =>
        XDocument.Load(Path.Combine(Repository.Root, project)).Descendants("PackageReference").Select(e => (string)e.Attribute("Include")!);

    private static bool IsOurs(Type type) => type.Assembly == typeof(Radio).Assembly;

    private static IEnumerable<Type?> TypesOf(MemberInfo member) => member switch
    {
        MethodInfo m => m.GetParameters().Select(p => p.ParameterType).Append(m.ReturnType).SelectMany(Unwrap),
        ConstructorInfo c => c.GetParameters().Select(p => p.ParameterType).SelectMany(Unwrap),
        FieldInfo f => Unwrap(f.FieldType),
        PropertyInfo p => Unwrap(p.PropertyType),
        EventInfo e => Unwrap(e.EventHandlerType!),
        _ => [],
    };

    private static IEnumerable<Type> Unwrap(Type type) =>
        type.HasElementType ? Unwrap(type.GetElementType()!) : type.GetGenericArguments().SelectMany(Unwrap).Append(type);

    [GeneratedRegex(@"^\s*(global\s+)?using\s+(static\s+)?SocketPools")]
    private static partial Regex OwnUsing();
}
