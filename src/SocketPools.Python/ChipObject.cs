using System.Net;
using System.Runtime.InteropServices;
using SocketPools.Python.CApi;
using SocketPools.Python.PyTypes;

namespace SocketPools.Python;

/// <summary>
/// <c>socketpool._Chip</c>: a model of a network chip behind SPI, for the runner's <c>busio</c> and <c>digitalio</c>. Every call that may take the chip's
/// lock lets go of the interpreter's first: the chip asks Python's function from threads of its own.
/// </summary>
internal static unsafe class ChipObject
{
    private static readonly Parameters s_frame = new("frame", 1, "selected");
    private static readonly Parameters s_transfer = new("transfer", 2, "output", "input");
    private static readonly Parameters s_reset = new("reset", 1, "held");
    private static readonly Parameters s_link = new("set_link", 1, "up");
    private static nint s_type;

    /// <summary>The type, once it has been made.</summary>
    internal static nint Type => s_type;

    /// <summary>Makes the type; 0 with the error set.</summary>
    internal static nint Build(nint module)
    {
        s_type = new TypeBuilder()
            .Doc("_Chip(kind, radio, lead, address, mask, gateway, joined=False, ssid=None, passphrase=None)\n--\n\nA network chip on an SPI bus, 'airlift', 'w5500' or 'w5100s', over a radio."u8)
            .Slot(Py.Py_tp_new, (delegate* unmanaged<nint, nint, nint, nint>)&New)
            .Slot(Py.Py_tp_dealloc, (delegate* unmanaged<nint, void>)&Deallocate)
            .Method("frame"u8, &Frame, "frame(selected)\n--\n\nSet the chip select: True begins a frame, False ends it."u8)
            .Method("transfer"u8, &Transfer, "transfer(output, input)\n--\n\nExchange bytes; both buffers have one length."u8)
            .Method("reset"u8, &Reset, "reset(held)\n--\n\nSet the reset line: True holds the chip in reset."u8)
            .Method("set_link"u8, &SetLink, "set_link(up)\n--\n\nPlug the cable in or out."u8)
            .Property("busy"u8, &GetBusy, "Whether the ready line is high."u8)
            .Property("last_failure"u8, &GetLastFailure, "What the radio refused last, a str, or None."u8)
            .Build(module, "socketpool._Chip"u8, sizeof(Instance), 0);
        return s_type;
    }

    [UnmanagedCallersOnly]
    private static nint New(nint type, nint args, nint keywords)
    {
        try
        {
            nint count = Py.PyTuple_Size(args);
            if (count is < 6 or > 9 || !RadioObject.Is(Py.PyTuple_GetItem(args, 1)))
            {
                return Raise.TypeError("_Chip() takes kind, radio, lead, address, mask, gateway, and at most joined, ssid, passphrase");
            }

            string?[] texts = new string?[9];
            foreach (int i in (ReadOnlySpan<int>)[0, 3, 4, 5, 7, 8])
            {
                nint item = i < count ? Py.PyTuple_GetItem(args, i) : Globals.None;
                if (item != Globals.None && (texts[i] = Text.Read(item)) is null)
                {
                    return 0;
                }
            }

            bool isJoined = count > 6 && Py.PyObject_IsTrue(Py.PyTuple_GetItem(args, 6)) == 1;
            ChipPlace place = new(IPAddress.Parse(texts[3] ?? ""), IPAddress.Parse(texts[4] ?? ""), IPAddress.Parse(texts[5] ?? ""), isJoined, texts[7], texts[8]);
            LeadFunction lead = new(Py.PyTuple_GetItem(args, 2));
            PythonChip? chip = PythonChip.Create(texts[0] ?? "", Instance.Get<PythonRadio>(Py.PyTuple_GetItem(args, 1)), lead, place);
            if (chip is null)
            {
                lead.Release();
                return Raise.ValueError($"kind is airlift, w5500 or w5100s, not '{texts[0]}'");
            }

            return Instance.New(type, chip);
        }
        catch (FormatException)
        {
            return Raise.ValueError("address, mask and gateway are IPv4 addresses");
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    [UnmanagedCallersOnly]
    private static void Deallocate(nint self)
    {
        if (Instance.IsComplete(self))
        {
            nint type, value, traceback;
            Py.PyErr_Fetch(&type, &value, &traceback);
            try
            {
                PythonChip chip = Instance.Get<PythonChip>(self);
                Outside(chip, static c => c.Dispose());
                chip.Release();
            }
            catch (Exception e)
            {
                Unraisable.From(e);
            }

            Py.PyErr_Restore(type, value, traceback);
        }

        Instance.Free(self);
    }

    [UnmanagedCallersOnly]
    private static nint Frame(nint self, nint* args, nint count, nint keywords) => Set(s_frame, self, args, count, keywords, static (chip, on) =>
    {
        if (on)
        {
            chip.Target.BeginFrame();
        }
        else
        {
            chip.Target.EndFrame();
        }
    });

    [UnmanagedCallersOnly]
    private static nint Reset(nint self, nint* args, nint count, nint keywords) =>
        Set(s_reset, self, args, count, keywords, static (chip, on) => chip.Reset(on));

    [UnmanagedCallersOnly]
    private static nint SetLink(nint self, nint* args, nint count, nint keywords) =>
        Set(s_link, self, args, count, keywords, static (chip, on) => chip.IsLinkUp = on);

    [UnmanagedCallersOnly]
    private static nint Transfer(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[2];
        if (!s_transfer.Bind(args, count, keywords, places))
        {
            return 0;
        }

        Buffers output = default, input = default;
        if (!output.TryGet(places[0]))
        {
            return 0;
        }

        try
        {
            if (!input.TryGetWritable(places[1]))
            {
                return 0;
            }

            try
            {
                return Exchange(Instance.Get<PythonChip>(self), output, input);
            }
            finally
            {
                input.Release();
            }
        }
        finally
        {
            output.Release();
        }
    }

    private static nint Exchange(PythonChip chip, in Buffers output, in Buffers input)
    {
        if (output.Length != input.Length)
        {
            return Raise.ValueError("output and input have one length");
        }

        try
        {
            Gil.Release();
            try
            {
                chip.Target.Transfer(output.Bytes, input.Bytes);
            }
            finally
            {
                Gil.Acquire();
            }

            return Globals.NewNone();
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    [UnmanagedCallersOnly]
    private static nint GetBusy(nint self, nint closure)
    {
        try
        {
            bool busy = false;
            Outside(Instance.Get<PythonChip>(self), chip => busy = chip.IsBusy);
            return Py.PyBool_FromLong(busy ? 1 : 0);
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    [UnmanagedCallersOnly]
    private static nint GetLastFailure(nint self, nint closure)
    {
        try
        {
            return Instance.Get<PythonChip>(self).LastFailure is { } text ? Text.New(text) : Globals.NewNone();
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    private static nint Set(Parameters parameters, nint self, nint* args, nint count, nint keywords, Action<PythonChip, bool> set)
    {
        Span<nint> places = stackalloc nint[1];
        if (!parameters.Bind(args, count, keywords, places))
        {
            return 0;
        }

        int on = Py.PyObject_IsTrue(places[0]);
        if (on < 0)
        {
            return 0;
        }

        try
        {
            Outside(Instance.Get<PythonChip>(self), chip => set(chip, on != 0));
            return Globals.NewNone();
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    private static void Outside(PythonChip chip, Action<PythonChip> call)
    {
        Gil.Release();
        try
        {
            call(chip);
        }
        finally
        {
            Gil.Acquire();
        }
    }
}
