namespace SocketPools.Stack.Fuzz.Ingress;

/// <summary>What a fuzzer does to scripts: frames changed, doubled, left out, exchanged, and others' put between. The same seed gives the same scripts.</summary>
public sealed class IngressMutator
{
    private const int MaxSteps = 200;
    private static readonly int[] s_pauses = [1, 50, 300, 1000, 5000, 31_000, 60_000];

    private readonly byte[][] _corpus;
    private readonly byte[][] _frames;
    private readonly Mutator _mutator;
    private readonly Random _random;

    /// <summary>Begins with a seed.</summary>
    public IngressMutator(int seed, byte[][] corpus)
    {
        _corpus = corpus;
        _random = new Random(seed);
        _frames = [.. corpus.SelectMany(file => IngressScript.Read(file).Steps).Where(step => step.Frame is not null).Select(step => step.Frame!)];
        _mutator = new Mutator(seed, _frames);
    }

    /// <summary>The next script.</summary>
    public byte[] Next()
    {
        IngressScript script = IngressScript.Read(_corpus[_random.Next(_corpus.Length)]);
        script.SkipsChecksums = _random.Next(10) > 0;
        script.IsIP ^= _random.Next(50) == 0;
        for (int i = _random.Next(1, 8); i > 0; i--)
        {
            Mutate(script.Steps);
        }

        return script.ToArray();
    }

    private void Mutate(List<IngressStep> steps)
    {
        int at = _random.Next(steps.Count + 1);
        bool isStep = at < steps.Count;
        switch (_random.Next(10))
        {
            case 0 when isStep:
                steps.RemoveAt(at);
                break;
            case 1 when isStep:
                steps.InsertRange(at, Enumerable.Repeat(steps[at], _random.Next(1, 4)));
                break;
            case 2 when isStep:
                int other = _random.Next(steps.Count);
                (steps[at], steps[other]) = (steps[other], steps[at]);
                break;
            case 3:
                steps.Insert(at, new IngressStep(null, s_pauses[_random.Next(s_pauses.Length)]));
                break;
            case 4:
                steps.Insert(at, new IngressStep(_frames[_random.Next(_frames.Length)], 0));
                break;
            default:
                if (isStep && steps[at].Frame is { } frame)
                {
                    steps[at] = new IngressStep(_mutator.Change(frame), 0);
                }

                break;
        }

        if (steps.Count > MaxSteps)
        {
            steps.RemoveRange(MaxSteps, steps.Count - MaxSteps);
        }
    }
}
