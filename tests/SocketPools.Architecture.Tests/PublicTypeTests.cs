using Mono.Cecil;

namespace SocketPools.Architecture.Tests;

/// <summary>Public types that can gain a member without breaking those who use them, and one type for every seed.</summary>
public sealed class PublicTypeTests
{
    // A new member changes the constructor and Deconstruct of a positional record: these are closed by a standard.
    private static readonly Dictionary<string, string> s_positional = new()
    {
        ["AddressInfo"] = "the five items of a row of getaddrinfo",
        ["AddressQuery"] = "the six arguments of getaddrinfo",
        ["ReceiveFromResult"] = "the two items that recvfrom_into returns",
    };

    private static IEnumerable<TypeDefinition> Types => CompiledProject.All.Values.SelectMany(p => p.PublicTypes);

    [Fact]
    public void A_public_record_has_no_positional_constructor_unless_a_standard_closes_it() =>
        Assert.Equal(s_positional.Keys.Order(StringComparer.Ordinal), Types.Where(IsPositional).Select(t => t.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void The_page_of_names_gives_the_reason_of_every_positional_record()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "names.md"));
        Assert.All(s_positional, record => Assert.Contains($"- `{record.Key}`: {record.Value}", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Counters_snapshots_and_leases_are_classes_and_not_records()
    {
        string[] suffixes = ["Counters", "Snapshot", "Lease", "Statistics"];
        TypeDefinition[] types = [.. Types.Where(t => suffixes.Any(s => t.Name.EndsWith(s, StringComparison.Ordinal)))];
        Assert.Contains(types, t => t.Name == "LinkCounters"); // else nothing was looked at
        Assert.All(types, t => Assert.False(t.IsValueType || IsRecord(t), t.FullName));
    }

    [Fact]
    public void Every_public_seed_is_an_int()
    {
        (string Name, TypeReference Type)[] seeds =
        [
            .. Types.SelectMany(t => t.Properties).Where(p => p.GetMethod?.IsPublic == true && IsSeed(p.Name))
                .Select(p => (p.FullName, p.PropertyType)),
            .. Types.SelectMany(t => t.Methods).Where(m => m.IsPublic && !m.IsSetter).SelectMany(m => m.Parameters, (m, p) => (Method: m, Parameter: p))
                .Where(pair => IsSeed(pair.Parameter.Name)).Select(pair => (pair.Method.FullName, pair.Parameter.ParameterType)),
        ];
        Assert.Contains(seeds, s => s.Name.Contains("FaultyLinkOptions", StringComparison.Ordinal)); // else nothing was looked at
        Assert.All(seeds, s => Assert.True(s.Type.FullName is "System.Int32" or "System.Nullable`1<System.Int32>", $"{s.Name}: {s.Type}"));
    }

    private static bool IsSeed(string name) => name.EndsWith("seed", StringComparison.OrdinalIgnoreCase);

    // The compiler writes this method for the parameters of a record's declaration, and for nothing else.
    private static bool IsPositional(TypeDefinition type) => type.Methods.Any(m => m is { Name: "Deconstruct", IsPublic: true } && IsGenerated(m));

    private static bool IsRecord(TypeDefinition type) => type.Methods.Any(m => m.Name == "PrintMembers" && IsGenerated(m));

    private static bool IsGenerated(MethodDefinition method) =>
        method.CustomAttributes.Any(a => a.AttributeType.Name == nameof(System.Runtime.CompilerServices.CompilerGeneratedAttribute));
}
