using System.Runtime.InteropServices;
using SocketPools.Python.CApi;
using SocketPools.Python.PyTypes;
using SocketPools.Simulation;

namespace SocketPools.Python;

// Nodes, rules and reports.
internal static unsafe partial class SimulationObject
{
    private static readonly Parameters s_build = new("_build", 1, "text");
    private static readonly Parameters s_find = new("_find", 1, "name");
    private static readonly Parameters s_node = new("_of_node", 2, "node", "what");
    private static readonly Parameters s_router = new("_of_router", 2, "name", "what");
    private static readonly Parameters s_generation = new("_generation", 1, "node");
    private static readonly Parameters s_begin = new("_begin", 1, "words");
    private static readonly Parameters s_play = new("_play", 2, "text", "name");
    private static readonly Parameters s_start = new("_start", 1, "scenario");
    private static readonly Parameters s_watch = new("_watch", 1, "signal");
    private static readonly Parameters s_endRule = new("_end_rule", 2, "rule", "seconds");
    private static readonly Parameters s_dns = new("_dns", 3, "what", "name", "value");
    private static readonly Parameters s_note = new("_note", 1, "text");
    private static readonly Parameters s_timeline = new("_timeline", 1, "path");

    private static TypeBuilder AddNetwork(TypeBuilder type) => type
        .Method("_build"u8, &BuildDevices, "_build(text)\n--\n\nAdd what a scenario's text has to the network."u8)
        .Method("_find"u8, &FindNode, "_find(name)\n--\n\nReturn the node of a name."u8)
        .Method("_of_node"u8, &OfNode, "_of_node(node, what)\n--\n\nDo what a word says: crash, restart, addresses, running, station, netstat."u8)
        .Method("_of_router"u8, &OfRouter, "_of_router(name, what)\n--\n\nReturn what a word says, as text: addresses, mappings, leases."u8)
        .Method("_generation"u8, &GetGeneration, "_generation(node)\n--\n\nReturn a number that is another one after a crash, and after a restart."u8)
        .Method("_begin"u8, &BeginFault, "_begin(words)\n--\n\nBegin the fault of some words; its rule, or None."u8)
        .Method("_play"u8, &PlayFaults, "_play(text, name)\n--\n\nStart a script of faults."u8)
        .Method("_start"u8, &StartScenario, "_start(scenario)\n--\n\nBuild the network of a scenario, and start its rules."u8)
        .Method("_watch"u8, &WatchRestarts, "_watch(signal)\n--\n\nWake who waits for a signal when a rule has started a node again."u8)
        .Method("_take_restarts"u8, &TakeRestarts, "_take_restarts()\n--\n\nReturn the names of nodes that were started again since, with commas."u8)
        .Method("_end_rule"u8, &EndRule, "_end_rule(rule, seconds)\n--\n\nEnd a rule after a while."u8)
        .Method("_dns"u8, &SetDns, "_dns(what, name, value)\n--\n\nChange the network's names."u8)
        .Method("_note"u8, &AddNote, "_note(text)\n--\n\nAdd a remark to the log."u8)
        .Method("_log"u8, &GetLog, "_log()\n--\n\nReturn the log as lines of text."u8)
        .Method("_timeline"u8, &WriteTimeline, "_timeline(path)\n--\n\nWrite the log as a page of HTML."u8)
        .Method("_numbers"u8, &GetNumbers, "_numbers()\n--\n\nReturn how many jumps of the clock, events, frames forwarded and frames lost there were."u8);

    [UnmanagedCallersOnly]
    private static nint BuildDevices(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[1];
        return s_build.Bind(args, count, keywords, places) && Text.Read(places[0]) is { } text ? Change(() =>
        {
            SimulatedNetwork network = Get(self).Network;
            SimulationScenario.Parse(text, ScenarioObject.Inline, network).Start(network, ScenarioObject.FindBoard);
        }) : 0;
    }

