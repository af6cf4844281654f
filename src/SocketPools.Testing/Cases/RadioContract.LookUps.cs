using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Testing;

public static partial class RadioContract
{
    private static readonly LookUpStyle[] s_lookUps =
    [
        new("blocking", (run, query) => run.Call("LookUp", () => run.Near.Resolve(query, ContractRun.Forever(run.Near)))),
        new("asynchronous", (run, query) => run.Finish(run.Near.ResolveAsync(query, CancellationToken.None).AsTask(), "ResolveAsync")),
    ];

    private static IEnumerable<ContractCase> LookUpCases =>
    [
        .. s_lookUps.SelectMany(style => (ContractCase[])
        [
            new($"An address in digits is answered with itself ({style.Name})", run =>
            {
                AddressLookup answer = style.Ask(run, new AddressQuery(run.Pair.FarAddress.ToString(), "4242", Type: SocketType.Stream));
                AddressInfo row = Single(run, answer);
                run.Same((run.Family, SocketType.Stream, ProtocolType.Tcp), (row.Family, row.Type, row.Protocol), "the row");
                run.Same(new IPSocketAddress(run.Pair.FarAddress, 4242), row.Address, "the address");
                run.Same("", row.CanonicalName, "the canonical name");
            }),
            new($"A lookup for datagrams gives datagrams ({style.Name})", run =>
            {
                AddressInfo row = Single(run, style.Ask(run, new AddressQuery(run.Pair.FarAddress.ToString(), Type: SocketType.Dgram)));
                run.Same((SocketType.Dgram, ProtocolType.Udp, 0), (row.Type, row.Protocol, row.Address.Port), "the row");
            }),
            new($"An unknown name fails and says why ({style.Name})", run =>
            {
                AddressLookup answer = style.Ask(run, new AddressQuery(run.Pair.UnknownName));
                run.IsTrue(answer.Failed && answer.Rows.Count == 0, "a failure without rows", $"{answer.Rows.Count} rows");
                // Without a name server no answer says that the name does not exist.
                AddressInfoError[] reasons = [AddressInfoError.NoName, AddressInfoError.NoData, AddressInfoError.Again, AddressInfoError.Fail];
                run.IsTrue(reasons.Contains(answer.Error), string.Join(" or ", reasons), $"{answer.Error}");
            }),
            new($"A known name has addresses of its family ({style.Name})", run =>
            {
                AddressLookup answer = style.Ask(run, new AddressQuery(run.Pair.KnownName, Family: run.Family, Type: SocketType.Stream));
                run.IsTrue(!answer.Failed && answer.Rows.Count > 0, "rows", $"{answer.Error}");
                run.IsTrue(answer.Rows.All(r => r.Family == run.Family && r.Address.Family == run.Family), "the family that was asked for", "others too");
            }, pair => pair.KnownName is not null),
        ]),
        new("A lookup without a type has a row for streams and one for datagrams", run =>
        {
            AddressLookup answer = s_lookUps[0].Ask(run, new AddressQuery(run.Pair.FarAddress.ToString(), "80"));
            foreach (SocketType type in s_bothTypes)
            {
                run.IsTrue(answer.Rows.Any(r => r.Type == type), $"a row for {type}", string.Join(", ", answer.Rows.Select(r => r.Type)));
            }
        }),
        new("An address of the other family is no address of this one", run =>
        {
            AddressFamily other = run.Family == AddressFamily.InterNetwork ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
            AddressLookup answer = s_lookUps[0].Ask(run, new AddressQuery(run.Pair.FarAddress.ToString(), Family: other));
            AddressInfoError[] reasons = [AddressInfoError.AddressFamily, AddressInfoError.NoName, AddressInfoError.Family];
            run.IsTrue(reasons.Contains(answer.Error), string.Join(" or ", reasons), answer.Failed ? $"{answer.Error}" : $"{answer.Rows.Count} rows");
        }),
        new("Without a host it is any address to listen on, and this host to connect to", run =>
        {
            AddressQuery query = new(null, "7", run.Family, SocketType.Stream);
            AddressInfo passive = Single(run, s_lookUps[0].Ask(run, query with { Flags = AddressInfoFlags.Passive }));
            run.IsTrue(passive.Address.IsAny && passive.Address.Port == 7, "any address and port 7", $"{passive.Address}");
            AddressInfo active = Single(run, s_lookUps[0].Ask(run, query));
            run.IsTrue(IPAddress.IsLoopback(active.Address.ToIPAddress()), "loopback", $"{active.Address}");
        }),
        new("With NumericHost a name is not looked up", run =>
        {
            AddressQuery query = new(run.Pair.KnownName ?? run.Pair.UnknownName, Flags: AddressInfoFlags.NumericHost);
            run.Same(AddressInfoError.NoName, s_lookUps[0].Ask(run, query).Error, "the error");
        }),
        new("A lookup ends at its deadline", run =>
        {
            long start = run.Near.TimeProvider.GetTimestamp();
            AddressLookup answer = run.Call("LookUp", () => run.Near.Resolve(new AddressQuery(run.Pair.UnknownName), new Deadline(run.Near.TimeProvider, s_short)));
            TimeSpan elapsed = run.Near.TimeProvider.GetElapsedTime(start);
            run.IsTrue(answer.Failed, "a failure", "rows");
            run.IsTrue(elapsed <= s_short + run.Pair.Tolerance, $"an answer within {s_short.TotalMilliseconds} ms", $"{elapsed.TotalMilliseconds} ms");
            if (answer.Error == AddressInfoError.System)
            {
                run.Same(Errno.ETIMEDOUT, answer.Errno, "the reason");
                run.IsTrue(elapsed >= s_short, "a lookup that uses its time", $"{elapsed.TotalMilliseconds} ms");
            }
        }),
        new("Digits need no time", run =>
        {
            AddressQuery query = new(run.Pair.FarAddress.ToString(), 80.ToString(CultureInfo.InvariantCulture), run.Family, SocketType.Stream);
            run.IsTrue(!run.Near.Resolve(query, new Deadline(run.Near.TimeProvider, TimeSpan.FromTicks(1))).Failed, "rows", "none");
            ValueTask<AddressLookup> asked = run.Near.ResolveAsync(query, CancellationToken.None);
            run.IsTrue(asked.IsCompletedSuccessfully, "an answer at once", "a task that is not over");
        }),
        new("A cancelled lookup is a cancelled task", run =>
        {
            using CancellationTokenSource end = new();
            end.Cancel();
            Task<AddressLookup> asking = run.Near.ResolveAsync(new AddressQuery(run.Pair.UnknownName), end.Token).AsTask();
            run.Finish(Task.WhenAny(asking), "ResolveAsync");
            run.IsTrue(asking.IsCanceled, "a cancelled task", $"{asking.Status}");
        }),
    ];

    private static AddressInfo Single(ContractRun run, AddressLookup answer)
    {
        run.IsTrue(!answer.Failed && answer.Rows.Count == 1, "one row", answer.Failed ? $"{answer.Error}" : $"{answer.Rows.Count} rows");
        return answer.Rows[0];
    }

    private sealed record LookUpStyle(string Name, Func<ContractRun, AddressQuery, AddressLookup> Ask);
}
