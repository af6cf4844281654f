using CsCheck;
using SocketPools.Tool.Http;
using SocketPools.Tool.Serving;

namespace SocketPools.Tool.Tests;

public sealed class RequestPathTests
{
    [Theory]
    [InlineData("/", "", true)]
    [InlineData("/a", "a", false)]
    [InlineData("/a/", "a", true)]
    [InlineData("//a///b", "a|b", false)]
    [InlineData("/a%20b/c?x=/../y", "a b|c", false)]
    [InlineData("/%C3%A9", "\u00E9", false)]
    [InlineData("/...", "...", false)]
    [InlineData("http://host:1/a", "a", false)]
    [InlineData("http://host", "", true)]
    public void A_target_is_read(string target, string names, bool isDirectory)
    {
        RequestPath path = RequestPath.Parse(target);
        Assert.Equal((names, isDirectory), (string.Join('|', path.Names), path.IsDirectory));
    }

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("a")]
    [InlineData("/..")]
    [InlineData("/../etc/passwd")]
    [InlineData("/a/../b")]
    [InlineData("/./a")]
    [InlineData("/%2e%2e/a")]
    [InlineData("/.%2E/a")]
    [InlineData("/%2e")]
    [InlineData("/a%2fb")]
    [InlineData("/..%2f..%2fetc%2fpasswd")]
    [InlineData("/a%5cb")]
    [InlineData("/a\\..\\b")]
    [InlineData("/a%00")]
    [InlineData("/%")]
    [InlineData("/%2")]
    [InlineData("/%zz")]
    [InlineData("/%c0%ae%c0%ae/a")]
    [InlineData("/%ff")]
    public void A_target_that_climbs_or_cheats_is_refused(string target) =>
        Assert.Throws<HttpFormatException>(() => RequestPath.Parse(target));

    [Fact]
    public void Any_target_is_refused_or_has_only_names_and_reads_back_as_itself() => Any.UrlLike.Sample(
        text =>
        {
            RequestPath path;
            try
            {
                path = RequestPath.Parse("/" + text);
            }
            catch (HttpFormatException)
            {
                return; // refused, which is the other right answer
            }

            Assert.All(path.Names, name => Assert.False(name is "" or "." or ".." || name.AsSpan().IndexOfAny("/\\\0") >= 0));
            RequestPath again = RequestPath.Parse(path.ToString());
            Assert.Equal(path.Names, again.Names);
            Assert.True(path.Names.Count == 0 || path.IsDirectory == again.IsDirectory);
        },
        iter: 20_000);

    [Fact]
    public void Any_target_leads_into_the_tree_or_nowhere()
    {
        using TemporaryDirectory outside = new();
        using TemporaryDirectory directory = new();
        outside.Write("secret", "x");
        directory.Write("a/b", "x");
        Assert.SkipWhen(OperatingSystem.IsWindows(), "symbolic links need a right on Windows");
        File.CreateSymbolicLink(directory["out"], outside.Root);
        File.CreateSymbolicLink(directory["up"], "..");
        File.CreateSymbolicLink(directory["loop"], "loop");
        File.CreateSymbolicLink(directory["around"], $"a/../../{Path.GetFileName(directory.Root)}/a");
        ServedTree tree = new(directory.Root);
        Gen.OneOf("a", "b", "out", "up", "loop", "around", "secret", "nope", "", "etc", "passwd").Array[0, 5].Sample(
            names =>
            {
                string? real = tree.Find(RequestPath.Parse("/" + string.Join('/', names)));
                Assert.True(real is null || real == tree.Root || real.StartsWith(tree.Root + "/", StringComparison.Ordinal));
            },
            iter: 2000);
        Assert.Null(tree.Find(RequestPath.Parse("/out/secret")));
        Assert.Null(tree.Find(RequestPath.Parse("/up")));
        Assert.Null(tree.Find(RequestPath.Parse("/loop")));
        Assert.Equal(Path.Combine(tree.Root, "a", "b"), tree.Find(RequestPath.Parse("/around/b")));
    }
}
