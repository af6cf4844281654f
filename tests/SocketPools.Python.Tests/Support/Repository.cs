using System.Security.Cryptography;
using System.Text;

namespace SocketPools.Python.Tests;

/// <summary>The files that these tests are about.</summary>
internal static class Repository
{
    /// <summary>Where <c>global.json</c> is.</summary>
    internal static string Root { get; } = FindRoot();

    internal static string Python => Path.Combine(Root, "python");

    internal static string PythonTests => Path.Combine(Python, "tests");

    /// <summary>A number that changes with every file that the compiled module depends on.</summary>
    internal static string HashOfModule()
    {
        string[] folders =
        [
            "src/SocketPools", "src/SocketPools.Boards", "src/SocketPools.Chips", "src/SocketPools.Python", "src/SocketPools.Simulation", "src/SocketPools.Stack",
            "python/build", "python/modules",
        ];
        IEnumerable<string> files = folders
            .SelectMany(f => Directory.EnumerateFiles(Path.Combine(Root, f), "*", SearchOption.AllDirectories))
            .Where(f => Path.GetRelativePath(Root, f).Split(Path.DirectorySeparatorChar) is var parts && !parts.Contains("bin") && !parts.Contains("obj") && !parts.Contains("__pycache__"))
            .Concat(["global.json", "Directory.Build.props", "Directory.Packages.props"])
            .Order(StringComparer.Ordinal);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string file in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(file));
            hash.AppendData(File.ReadAllBytes(Path.Combine(Root, file)));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "global.json")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} has global.json");
    }
}
