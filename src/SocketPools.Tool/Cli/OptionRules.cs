using System.CommandLine;
using System.CommandLine.Parsing;

namespace SocketPools.Tool;

/// <summary>What the values of an option have to be.</summary>
internal static class OptionRules
{
    /// <summary>Refuses values with a message that says what the option takes; a value that is no T at all gets the same.</summary>
    internal static void Require<T>(this Option<T> option, Func<T?, bool> isGood, string message) => option.Validators.Add(result =>
    {
        if (!IsGood(result, option, isGood))
        {
            result.AddError(message);
        }
    });

    private static bool IsGood<T>(OptionResult result, Option<T> option, Func<T?, bool> isGood)
    {
        // A comma separates thousands for .NET, which takes 1,5 for 15.
        if (typeof(T) != typeof(string) && result.Tokens.Any(token => token.Value.Contains(',', StringComparison.Ordinal)))
        {
            return false;
        }

        try
        {
            return isGood(result.GetValue(option));
        }
        catch (InvalidOperationException)
        {
            return false; // the text is no T
        }
    }
}
