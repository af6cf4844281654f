namespace SocketPools.Stack.Drill.Tests.Parsing;

/// <summary>The script wants what this stack or this runner does not have. It says what.</summary>
public sealed class UnsupportedException(string reason) : Exception(reason);

/// <summary>A script in packetdrill's language.</summary>
internal sealed class Script
{
    private Script(string path, string text)
    {
        Path = path;
        Text = text;
    }

    internal string Path { get; }

    internal string Text { get; }

    /// <summary>Lines <c>--name=value</c>.</summary>
    internal Dictionary<string, string> Options { get; } = [];

    internal List<ScriptEvent> Events { get; } = [];

    internal string Option(string name, string otherwise) => Options.GetValueOrDefault(name, otherwise);

    internal static Script Load(string path)
    {
        Script script = new(path, File.ReadAllText(path));
        new ScriptParser(script).Parse();
        return script;
    }
}
