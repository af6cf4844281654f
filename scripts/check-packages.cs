// Checks NuGet packages as nuget.org's package health does (NuGet Package Explorer): metadata, readme, icon, symbols, SourceLink, determinism.
//
//     dotnet pack SocketPools.slnx -c Release -p:ContinuousIntegrationBuild=true -o packages
//     dotnet run scripts/check-packages.cs packages
//
// Prints one line for each fault and ends with 1 if there is one. It needs no network: it checks that SourceLink's addresses follow from the
// repository and the commit of the package, and that each source is under them or in the symbols.
#:property ManagePackageVersionsCentrally=false

using System.Collections.Immutable;
using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

if (args is not [string folder] || !Directory.Exists(folder))
{
    Console.Error.WriteLine("usage: dotnet run scripts/check-packages.cs DIRECTORY");
    return 2;
}

string[] packages = [.. Directory.GetFiles(folder, "*.nupkg").Order(StringComparer.Ordinal)];
List<string> faults = [];
if (packages.Length == 0)
{
    faults.Add($"{folder}: no packages");
}

foreach (string package in packages)
{
    new PackageCheck(package, fault => faults.Add($"{Path.GetFileName(package)}: {fault}")).Run();
}

foreach (string fault in faults)
{
    Console.WriteLine(fault);
}

Console.WriteLine(faults.Count == 0 ? $"{packages.Length} packages are in order" : $"{faults.Count} faults in {packages.Length} packages");
return faults.Count == 0 ? 0 : 1;

internal sealed partial class PackageCheck(string path, Action<string> report)
{
    private static readonly Guid s_sourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");
    private static readonly Guid s_embeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");
    private static readonly Guid s_compilerOptions = new("B5FEEC05-8CD0-4A83-96DA-466284BB4BD8");

    internal void Run()
    {
        using ZipArchive package = ZipFile.OpenRead(path);
        ZipArchiveEntry? manifest = package.Entries.FirstOrDefault(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal));
        if (manifest is null)
        {
            report("no .nuspec");
            return;
        }

        XElement metadata;
        using (Stream stream = manifest.Open())
        {
            metadata = XDocument.Load(stream).Root!.Elements().First(element => element.Name.LocalName == "metadata");
        }

        string? Get(string name) => metadata.Elements().FirstOrDefault(element => element.Name.LocalName == name)?.Value is { Length: > 0 } value ? value : null;
        foreach (string name in (string[])["id", "version", "authors", "description", "projectUrl", "tags", "releaseNotes", "copyright", "license", "icon", "readme"])
        {
            Require(Get(name) is not null, $"no <{name}>");
        }

