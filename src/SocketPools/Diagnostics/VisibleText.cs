using System.Globalization;
using System.Text;

namespace SocketPools.Diagnostics;

/// <summary>
/// Escapes text from outside (names of hosts, interfaces, files) in messages. Characters that control the terminal or the direction of
/// writing, and invisible ones, become escapes such as <c>\u202e</c>. Use <see cref="Escape(string?)"/> in messages and logs that contain names from
/// outside.
/// </summary>
/// <remarks>
/// Escaped are control and format characters (bidi controls, zero-width characters, tags), separators of lines and paragraphs, every space
/// but U+0020, lone surrogates, private and unassigned characters, and the letters and marks that Unicode has without a picture
/// (Default_Ignorable_Code_Point).
/// </remarks>
public static class VisibleText
{
    private const int MostShown = 300;

    /// <summary>One line that shows a text.</summary>
    /// <param name="text">The text; null is empty.</param>
    /// <returns>The same string where nothing has to be escaped. More than 300 characters are cut, with <c>…</c> at the end.</returns>
    public static string Escape(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        return text.Length > MostShown ? Escape(text[..MostShown], keepsLines: false) + "…" : Escape(text, keepsLines: false);
    }

    /// <summary>As <see cref="Escape(string?)"/>, for messages of several lines: ends of lines stay, and nothing is cut.</summary>
    /// <param name="text">The text; null is empty.</param>
    public static string EscapeLines(string? text) => string.IsNullOrEmpty(text) ? "" : Escape(text, keepsLines: true);

    private static string Escape(string text, bool keepsLines)
    {
        StringBuilder? escaped = null;
        int kept = 0;
        for (int i = 0; i < text.Length;)
        {
            // Nearly all text is ASCII.
            if (text[i] is >= ' ' and <= '~')
            {
                i++;
                continue;
            }

            bool isWhole = Rune.TryGetRuneAt(text, i, out Rune rune);
            int length = isWhole ? rune.Utf16SequenceLength : 1;
            if (!isWhole || !(IsVisible(rune) || (keepsLines && rune.Value == '\n')))
            {
                escaped ??= new StringBuilder(text.Length + 16);
                escaped.Append(text, kept, i - kept);
                Append(escaped, isWhole ? rune.Value : text[i]);
                kept = i + length;
            }

            i += length;
        }

        return escaped is null ? text : escaped.Append(text, kept, text.Length - kept).ToString();
    }

    private static void Append(StringBuilder text, int value) => _ = value switch
    {
        '\n' => text.Append("\\n"),
        '\r' => text.Append("\\r"),
        '\t' => text.Append("\\t"),
        > 0xFFFF => text.Append(CultureInfo.InvariantCulture, $"\\U{value:x8}"),
        _ => text.Append(CultureInfo.InvariantCulture, $"\\u{value:x4}"),
    };

    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned => false,
        UnicodeCategory.SpaceSeparator => rune.Value == ' ',
        _ => !HasNoPicture(rune.Value),
    };

    /// <summary>Of DerivedCoreProperties.txt, Default_Ignorable_Code_Point, those that are letters and marks; and the blank of Braille.</summary>
    private static bool HasNoPicture(int value) => value
        is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or 0x2800 or 0x3164
        or (>= 0xFE00 and <= 0xFE0F) or 0xFFA0 or (>= 0xE0100 and <= 0xE01EF);
}
