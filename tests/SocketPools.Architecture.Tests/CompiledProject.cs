using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace SocketPools.Architecture.Tests;

/// <summary>
/// One project of <c>src</c> as it was compiled: which folder each type stands in (from the portable PDB) and which types it refers to
/// (from the metadata and the IL).
/// </summary>
internal sealed class CompiledProject
{
    // Documents of a type without sequence points: interfaces, enumerations, field-only types.
    private static readonly Guid s_typeDefinitionDocuments = new("932E74BC-DBA9-4478-8D46-0F32A7BAB3D3");

    private static readonly Lazy<IReadOnlyDictionary<string, CompiledProject>> s_all = new(() => Names().ToDictionary(n => n, Read));

    private readonly Dictionary<string, SortedSet<string>> _foldersOfTypes = [];
    private readonly string _directory;

    private CompiledProject(string name, string assembly)
    {
        Name = name;
        _directory = Path.Combine(Repository.Root, "src", name) + Path.DirectorySeparatorChar;
        // In memory and not disposed: the tests read the types later.
        Mono.Cecil.ReaderParameters parameters = new() { InMemory = true, AssemblyResolver = TypeReferences.ResolverFor(assembly) };
        Mono.Cecil.ModuleDefinition module = Mono.Cecil.ModuleDefinition.ReadModule(assembly, parameters);
        PublicTypes = [.. module.GetTypes().Where(IsVisible)];
        ReadFolders(assembly);
        References = [.. module.Types.SelectMany(TypeReferences.Of).Where(r => Known(r.From) && Known(r.To)).Distinct()];
        AssemblyReferences = [.. module.AssemblyReferences.Select(r => r.Name)];
        Friends = [.. module.Assembly.CustomAttributes
            .Where(a => a.AttributeType.Name == nameof(System.Runtime.CompilerServices.InternalsVisibleToAttribute))
            .Select(a => (string)a.ConstructorArguments[0].Value)];
    }

    /// <summary>Gets the name of the project.</summary>
    internal string Name { get; }

    /// <summary>Gets the references between types of this project, without those of a type to itself.</summary>
    internal IReadOnlyList<TypeReferences.Pair> References { get; }

    /// <summary>Gets the types that users of the project see, nested ones too.</summary>
    internal IReadOnlyList<Mono.Cecil.TypeDefinition> PublicTypes { get; }

    /// <summary>Gets the names of the assemblies that the project refers to.</summary>
    internal IReadOnlyList<string> AssemblyReferences { get; }

    /// <summary>Gets the names of the assemblies that see the internals of this one.</summary>
    internal IReadOnlyList<string> Friends { get; }

    /// <summary>Gets the folders that have types, in alphabetical order; "." is the project's own folder.</summary>
    internal IEnumerable<string> Folders => _foldersOfTypes.Values.SelectMany(f => f).Distinct().Order(StringComparer.Ordinal);

    /// <summary>Gets the types whose parts stand in more than one folder.</summary>
    internal IEnumerable<string> ScatteredTypes =>
        _foldersOfTypes.Where(p => p.Value.Count > 1).Select(p => $"{p.Key}: {string.Join(", ", p.Value)}");

    /// <summary>Gets all projects in <c>src</c>, by name; each is read once for all tests.</summary>
    internal static IReadOnlyDictionary<string, CompiledProject> All => s_all.Value;

    private static CompiledProject Read(string name)
    {
        // This test's own output is tests/NAME/bin/CONFIGURATION/FRAMEWORK.
        string framework = Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        string configuration = Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar))!);
        string output = Path.Combine(Repository.Root, "src", name, "bin", configuration, framework);
        string assembly = Directory.EnumerateFiles(output, "*ocket*ool*.dll", SearchOption.AllDirectories)
            .Where(path => Path.GetFileNameWithoutExtension(path) is var file && (file == name || file == "socketpool"))
            .OrderByDescending(File.GetLastWriteTimeUtc)
            .First();
        return new CompiledProject(name, assembly);
    }

    /// <summary>Gets the names of all projects in <c>src</c>.</summary>
    internal static IEnumerable<string> Names() =>
        Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal);

    /// <summary>Gets the folder of a type.</summary>
    internal string FolderOf(string type) => _foldersOfTypes[type].Min!;

    private static bool IsVisible(Mono.Cecil.TypeDefinition type) =>
        type.IsPublic || (type.IsNestedPublic && IsVisible(type.DeclaringType));

    private bool Known(string type) => _foldersOfTypes.ContainsKey(type);

    private void ReadFolders(string assembly)
    {
        using MetadataReaderProvider pdb = MetadataReaderProvider.FromPortablePdbStream(File.OpenRead(Path.ChangeExtension(assembly, ".pdb")));
        using System.Reflection.PortableExecutable.PEReader image = new(File.OpenRead(assembly));
        MetadataReader symbols = pdb.GetMetadataReader();
        MetadataReader metadata = image.GetMetadataReader();
        foreach (TypeDefinitionHandle handle in metadata.TypeDefinitions)
        {
            foreach (DocumentHandle document in DocumentsOf(handle, metadata, symbols))
            {
                string path = symbols.GetString(symbols.GetDocument(document).Name);
                if (path.StartsWith(_directory, StringComparison.Ordinal) && !path.StartsWith(_directory + "obj", StringComparison.Ordinal))
                {
                    string folder = Path.GetRelativePath(_directory, Path.GetDirectoryName(path)!).Replace('\\', '/');
                    string type = OutermostName(handle, metadata);
                    (_foldersOfTypes.TryGetValue(type, out SortedSet<string>? folders) ? folders : _foldersOfTypes[type] = new(StringComparer.Ordinal))
                        .Add(folder);
                }
            }
        }
    }

    private static IEnumerable<DocumentHandle> DocumentsOf(TypeDefinitionHandle type, MetadataReader metadata, MetadataReader symbols)
    {
        foreach (MethodDefinitionHandle method in metadata.GetTypeDefinition(type).GetMethods())
        {
            MethodDebugInformation information = symbols.GetMethodDebugInformation(method.ToDebugInformationHandle());
            if (!information.SequencePointsBlob.IsNil)
            {
                foreach (DocumentHandle document in information.GetSequencePoints().Select(p => p.Document).Distinct())
                {
                    yield return document;
                }
            }
        }

        foreach (CustomDebugInformationHandle handle in symbols.GetCustomDebugInformation(type))
        {
            CustomDebugInformation information = symbols.GetCustomDebugInformation(handle);
            if (symbols.GetGuid(information.Kind) == s_typeDefinitionDocuments)
            {
                BlobReader rows = symbols.GetBlobReader(information.Value);
                while (rows.RemainingBytes > 0)
                {
                    yield return MetadataTokens.DocumentHandle(rows.ReadCompressedInteger());
                }
            }
        }
    }

    private static string OutermostName(TypeDefinitionHandle handle, MetadataReader metadata)
    {
        System.Reflection.Metadata.TypeDefinition type = metadata.GetTypeDefinition(handle);
        while (!type.GetDeclaringType().IsNil)
        {
            type = metadata.GetTypeDefinition(type.GetDeclaringType());
        }

        return $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}";
    }
}
