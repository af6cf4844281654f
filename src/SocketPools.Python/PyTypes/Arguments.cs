using SocketPools.Python.CApi;

namespace SocketPools.Python.PyTypes;

/// <summary>The names of a function's parameters, of which the first ones are required.</summary>
/// <param name="function">The function, for messages.</param>
/// <param name="required">How many have to be given.</param>
/// <param name="names">All of them, in order.</param>
internal sealed class Parameters(string function, int required, params string[] names)
{
    internal string Function { get; } = function;

    /// <summary>
    /// Sorts the arguments of a fast call into places, 0 where one was left out. False with the interpreter's error set.
    /// </summary>
    internal unsafe bool Bind(nint* given, nint count, nint keywords, Span<nint> places)
    {
        places.Clear();
        if (count > names.Length)
        {
            if (required > 0 && names[required - 1] == "address" && count == required + 1)
            {
                // connect("h", 80)
                string before = required == 1 ? "" : "bytes, ";
                Raise.TypeError($"{Function}() takes the address as one tuple: {Function}({before}(host, port)), with parentheses of its own");
                return false;
            }

            string range = required == names.Length ? $"{required}" : $"from {required} to {names.Length}";
            Raise.TypeError($"{Function}() takes {range} positional arguments but {count} were given");
            return false;
        }

        for (int i = 0; i < count; i++)
        {
            places[i] = given[i];
        }

        if (keywords != 0 && !BindKeywords(given + count, keywords, places))
        {
            return false;
        }

        for (int i = (int)count; i < required; i++)
        {
            if (places[i] == 0)
            {
                Raise.TypeError($"{Function}() missing required argument: '{names[i]}' (pos {i + 1})");
                return false;
            }
        }

        return true;
    }

    private unsafe bool BindKeywords(nint* values, nint keywords, Span<nint> places)
    {
        nint count = Py.PyTuple_Size(keywords);
        for (nint i = 0; i < count; i++)
        {
            if (Text.Read(Py.PyTuple_GetItem(keywords, i)) is not { } name)
            {
                return false;
            }

            int place = Array.IndexOf(names, name);
            if (place < 0 || places[place] != 0)
            {
                Raise.TypeError(place < 0
                    ? $"{Function}() got an unexpected keyword argument '{name}'"
                    : $"{Function}() got multiple values for argument '{name}'");
                return false;
            }

            places[place] = values[i];
        }

        return true;
    }
}
