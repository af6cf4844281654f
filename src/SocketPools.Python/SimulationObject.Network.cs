using System.Runtime.InteropServices;
using SocketPools.Python.CApi;
using SocketPools.Python.PyTypes;
using SocketPools.Simulation;

namespace SocketPools.Python;

// Nodes, rules and reports.
internal static unsafe partial class SimulationObject
{
    private static readonly Parameters s_addNode = new("_add_node", 2, "name", "addresses");
    private static readonly Parameters s_node = new("_of_node", 2, "node", "what");
    private static readonly Parameters s_rule = new("_rule", 6, "kind", "scope", "one", "other", "port", "numbers");
    private static readonly Parameters s_endRule = new("_end_rule", 2, "rule", "seconds");
    private static readonly Parameters s_dns = new("_dns", 3, "what", "name", "value");
    private static readonly Parameters s_note = new("_note", 1, "text");

    private static TypeBuilder AddNetwork(TypeBuilder type) => type
        .Method("_add_node"u8, &AddNode, "_add_node(name, addresses)\n--\n\nReturn a new node; addresses is a str with commas."u8)
        .Method("_of_node"u8, &OfNode, "_of_node(node, what)\n--\n\nDo what a word says: crash, restart, freeze, addresses, running, netstat."u8)
        .Method("_rule"u8, &AddRule, "_rule(kind, scope, one, other, port, numbers)\n--\n\nBegin a rule and return it."u8)
        .Method("_end_rule"u8, &EndRule, "_end_rule(rule, seconds)\n--\n\nEnd a rule, or a freeze, after a while."u8)
        .Method("_dns"u8, &SetDns, "_dns(what, name, value)\n--\n\nChange the network's names."u8)
        .Method("_note"u8, &AddNote, "_note(text)\n--\n\nAdd a remark to the log."u8)
        .Method("_log"u8, &GetLog, "_log()\n--\n\nReturn the log as lines of text."u8)
        .Method("_numbers"u8, &GetNumbers, "_numbers()\n--\n\nReturn how many jumps of the clock, events, frames forwarded and frames lost there were."u8);

    [UnmanagedCallersOnly]
    private static nint AddNode(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[2];
        if (!s_addNode.Bind(args, count, keywords, places) || Text.Read(places[0]) is not { } name || Text.Read(places[1]) is not { } addresses)
        {
            return 0;
        }

        try
        {
            SimulatedNetwork network = Get(self).Network;
            return HandleObject.New(network.AddNode(name, addresses.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)));
        }
        catch (FormatException e)
        {
            return Raise.ValueError($"addresses: {e.Message}");
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
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
                    return Run(node.Restart);
                case "freeze":
                    return HandleObject.New(node.Freeze());
                case "addresses":
                    return Text.New(string.Join(',', node.Addresses));
                case "running":
                    return Py.PyBool_FromLong(node.IsRunning ? 1 : 0);
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
    private static nint AddRule(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[6];
        if (!s_rule.Bind(args, count, keywords, places) || Text.Read(places[0]) is not { } kind || Text.Read(places[1]) is not { } scope
            || Text.Read(places[2]) is not { } one || Text.Read(places[3]) is not { } other || !Numbers.TryReadInt(places[4], "port", out int port)
            || ReadNumbers(places[5]) is not { } numbers)
        {
            return 0;
        }

        try
        {
            return HandleObject.New(SimulationRules.Begin(Get(self).Network, kind, scope, one, other, port, numbers));
        }
        catch (KeyNotFoundException e)
        {
            return Raise.ValueError(e.Message);
        }
        catch (ArgumentOutOfRangeException e)
        {
            return Raise.ValueError($"{kind}: {Raise.WithoutParameter(e).ReplaceLineEndings(" ")}");
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    private static double[]? ReadNumbers(nint tuple)
    {
        double[] numbers = new double[Py.PyTuple_Size(tuple)];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = Py.PyFloat_AsDouble(Py.PyTuple_GetItem(tuple, i));
        }

        return Py.PyErr_Occurred() == 0 ? numbers : null;
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
