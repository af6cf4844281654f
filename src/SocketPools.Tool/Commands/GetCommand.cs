using System.CommandLine;
using System.Net.Sockets;
using SocketPools.Tool.Fetching;
using SocketPools.Tool.Http;
using SocketPools.Tool.Radios;

namespace SocketPools.Tool;

/// <summary><c>socketpool get URL [-o FILE]</c>.</summary>
internal static class GetCommand
{
    private const double DefaultTimeout = 30;

    internal static Command Create(CommandContext context)
    {
        Argument<string> url = new("URL") { Description = "What to fetch: http or https; http if there is no scheme." };
        Option<string?> output = new("--output", "-o") { Description = "Write to this file instead of the standard output.", HelpName = "FILE" };
        Option<bool> resume = new("--resume", "-C") { Description = "Keep what the file has and fetch the rest." };
        Option<bool> quiet = new("--quiet", "-q") { Description = "Show no progress." };
        Option<string?> ca = new("--ca") { Description = "Trust the certificates of this PEM file too.", HelpName = "FILE" };
        Option<bool> insecure = new("--insecure", "-k") { Description = "Do not check the server's certificate." };
        FamilyOptions family = new();
        Command command = new("get", "Fetch a URL over HTTP/1.1.") { url, output, resume, quiet, ca, insecure };
        family.AddTo(command);
        output.Require(file => file is null or { Length: > 0 }, "--output takes the name of a file");
        command.SetAction(result =>
        {
            HttpUrl from = ParseUrl(result.GetRequiredValue(url));
            string? file = result.GetValue(output);
            if (file is null && result.GetValue(resume))
            {
                throw new ToolException("--resume needs a file: -o FILE", ExitCodes.Usage);
            }

            TrustSettings trust = TrustSettings.Load(result.GetValue(ca), result.GetValue(insecure));
            TimeSpan? timeout = context.Options.TimeoutOf(result, DefaultTimeout);
            using RadioScope scope = context.OpenRadio(result);
            HttpFetcher fetcher = new(scope.Pool, new FetchSettings(timeout, trust, family.Of(result)));
            Download download = new(fetcher, from, new TransferProgress(context.Console, result.GetValue(quiet)));
            if (file is null)
            {
                download.To(context.Console.Output);
            }
            else
            {
                download.ToFile(file, result.GetValue(resume));
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static HttpUrl ParseUrl(string text)
    {
        try
        {
            return HttpUrl.Parse(text);
        }
        catch (HttpFormatException e)
        {
            throw new ToolException(e.Message, ExitCodes.Usage, e);
        }
    }
}

/// <summary>The options <c>-4</c> and <c>-6</c>.</summary>
internal sealed class FamilyOptions
{
    private readonly Option<bool> _four = new("--ipv4", "-4") { Description = "IPv4 only." };
    private readonly Option<bool> _six = new("--ipv6", "-6") { Description = "IPv6 only." };

    internal void AddTo(Command command)
    {
        command.Add(_four);
        command.Add(_six);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_four) && result.GetValue(_six))
            {
                result.AddError("-4 and -6 exclude each other");
            }
        });
    }

    internal AddressFamily Of(ParseResult result) =>
        result.GetValue(_four) ? AddressFamily.InterNetwork
        : result.GetValue(_six) ? AddressFamily.InterNetworkV6
        : AddressFamily.Unspecified;
}
