using SocketPools.Python.CApi;

namespace SocketPools.Python.PyTypes;

/// <summary>Memory of the interpreter's objects, held while a call uses it, so that it can be neither freed nor resized.</summary>
internal unsafe ref struct Buffers
{
    private Py.BufferView _view;

    internal readonly Span<byte> Bytes => new(_view.Memory, (int)nint.Min(_view.Length, int.MaxValue));

    /// <summary>The bytes from a place on, as many as a span holds.</summary>
    internal readonly Span<byte> From(nint start) => new((byte*)_view.Memory + start, (int)nint.Min(_view.Length - start, int.MaxValue));

    internal readonly nint Length => _view.Length;

    /// <summary>Memory to fill: contiguous and not read-only. False with the error set.</summary>
    internal bool TryGetWritable(nint o)
    {
        fixed (Py.BufferView* view = &_view)
        {
            if (Py.PyObject_GetBuffer(o, view, Py.PyBUF_WRITABLE) == 0)
            {
                return true;
            }
        }

        if (Py.PyErr_ExceptionMatches(Globals.BufferError) != 0 || Py.PyErr_ExceptionMatches(Globals.TypeError) != 0)
        {
            Py.PyErr_Clear();
            Raise.TypeError(Hints.ForBuffer(Text.TypeName(o)));
        }

        return false;
    }

    /// <summary>Memory to read. False with the error set, as the interpreter words it.</summary>
    /// <param name="o">An argument, which lives as long as the call.</param>
    internal bool TryGet(nint o)
    {
        if (Py.TypeOf(o) == Globals.Bytes)
        {
            // Not a subclass, which may give other memory: it cannot change, and need not be held.
            _view.Memory = Py.PyBytes_AsString(o);
            _view.Length = Py.PyBytes_Size(o);
            return true;
        }

        fixed (Py.BufferView* view = &_view)
        {
            if (Py.PyObject_GetBuffer(o, view, Py.PyBUF_SIMPLE) == 0)
            {
                return true;
            }
        }

        if (Py.PyErr_ExceptionMatches(Globals.TypeError) != 0)
        {
            Py.PyErr_Clear();
            Raise.TypeError(Hints.ForBytes(Py.Is(o, Py.Py_TPFLAGS_UNICODE_SUBCLASS) ? "str" : Text.TypeName(o)));
        }

        return false;
    }

    /// <summary>Lets go.</summary>
    internal void Release()
    {
        if (_view.Owner != 0)
        {
            fixed (Py.BufferView* view = &_view)
            {
                Py.PyBuffer_Release(view);
            }
        }
    }
}
