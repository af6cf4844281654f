namespace SocketPools.Tests.Common;

/// <summary>A directory that is gone after the test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    internal string Root { get; } = Directory.CreateTempSubdirectory("socketpool-test-").FullName;

    internal string this[string name] => Path.Combine(Root, name);

    internal string Write(string name, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[name])!);
        File.WriteAllBytes(this[name], content);
        return this[name];
    }

    internal string Write(string name, string content) => Write(name, System.Text.Encoding.UTF8.GetBytes(content));

    /// <summary>Bytes that are the same in every run.</summary>
    internal static byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(20240613).NextBytes(bytes);
        return bytes;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
