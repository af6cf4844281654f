using System.IO.Compression;
using Mono.Cecil;

namespace SocketPools.Packages.Tests;

/// <summary>The packages that users get, as the release makes them.</summary>
[Trait("Speed", "Slow")]
[Collection("One build at a time")]
public sealed class PackageTests(PackedFixture packed) : IClassFixture<PackedFixture>
{
    [Fact]
    public async Task Every_package_passes_the_checks_of_package_health()
    {
        Assert.SkipWhen(packed.Absent is not null, packed.Absent ?? "");
        string said = await PackedFixture.RunAsync("dotnet", "run", "scripts/check-packages.cs", packed.Packages);
        int count = Directory.GetFiles(packed.Packages, "*.nupkg").Length;
        Assert.True(count >= 9, said);
        Assert.Contains($"{count} packages are in order", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_check_finds_what_is_wrong_with_a_package()
    {
        Assert.SkipWhen(packed.Absent is not null, packed.Absent ?? "");
        using TemporaryDirectory folder = new();
        string package = folder["SocketPools.MqttNet.nupkg"];
        File.Copy(Directory.GetFiles(packed.Packages, "SocketPools.MqttNet.*.nupkg")[0], package);
        using (ZipArchive archive = await ZipFile.OpenAsync(package, ZipArchiveMode.Update))
        {
            archive.GetEntry("icon.png")!.Delete();
            ZipArchiveEntry readme = archive.GetEntry("README.md")!;
            readme.Delete();
            await using StreamWriter writer = new(await archive.CreateEntry("README.md").OpenAsync());
            await writer.WriteAsync("[the page](docs/mqtt.md)");
        }

        ProgramRun.Result result = await ProgramRun.RunAsync("dotnet", ["run", "scripts/check-packages.cs", folder.Root]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("the icon is not in the package", result.Output, StringComparison.Ordinal);
        Assert.Contains("docs/mqtt.md, which is not absolute", result.Output, StringComparison.Ordinal);
        Assert.Contains("no .snupkg beside it", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void No_package_uses_what_another_does_not_publish()
    {
        Assert.SkipWhen(packed.Absent is not null, packed.Absent ?? "");
        using TemporaryDirectory folder = new();
        foreach (string package in Directory.GetFiles(packed.Packages, "*.nupkg").Where(path => !path.Contains("Tool", StringComparison.Ordinal)))
        {
            Extract(package, folder.Root);
        }

        // Of the core the later version: packages ask for this one or a newer.
        Extract(Directory.GetFiles(packed.Later, "*.nupkg").Single(), folder.Root);
        using DefaultAssemblyResolver resolver = new();
        resolver.AddSearchDirectory(folder.Root);
        List<string> faults = [];
        int looked = 0;
        foreach (string assembly in Directory.GetFiles(folder.Root, "*.dll"))
        {
            using ModuleDefinition module = ModuleDefinition.ReadModule(assembly, new ReaderParameters { AssemblyResolver = resolver });
            foreach (MemberReference member in module.GetMemberReferences().Where(member => IsForeign(member.DeclaringType, module)))
            {
                looked++;
                if (!IsPublished(member))
                {
                    faults.Add($"{module.Name} uses {member.FullName}");
                }
            }
        }

        Assert.Empty(faults);
        Assert.True(looked > 200, $"{looked} references looked at");
    }

    [Fact]
    public async Task A_program_with_packages_of_two_versions_restores_and_runs()
    {
        Assert.SkipWhen(packed.Absent is not null, packed.Absent ?? "");
        using TemporaryDirectory folder = new();
        string version = Path.GetFileName(Directory.GetFiles(packed.Packages, "SocketPools.MqttNet.*.nupkg")[0]).Replace("SocketPools.MqttNet.", "", StringComparison.Ordinal)
            .Replace(".nupkg", "", StringComparison.Ordinal);
        folder.Write("nuget.config", $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{folder["cache"]}" /></config>
              <packageSources><add key="packed" value="{packed.Packages}" /><add key="later" value="{packed.Later}" /></packageSources>
              <packageSourceMapping>
                <packageSource key="packed"><package pattern="SocketPools*" /></packageSource>
                <packageSource key="later"><package pattern="SocketPools" /></packageSource>
                <packageSource key="nuget.org"><package pattern="*" /></packageSource>
              </packageSourceMapping>
            </configuration>
            """);
        folder.Write("Directory.Build.props", "<Project />");
        folder.Write("Mixed.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="SocketPools" Version="{PackedFixture.LaterVersion}" />
                <PackageReference Include="SocketPools.AspNetCore" Version="{version}" />
                <PackageReference Include="SocketPools.Extensions" Version="{version}" />
                <PackageReference Include="SocketPools.MqttNet" Version="{version}" />
                <PackageReference Include="SocketPools.Stack" Version="{version}" />
              </ItemGroup>
            </Project>
            """);
        folder.Write("Program.cs", """
            using System.Net;
            using MQTTnet;
            using SocketPools;
            using SocketPools.MqttNet;
            using SocketPools.Stack;
            using SocketPools.Streams;

            using SocketPool pool = SocketPool.For(HostNetwork.Default);
            WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.Services.AddSocketPool(pool);
            builder.Services.AddHttpClient("self").UseSocketPool();
            builder.WebHost.UseSocketPool(pool).UseUrls("http://127.0.0.1:0");
            await using WebApplication app = builder.Build();
            app.MapGet("/", () => "hello");
            await app.StartAsync();
            using HttpClient client = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient("self");
            Console.WriteLine(await client.GetStringAsync(new Uri(app.Urls.First())));

            using StackRadio stack = new();
            using SocketPool stacked = SocketPool.For(stack);
            using PoolSocket socket = stacked.CreateSocket();
            Console.WriteLine(stacked);
            using IMqttClient mqtt = new MqttClientFactory().CreateMqttClient(pool);
            Console.WriteLine(typeof(SocketPool).Assembly.GetName().Version);
            """);
        string said = await PackedFixture.RunAsync("dotnet", "run", "--project", folder.Root);
        Assert.Contains("hello", said, StringComparison.Ordinal);
        Assert.Contains("1 of ", said, StringComparison.Ordinal);
        Assert.Contains(PackedFixture.LaterVersion, said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_installs_as_a_tool_and_runs()
    {
        Assert.SkipWhen(packed.Absent is not null, packed.Absent ?? "");
        using TemporaryDirectory folder = new();
        await PackedFixture.RunAsync("dotnet", "tool", "install", "SocketPools.Tool", "--prerelease", "--source", packed.Packages, "--tool-path", folder["tools"]);
        Assert.Contains("127.0.0.1", await PackedFixture.RunAsync(folder["tools/socketpool"], "radios"), StringComparison.Ordinal);
    }

    private static bool IsForeign(TypeReference? type, ModuleDefinition module) =>
        type?.GetElementType().Scope is AssemblyNameReference scope
        && scope.Name.StartsWith("SocketPools", StringComparison.Ordinal) && scope.Name != module.Assembly.Name.Name;

    /// <summary>Whether another assembly may use it: the member, and all types around it.</summary>
    private static bool IsPublished(MemberReference reference)
    {
        (bool isVisible, TypeDefinition? type) = reference.Resolve() switch
        {
            MethodDefinition method => (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly, method.DeclaringType),
            FieldDefinition field => (field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly, field.DeclaringType),
            _ => (false, null),
        };
        for (; type is not null; type = type.DeclaringType)
        {
            isVisible &= type.IsPublic || type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamilyOrAssembly;
        }

        return isVisible;
    }

    private static void Extract(string package, string folder)
    {
        using ZipArchive archive = ZipFile.OpenRead(package);
        foreach (ZipArchiveEntry entry in archive.Entries.Where(entry => entry.FullName.StartsWith("lib/", StringComparison.Ordinal) && entry.Name.EndsWith(".dll", StringComparison.Ordinal)))
        {
            entry.ExtractToFile(Path.Combine(folder, entry.Name), overwrite: true);
        }
    }
}