    [UnmanagedCallersOnly]
    private static nint FindNode(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[1];
        if (!s_find.Bind(args, count, keywords, places) || Text.Read(places[0]) is not { } name)
        {
            return 0;
        }

        SimulatedNode? node = Get(self).Network.Nodes.FirstOrDefault(n => n.Name == name);
        return node is null ? Globals.NewNone() : HandleObject.New(node);
    }

    [UnmanagedCallersOnly]
    private static nint OfNode(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[2];
        if (!s_node.Bind(args, count, keywords, places) || HandleObject.Read<SimulatedNode>(places[0]) is not { } node || Text.Read(places[1]) is not { } what)
        {
            return 0;
        }

        try
        {
            switch (what)
            {
                case "crash":
                    return Run(node.Crash);
                case "restart":
                    return Run(() => Get(self).RestartQuietly(node));
                case "addresses":
                    return Text.New(string.Join(',', node.Addresses));
                case "running":
                    return Py.PyBool_FromLong(node.IsRunning ? 1 : 0);
                case "station":
                    return Py.PyBool_FromLong(node is SimulatedStation ? 1 : 0);
                case "netstat":
                    return Text.New(node.GetSnapshot().ToString());
                default:
                    return Raise.ValueError($"a node does no '{what}'");
            }
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    [UnmanagedCallersOnly]
    private static nint OfRouter(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[2];
        if (!s_router.Bind(args, count, keywords, places) || Text.Read(places[0]) is not { } name || Text.Read(places[1]) is not { } what)
        {
            return 0;
        }

        return Get(self).Network.Routers.FirstOrDefault(r => r.Name == name) is not { } router ? Raise.ValueError($"there is no router \"{name}\"") : Text.New(what switch
        {
            "addresses" => string.Join('\n', router.Addresses),
            "mappings" => string.Join('\n', router.Nat?.Mappings ?? []),
            "leases" => string.Join('\n', router.DhcpServers.SelectMany(d => d.Leases).Select(l => $"{l.Key} {l.Value?.Name}")),
            _ => "",
        });
    }

    [UnmanagedCallersOnly]
    private static nint GetGeneration(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[1];
        return s_generation.Bind(args, count, keywords, places) && HandleObject.Read<SimulatedNode>(places[0]) is { } node
            ? Numbers.New((2L * node.Restarts) + (node.IsRunning ? 0 : 1))
            : 0;
    }

    [UnmanagedCallersOnly]
    private static nint BeginFault(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[1];
        if (!s_begin.Bind(args, count, keywords, places) || ReadWords(places[0]) is not { } words)
        {
            return 0;
        }

        FaultRule? rule = null;
        nint done = Change(() => rule = FaultScript.Begin(Get(self).Network, words));
        return done == 0 || rule is null ? done : HandleObject.New(rule);
    }

    // Strings and numbers.
    private static List<object>? ReadWords(nint tuple)
    {
        List<object> words = [];
        for (nint i = 0; i < Py.PyTuple_Size(tuple); i++)
        {
            nint word = Py.PyTuple_GetItem(tuple, i);
            if (Py.Is(word, Py.Py_TPFLAGS_UNICODE_SUBCLASS))
            {
                words.Add(Text.Read(word)!);
            }
            else
            {
                double number = Py.PyFloat_AsDouble(word);
                if (Py.PyErr_Occurred() != 0)
                {
                    return null;
                }

                words.Add(number);
            }
        }

        return Py.PyErr_Occurred() == 0 ? words : null;
    }

    [UnmanagedCallersOnly]
    private static nint PlayFaults(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[2];
        return s_play.Bind(args, count, keywords, places) && Text.Read(places[0]) is { } text && Text.Read(places[1]) is { } name
            ? Change(() => FaultScript.Parse(text, name).Start(Get(self).Network))
            : 0;
    }

    [UnmanagedCallersOnly]
    private static nint StartScenario(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[1];
        return s_start.Bind(args, count, keywords, places) && HandleObject.Read<SimulationScenario>(places[0]) is { } scenario
            ? Change(() => scenario.Start(Get(self).Network, ScenarioObject.FindBoard))
            : 0;
    }

    [UnmanagedCallersOnly]
    private static nint WatchRestarts(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[1];
        if (!s_watch.Bind(args, count, keywords, places) || HandleObject.Read<SemaphoreSlim>(places[0]) is not { } signal)
        {
            return 0;
        }

        Get(self).WatchRestarts(signal);
        return Globals.NewNone();
    }

    [UnmanagedCallersOnly]
    private static nint TakeRestarts(nint self, nint unused) => Text.New(string.Join(',', Get(self).TakeRestarts()));

    [UnmanagedCallersOnly]
    private static nint WriteTimeline(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[1];
        return s_timeline.Bind(args, count, keywords, places) && Text.Read(places[0]) is { } path
            ? Run(() => Get(self).Session.Simulation.WriteTimeline(path))
            : 0;
    }

    // What the network refuses is a ValueError in its own words. The lock stays taken: nothing here waits.
    private static nint Change(Action change)
    {
        try
        {
            change();
            return Globals.NewNone();
        }
        catch (FaultScriptException e)
        {
            return Raise.ValueError(ScenarioObject.TextOf(e));
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    [UnmanagedCallersOnly]
    private static nint EndRule(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[2];
        if (!s_endRule.Bind(args, count, keywords, places) || HandleObject.Read<IDisposable>(places[0]) is not { } rule || !TryReadTime(places[1], out TimeSpan time))
        {
            return 0;
        }

        try
        {
            if (time > TimeSpan.Zero)
            {
                Get(self).Session.Simulation.In(time, rule.Dispose);
            }
            else
            {
                rule.Dispose();
            }

            return Globals.NewNone();
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    [UnmanagedCallersOnly]
    private static nint SetDns(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[3];
        if (!s_dns.Bind(args, count, keywords, places) || Text.Read(places[0]) is not { } what || Text.Read(places[1]) is not { } name || Text.Read(places[2]) is not { } value)
        {
            return 0;
        }

        try
        {
            SimulatedDns dns = Get(self).Network.Dns;
            switch (what)
            {
                case "add":
                    dns.Add(name, [.. value.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(System.Net.IPAddress.Parse)]);
                    return Globals.NewNone();
                case "remove":
                    return Py.PyBool_FromLong(dns.Remove(name) ? 1 : 0);
                case "outage":
                    return HandleObject.New(dns.Outage());
                case "code":
                    dns.ResponseCode = value.Length == 0 ? null : int.Parse(value, System.Globalization.CultureInfo.InvariantCulture);
                    return Globals.NewNone();
                case "delay":
                    dns.ResponseTime = TimeSpan.FromSeconds(double.Parse(value, System.Globalization.CultureInfo.InvariantCulture));
                    return Globals.NewNone();
                default:
                    return Raise.ValueError($"the DNS does no '{what}'");
            }
        }
        catch (FormatException e)
        {
            return Raise.ValueError(e.Message);
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    [UnmanagedCallersOnly]
    private static nint AddNote(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[1];
        if (!s_note.Bind(args, count, keywords, places) || Text.Read(places[0]) is not { } text)
        {
            return 0;
        }

        Get(self).Session.Simulation.Log.Note(text);
        return Globals.NewNone();
    }

    [UnmanagedCallersOnly]
    private static nint GetLog(nint self, nint unused)
    {
        try
        {
            using StringWriter text = new() { NewLine = "\n" };
            Get(self).Session.Simulation.Log.WriteText(text);
            return Text.New(text.ToString());
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    [UnmanagedCallersOnly]
    private static nint GetNumbers(nint self, nint unused)
    {
        PythonSimulation simulation = Get(self);
        long[] numbers = [simulation.Session.Simulation.Jumps, simulation.Session.Simulation.Events, simulation.Network.FramesForwarded, simulation.Network.FramesLost];
        nint tuple = Py.PyTuple_New(numbers.Length);
        for (int i = 0; tuple != 0 && i < numbers.Length; i++)
        {
            _ = Py.PyTuple_SetItem(tuple, i, Numbers.New(numbers[i]));
        }

        return tuple;
    }
}
