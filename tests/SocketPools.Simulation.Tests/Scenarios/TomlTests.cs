using System.Globalization;
using SocketPools.Simulation.Scenarios;

namespace SocketPools.Simulation.Tests.Scenarios;

/// <summary>The reader of TOML beside Tomlyn, which is the oracle for what is valid.</summary>
public class TomlTests
{
    private static readonly string[] s_pieces =
    [
        "a", "b", "\"c d\"", "'e'", ".", " ", "\t", "=", "[", "]", "[[", "]]", "{", "}", ",", "\n", "\r\n", "#x", "1", "-2", "+3", "0", "00", "1_0", "1__0", "0x1F", "0o17", "0b11", "1.5", "1e3",
        ".5", "5.", "inf", "nan", "true", "false", "\"s\"", "'l'", "\"\"\"m\n\"\"\"", "'''n'''", "\"\\n\"", "\"\\x\"", "\"\\u00e9\"", "\"\\ud800\"", "\"", "'", "a = 1\n", "[t]\n", "[[u]]\n", "a.b = 2\n",
        "i = { x = 1 }\n", "l = [1, 2,]\n", "[a.b]\n", "1979-05-27", "07:32:00",
    ];

    [Theory]
    [InlineData("")]
    [InlineData("a = 1 # comment\r\n\r\n'b c' = \"x\\ty\\u00e9\\U0001F600\"\n\"d\".e = 'C:\\n'")]
    [InlineData("a = \"\"\"\nline \\\n   joined\r\n  kept \"\" quotes\"\"\"\"\"\nb = '''\nraw \\ '' text'''''")]
    [InlineData("i = [0, +1, -2, 1_000, 0xdead_beef, 0o755, 0b1101_0110, 9223372036854775807, -9223372036854775808]")]
    [InlineData("f = [1.0, -0.5, 6.02e23, 1e-7, 5E+2, 1_0.0_1, inf, -inf, +nan]")]
    [InlineData("x = [ # a\n 1,\n\n 2 , # b\n]\ny = [[1, 2], ['a'], [], [{ p = 1, q.r = 2 }, {}]]")]
    [InlineData("[a]\nb = 1\n[a.c]\nd = 2\n[e.f.g]\nh = 3\n[e]\ni = 4")]
    [InlineData("[[n]]\na = 1\n[[n]]\nb = 2\n[n.c]\nd = 3\n[[n.m]]\ne = 4\n[[n.m]]")]
    [InlineData("a.b.c = 1\na.b.d = 2\na.e = 3\n[f]\ng.h = 1\ng.i = 2")]
    [InlineData("\"\" = 1\n'a.b' = 2\n1234 = 3\n-x_ = 4\ntrue = true")]
    public void A_valid_file_gives_the_same_values(string text) => Assert.Equal(OfTomlyn(text), OfOurs(text));

    [Theory]
    [InlineData("a = 1\na = 2", 2, 1)]
    [InlineData("[a]\n[a]", 2, 1)]
    [InlineData("a = 1\n[a]", 2, 1)]
    [InlineData("a = [1]\n[[a]]", 2, 1)]
    [InlineData("[[a]]\n[a]", 2, 1)]
    [InlineData("a = { b = 1 }\na.c = 2", 2, 1)]
    [InlineData("a = { b = 1 }\n[a.d]", 2, 1)]
    [InlineData("[a]\nb.c = 1\n[a.b]", 3, 1)]
    [InlineData("a = \n", 1, 5)]
    [InlineData("a = 1 b = 2", 1, 7)]
    [InlineData("= 1", 1, 1)]
    [InlineData("a = 01", 1, 5)]
    [InlineData("a = 1__0", 1, 5)]
    [InlineData("a = 0xG", 1, 5)]
    [InlineData("a = 9223372036854775808", 1, 5)]
    [InlineData("a = \"x", 1, 5)]
    [InlineData("a = \"x\ny\"", 1, 5)]
    [InlineData("a = \"\\q\"", 1, 6)]
    [InlineData("a = \"\\ud800\"", 1, 6)]
    [InlineData("a = '''x", 1, 5)]
    [InlineData("a = [1, 2", 1, 10)]
    [InlineData("a = { b = 1,\n c = 2 }", 1, 13)]
    [InlineData("[a", 1, 3)]
    [InlineData("[ [a]]", 1, 3)]
    [InlineData("a = \"\u0001\"", 1, 6)]
    [InlineData("# \u0007", 1, 3)]
    [InlineData("a = 1979-05-27", 1, 5)]
    public void What_is_wrong_has_its_line_and_column(string text, int line, int column)
    {
        FaultScriptException e = Assert.Throws<FaultScriptException>(() => TomlReader.Read(text, "x.toml"));
        Assert.Equal(("x.toml", line, column), (e.File, e.Line, e.Column));
        Assert.DoesNotContain(e.Message, char.IsControl);
    }

