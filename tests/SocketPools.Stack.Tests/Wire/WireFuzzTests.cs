using SocketPools.Stack.Fuzz;

namespace SocketPools.Stack.Tests.Wire;

/// <summary>What a fuzzer would do in hours, for seconds: the corpus and seeded mutations of it, through every parser.</summary>
public sealed class WireFuzzTests
{
    private const int Mutations = 20_000;
    private const int FirstSeed = 20_261;

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Keys.Where(target => target != FuzzTargets.Ingress)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_file_of_the_corpus_and_every_beginning_of_it_is_read_without_a_finding(string target)
    {
        foreach (string file in Files(target))
        {
            byte[] bytes = File.ReadAllBytes(file);
            for (int length = 0; length <= bytes.Length; length++)
            {
                Run(target, bytes[..length], $"{file}, the first {length} bytes");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Mutations_of_the_corpus_are_read_without_a_finding(string target)
    {
        Mutator mutator = new(FirstSeed, [.. Files(target).Select(File.ReadAllBytes)]);
        for (int i = 0; i < Mutations; i++)
        {
            Run(target, mutator.Next(), $"mutation {i} of seed {FirstSeed}");
        }
    }

    [Fact]
    public void Parsing_and_writing_allocate_nothing()
    {
        byte[][] frames = [.. Files("frame").Select(File.ReadAllBytes)];
        long Read() => frames.Sum(frame => KernelFrame.CountRight(frame));
        long expected = Read();
        long before = GC.GetAllocatedBytesForCurrentThread();
        long sum = 0;
        foreach (byte[] frame in frames)
        {
            sum += KernelFrame.CountRight(frame);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(expected, sum);
    }

    private static string[] Files(string target)
    {
        string[] files = Directory.GetFiles(Path.Combine(Repository.Root, "tests", "SocketPools.Stack.Fuzz", "corpus", target));
        Array.Sort(files, StringComparer.Ordinal);
        Assert.NotEmpty(files);
        return files;
    }

    private static void Run(string target, byte[] bytes, string what)
    {
        try
        {
            FuzzTargets.All[target](bytes);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{target}: {what}: {Convert.ToHexStringLower(bytes)}", e);
        }
    }
}