        Require(Get("description") is not { Length: < 30 }, "<description> is shorter than 30 characters");
        CheckIcon(package, Get("icon"));
        CheckReadme(package, Get("readme"));
        XElement? repository = metadata.Elements().FirstOrDefault(element => element.Name.LocalName == "repository");
        string? commit = repository?.Attribute("commit")?.Value;
        string? url = repository?.Attribute("url")?.Value;
        Require(repository?.Attribute("type")?.Value == "git" && url is not null, "no <repository type=\"git\" url=...>");
        Require(commit is { Length: 40 }, "<repository> has no commit");
        CheckAssemblies(package, Get("id") ?? "", url, commit);
    }

    private void CheckIcon(ZipArchive package, string? name)
    {
        if (name is null || package.GetEntry(name) is not { } entry)
        {
            report("the icon is not in the package");
            return;
        }

        byte[] data = Read(entry);
        Require(data.Length <= 1_000_000, "the icon is larger than 1 MB");
        bool isPng = data.Length > 24 && data.AsSpan(1, 3).SequenceEqual("PNG"u8);
        Require(isPng && data[19] == 128 && data[23] == 128 && (data[16] | data[17] | data[18] | data[20] | data[21] | data[22]) == 0, "the icon is no PNG of 128 x 128");
    }

    private void CheckReadme(ZipArchive package, string? name)
    {
        if (name is null || package.GetEntry(name) is not { } entry)
        {
            report("the readme is not in the package");
            return;
        }

        string text = Encoding.UTF8.GetString(Read(entry));
        foreach (Match link in Link().Matches(text))
        {
            // nuget.org shows a readme apart from its repository.
            Require(link.Groups[1].Value.StartsWith("https://", StringComparison.Ordinal), $"the readme links to {link.Groups[1].Value}, which is not absolute");
        }
    }

    private void CheckAssemblies(ZipArchive package, string id, string? repository, string? commit)
    {
        string symbolsPath = Path.ChangeExtension(path, ".snupkg");
        if (!File.Exists(symbolsPath))
        {
            report("no .snupkg beside it");
            return;
        }

        using ZipArchive symbols = ZipFile.OpenRead(symbolsPath);
        string own = id is "SocketPools.Tool" ? "socketpool.dll" : id + ".dll";
        ZipArchiveEntry[] assemblies = [.. package.Entries.Where(entry => Path.GetFileName(entry.FullName) == own)];
        Require(assemblies.Length > 0, $"no {own}");
        foreach (ZipArchiveEntry assembly in assemblies)
        {
            if (assembly.FullName.StartsWith("lib/", StringComparison.Ordinal))
            {
                Require(package.GetEntry(Path.ChangeExtension(assembly.FullName, ".xml")) is not null, $"no documentation beside {assembly.FullName}");
            }

            if (symbols.GetEntry(Path.ChangeExtension(assembly.FullName, ".pdb")) is not { } pdb)
            {
                report($"no symbols of {assembly.FullName}");
                continue;
            }

            using PEReader reader = new(ImmutableArray.Create(Read(assembly)));
            ImmutableArray<DebugDirectoryEntry> entries = reader.ReadDebugDirectory();
            Require(entries.Any(entry => entry.Type == DebugDirectoryEntryType.Reproducible), $"{assembly.FullName} is not deterministic");
            byte[] data = Read(pdb);
            using MetadataReaderProvider provider = MetadataReaderProvider.FromPortablePdbImage(ImmutableArray.Create(data));
            MetadataReader metadata = provider.GetMetadataReader();
            DebugDirectoryEntry codeView = entries.FirstOrDefault(entry => entry.Type == DebugDirectoryEntryType.CodeView);
            BlobContentId pdbId = new(metadata.DebugMetadataHeader!.Id);
            Require(codeView.DataSize > 0 && reader.ReadCodeViewDebugDirectoryData(codeView).Guid == pdbId.Guid, $"the symbols are not those of {assembly.FullName}");
            CheckSymbols(metadata, assembly.FullName, repository, commit);
        }
    }

    private void CheckSymbols(MetadataReader symbols, string assembly, string? repository, string? commit)
    {
        Dictionary<Guid, List<CustomDebugInformation>> information = symbols.CustomDebugInformation
            .Select(symbols.GetCustomDebugInformation)
            .GroupBy(info => symbols.GetGuid(info.Kind))
            .ToDictionary(group => group.Key, group => group.ToList());
        Require(information.ContainsKey(s_compilerOptions), $"{assembly}: the symbols have no compiler options");
        if (!information.TryGetValue(s_sourceLink, out List<CustomDebugInformation>? links))
        {
            report($"{assembly}: the symbols have no SourceLink");
            return;
        }

        using JsonDocument json = JsonDocument.Parse(symbols.GetBlobBytes(links[0].Value));
        KeyValuePair<string, string>[] map = [.. json.RootElement.GetProperty("documents").EnumerateObject()
            .Select(property => KeyValuePair.Create(property.Name.TrimEnd('*'), property.Value.GetString()!))];
        string expected = (repository ?? "").Replace("https://github.com/", "https://raw.githubusercontent.com/", StringComparison.Ordinal) + $"/{commit}/*";
        Require(map.Any(entry => entry.Value == expected), $"{assembly}: SourceLink leads to {string.Join(", ", map.Select(entry => entry.Value))}, not to {expected}");
        HashSet<DocumentHandle> embedded = [.. information.GetValueOrDefault(s_embeddedSource, []).Where(info => info.Parent.Kind == HandleKind.Document).Select(info => (DocumentHandle)info.Parent)];
        foreach (DocumentHandle handle in symbols.Documents)
        {
            string name = symbols.GetString(symbols.GetDocument(handle).Name);
            Require(name.StartsWith("/_", StringComparison.Ordinal), $"{assembly}: the symbols name {name}, a path of the machine that built it");
            Require(embedded.Contains(handle) || map.Any(entry => name.StartsWith(entry.Key, StringComparison.Ordinal)), $"{assembly}: {name} is neither linked nor embedded");
        }
    }

    private void Require(bool condition, string fault)
    {
        if (!condition)
        {
            report(fault);
        }
    }

    private static byte[] Read(ZipArchiveEntry entry)
    {
        using Stream stream = entry.Open();
        using MemoryStream copy = new();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    [GeneratedRegex(@"\]\(([^)\s]+)")]
    private static partial Regex Link();
}
