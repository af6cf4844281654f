using System.Globalization;

namespace SocketPools.Simulation.Scenarios;

/// <summary>Numbers and bools of TOML.</summary>
internal static class TomlScalar
{
    /// <summary>Reads one; null for anything else, also for a date.</summary>
    internal static object? Read(string text) => text switch
    {
        "true" => true,
        "false" => false,
        "inf" or "+inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        "nan" or "+nan" or "-nan" => double.NaN,
        ['0', 'x', .. var digits] => ReadBase(digits, 16),
        ['0', 'o', .. var digits] => ReadBase(digits, 8),
        ['0', 'b', .. var digits] => ReadBase(digits, 2),
        _ => ReadDecimal(text),
    };

    private static long? ReadBase(string digits, int radix)
    {
        if (!AreDigits(digits, c => char.IsAsciiHexDigit(c) && Convert.ToInt32(c.ToString(), 16) < radix))
        {
            return null;
        }

        UInt128 number = 0;
        foreach (char c in digits.Replace("_", "", StringComparison.Ordinal))
        {
            number = (number * (UInt128)radix) + (UInt128)Convert.ToInt32(c.ToString(), 16);
            if (number > long.MaxValue)
            {
                return null;
            }
        }

        return (long)number;
    }

    private static object? ReadDecimal(string text)
    {
        string unsigned = text.StartsWith('+') || text.StartsWith('-') ? text[1..] : text;
        int exponent = unsigned.IndexOfAny(['e', 'E']);
        string mantissa = exponent < 0 ? unsigned : unsigned[..exponent];
        string power = exponent < 0 ? "0" : unsigned[(exponent + 1)..];
        power = power.StartsWith('+') || power.StartsWith('-') ? power[1..] : power;
        int point = mantissa.IndexOf('.', StringComparison.Ordinal);
        string whole = point < 0 ? mantissa : mantissa[..point];
        if (!AreDigits(whole, char.IsAsciiDigit) || (whole.Length > 1 && whole[0] == '0') || !AreDigits(power, char.IsAsciiDigit)
            || (point >= 0 && !AreDigits(mantissa[(point + 1)..], char.IsAsciiDigit)))
        {
            return null;
        }

        string plain = text.Replace("_", "", StringComparison.Ordinal);
        return point < 0 && exponent < 0
            ? long.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : null
            : double.Parse(plain, NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    // Digits, with single underscores between them.
    private static bool AreDigits(string text, Func<char, bool> isDigit)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!isDigit(text[i]) && !(text[i] == '_' && i > 0 && i + 1 < text.Length && text[i - 1] != '_'))
            {
                return false;
            }
        }

        return text.Length > 0;
    }
}