    [Fact]
    public void Ten_thousand_random_files_are_valid_for_both_with_the_same_values_or_for_neither()
    {
        int seed = Random.Shared.Next();
        Random random = new(seed);
        int valid = 0;
        for (int i = 0; i < 10_000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => s_pieces[random.Next(s_pieces.Length)]));
            string ours = OfOurs(text), theirs = OfTomlyn(text);
            bool isInvalid = ours.StartsWith("invalid", StringComparison.Ordinal);
            valid += isInvalid ? 0 : 1;
            Assert.True(ours == theirs || (isInvalid && theirs == "invalid") || IsKnownDifference(ours, theirs) || (!isInvalid && HasInterruptedArray(text)), $"seed {seed}, file {i}: {text.ReplaceLineEndings("|")}\nours:   {ours}\nTomlyn: {theirs}");
        }

        Assert.InRange(valid, 100, 9900);
    }

    // Tomlyn loses what came before the other table; findings/tomlyn-loses-entries-of-an-interrupted-array.sh.
    [Fact]
    public void An_array_of_tables_goes_on_after_another_table()
    {
        const string Text = "[[u]]\nx = 1\n[a.b]\ny = 2\n[[u]]\nx = 3\n[u.v]\nz = 4\n";
        Assert.True(HasInterruptedArray(Text));
        Assert.Equal("{<a>={<b>={<y>=2}},<u>=[{<x>=1},{<v>={<z>=4},<x>=3}]}", OfOurs(Text));
    }

    private static bool HasInterruptedArray(string text)
    {
        string[] headers = [.. text.Split('\n').Select(l => l.Trim()).Where(l => l.StartsWith('['))];
        return Enumerable.Range(0, headers.Length).Any(i =>
            headers[i].StartsWith("[[", StringComparison.Ordinal) && Array.LastIndexOf(headers, headers[i]) is int last && headers[i..last].Any(h => h != headers[i]));
    }

    // Dates are refused here, and what is there twice, which Tomlyn lets pass in some forms.
    private static bool IsKnownDifference(string ours, string theirs) =>
        ours.EndsWith("is there already", StringComparison.Ordinal) || (ours.StartsWith("invalid", StringComparison.Ordinal) && theirs.Contains("date", StringComparison.Ordinal));

    private static string OfOurs(string text)
    {
        try
        {
            return Show(TomlReader.Read(text, "x.toml"));
        }
        catch (FaultScriptException e)
        {
            return $"invalid: {e.Message}";
        }
    }

    private static string Show(object value) => value switch
    {
        ScenarioTable table => "{" + string.Join(",", table.All.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => $"<{e.Key}>={Show(e.Value.Value)}")) + "}",
        TomlValue[] items => "[" + string.Join(",", items.Select(i => Show(i.Value))) + "]",
        string text => $"\"{text.ReplaceLineEndings("\n")}\"",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static string OfTomlyn(string text)
    {
        try
        {
            return Tomlyn.TomlSerializer.Deserialize<Tomlyn.Model.TomlTable>(text) is { } table ? ShowModel(table) : "invalid";
        }
        catch (Tomlyn.TomlException)
        {
            return "invalid";
        }
    }

    private static string ShowModel(object value) => value switch
    {
        Tomlyn.Model.TomlTable table => "{" + string.Join(",", table.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => $"<{e.Key}>={ShowModel(e.Value)}")) + "}",
        Tomlyn.Model.TomlTableArray items => "[" + string.Join(",", items.Select(ShowModel)) + "]",
        Tomlyn.Model.TomlArray items => "[" + string.Join(",", items.Select(i => ShowModel(i!))) + "]",
        string text => $"\"{text.ReplaceLineEndings("\n")}\"",
        bool or long or double => ((IConvertible)value).ToString(CultureInfo.InvariantCulture),
        _ => "date",
    };
}
