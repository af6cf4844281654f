using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using SocketPools.Radios;

namespace SocketPools.Tests.Differential;

/// <summary>
/// <see cref="SocketPool.GetAddressInfo(string?, int, AddressFamily, SocketType, ProtocolType, AddressInfoFlags, TimeSpan?)"/> gives what
/// CPython's getaddrinfo gives: thousands of questions, which addresses.py makes, one test a host.
/// </summary>
public sealed class AddressTests
{
    private static readonly Lazy<Question[]> s_questions = new(() => Oracle.Ask<Question[]>("addresses"));

    public static IEnumerable<TheoryDataRow<string>> Hosts =>
        Oracle.Absence is not null
            ? [new TheoryDataRow<string>("") { TestDisplayName = "getaddrinfo agrees with CPython's", Skip = Oracle.Absence }]
            : s_questions.Value.Select(q => q.Group).Distinct().Select(g =>
                new TheoryDataRow<string>(g) { TestDisplayName = $"getaddrinfo agrees with CPython's for {g}", Timeout = 240_000 });

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Lookups_agree_with_those_of_CPython(string group)
    {
        Question[] questions = [.. s_questions.Value.Where(q => q.Group == group)];
        string mismatches = await Networks.Run(questions[0].Network, () => FindMismatches(questions));
        Assert.True(mismatches.Length == 0, mismatches);
    }

    private static string FindMismatches(Question[] questions)
    {
        using SocketPool pool = new(new HostNetwork());
        StringBuilder mismatches = new();
        int count = 0;
        foreach (Question question in questions)
        {
            string ours = Answer(pool, question);
            bool agrees = question.Differs is null ? ours == question.Answer : ours == question.OursWhereItDiffers && ours != question.Answer;
            if (!agrees && ++count <= 20)
            {
                mismatches.Append($"{question with { Answer = "" }}\n  CPython: {question.Answer}\n  ours: {ours}\n");
            }
        }

        return count == 0 ? "" : $"{count} of {questions.Length} questions have other answers:\n{mismatches}";
    }

    private static string Answer(SocketPool pool, Question question)
    {
        try
        {
            (AddressFamily family, SocketType type, ProtocolType protocol, AddressInfoFlags flags) = question.Hints;
            IReadOnlyList<AddressInfo> rows = question.Service.ValueKind == JsonValueKind.Number
                ? pool.GetAddressInfo(question.Host, question.Service.GetInt32(), family, type, protocol, flags)
                : pool.GetAddressInfo(question.Host, question.Service.GetString(), family, type, protocol, flags);
            return string.Join('\n', rows.Select(Show));
        }
        catch (Exception e) when (CaseWords.Show(e) is not null)
        {
            return CaseWords.Show(e)!;
        }
    }

    private static string Show(AddressInfo row)
    {
        string host = CaseWords.Show(row.Address.ToIPAddress());
        string start = $"{Question.Number(row.Family)} {(int)row.Type} {(int)row.Protocol} \"{row.CanonicalName}\" {host} {row.Address.Port}";
        return row.Family == AddressFamily.InterNetwork ? start : $"{start} {row.Address.FlowInfo} {row.Address.ScopeId}";
    }

    private sealed record Question(
        string Network, string? Host, JsonElement Service, int Family, int Type, int Protocol, int Flags, string? Differs, string Answer)
    {
        internal string Group => $"{(Host is null ? "no host" : $"\"{(Host.Length > 64 ? Host[..64] + "…" : Host)}\"")} in network \"{Network}\"{(Differs is null ? "" : $", which differs: {Differs}")}";

        internal (AddressFamily, SocketType, ProtocolType, AddressInfoFlags) Hints =>
            (Family switch { 2 => AddressFamily.InterNetwork, 10 => AddressFamily.InterNetworkV6, int f => (AddressFamily)f },
                (SocketType)Type, (ProtocolType)Protocol, (AddressInfoFlags)Flags);

        internal string OursWhereItDiffers => Differs switch
        {
            "getaddrinfo-dot" => "error EAI_AGAIN",
            "getaddrinfo-idna" => "error EAI_NONAME",
            _ => "argument error",
        };

        internal static int Number(AddressFamily family) => family switch
        {
            AddressFamily.InterNetwork => 2,
            AddressFamily.InterNetworkV6 => 10,
            _ => (int)family,
        };
    }
}
