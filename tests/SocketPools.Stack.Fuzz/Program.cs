using System.Globalization;
using SharpFuzz;
using SocketPools.Stack.Fuzz;
using SocketPools.Stack.Fuzz.Ingress;

// SocketPools.Stack.Fuzz TARGET                              under afl-fuzz: bytes come from standard input, over and over
// SocketPools.Stack.Fuzz TARGET --libfuzzer                  under libfuzzer-dotnet
// SocketPools.Stack.Fuzz TARGET FILE...                      each file once: to see what a finding does
// SocketPools.Stack.Fuzz TARGET --mutate CORPUS COUNT SEED   without a fuzzer: seeded mutations of the files in a folder
// SocketPools.Stack.Fuzz --record FOLDER                     writes the corpus of the target "ingress"
if (args is ["--record", string into])
{
    IngressRecorder.Write(into);
    return 0;
}

if (args.Length == 0 || !FuzzTargets.All.TryGetValue(args[0], out FuzzTarget? target))
{
    Console.Error.WriteLine($"Targets: {string.Join(' ', FuzzTargets.All.Keys)}");
    return 2;
}

switch (args)
{
    case [_]:
        Fuzzer.OutOfProcess.Run(stream =>
        {
            using MemoryStream copy = new();
            stream.CopyTo(copy);
            target(copy.ToArray());
        });
        break;
    case [_, "--libfuzzer"]:
        Fuzzer.LibFuzzer.Run(bytes => target(bytes));
        break;
    case [_, "--mutate", string folder, string count, string seed]:
        byte[][] corpus = [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
        int first = int.Parse(seed, CultureInfo.InvariantCulture);
        Func<byte[]> next = args[0] == FuzzTargets.Ingress ? new IngressMutator(first, corpus).Next : new Mutator(first, corpus).Next;
        for (int i = int.Parse(count, CultureInfo.InvariantCulture); i > 0; i--)
        {
            byte[] bytes = next();
            try
            {
                target(bytes);
            }
            catch (Exception exception)
            {
                string finding = $"finding-{args[0]}-{seed}-{i}";
                File.WriteAllBytes(finding, bytes);
                Console.Error.WriteLine($"{finding}: {exception}");
            }
        }

        break;
    default:
        foreach (string file in args.AsSpan(1))
        {
            target(File.ReadAllBytes(file));
        }

        break;
}

return 0;
