using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace SocketPools.Simulation.Tests.Timelines;

/// <summary>A headless Chromium, driven by WebDriver (Debian: chromium and chromium-driver).</summary>
internal sealed partial class Chromium : IAsyncDisposable
{
    internal const string NotInstalled = "chromium and chromedriver are not installed";

    private static readonly string[] s_arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--window-size=1400,950"];
    private readonly Process _driver;
    private readonly HttpClient _http;
    private string _session = "";

    private Chromium(Process driver, Uri address)
    {
        _driver = driver;
        _http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };
    }

    internal static bool IsInstalled => Find("chromedriver") is not null && (Find("chromium") ?? Find("google-chrome")) is not null;

    internal static async Task<Chromium> StartAsync()
    {
        Process driver = Process.Start(new ProcessStartInfo(Find("chromedriver")!, ["--port=0"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string? line;
        Match port;
        do
        {
            line = await driver.StandardOutput.ReadLineAsync();
            port = Port().Match(line ?? "");
        }
        while (line is not null && !port.Success);
        Assert.True(port.Success, "chromedriver has not started.");
        driver.BeginErrorReadLine();
        Chromium browser = new(driver, new Uri($"http://127.0.0.1:{port.Groups[1].Value}/"));
        JsonElement session = await browser.CallAsync(HttpMethod.Post, "session", new
        {
            capabilities = new
            {
                alwaysMatch = new Dictionary<string, object>
                {
                    ["goog:chromeOptions"] = new { binary = Find("chromium") ?? Find("google-chrome"), args = s_arguments },
                    ["goog:loggingPrefs"] = new { browser = "ALL" },
                },
            },
        });
        browser._session = "session/" + session.GetProperty("sessionId").GetString();
        return browser;
    }

    internal async Task OpenAsync(string path)
    {
        await CallAsync(HttpMethod.Post, _session + "/url", new { url = new Uri(path).AbsoluteUri });
        await WaitAsync("document.body.dataset.ready === 'true'");
    }

    internal async Task<JsonElement> RunAsync(string script) => await CallAsync(HttpMethod.Post, _session + "/execute/sync", new { script, args = Array.Empty<object>() });

    internal async Task<string> TextAsync(string selector) => (await RunAsync($"return document.querySelector('{selector}').textContent")).GetString()!;

    internal async Task<int> CountAsync(string selector) => (await RunAsync($"return document.querySelectorAll('{selector}').length")).GetInt32();

    /// <summary>Waits, in the page, until a condition holds; frames of the page are what wakes it.</summary>
    internal async Task WaitAsync(string condition) => await CallAsync(HttpMethod.Post, _session + "/execute/async", new
    {
        script = $"const done = arguments[0]; (function look() {{ if ({condition}) done(true); else requestAnimationFrame(look); }})();",
        args = Array.Empty<object>(),
    });

    internal async Task ClickAsync(string selector)
    {
        JsonElement element = await CallAsync(HttpMethod.Post, _session + "/element", new { @using = "css selector", value = selector });
        await CallAsync(HttpMethod.Post, $"{_session}/element/{element.EnumerateObject().Single().Value.GetString()}/click", new { });
    }

    /// <summary>Presses the mouse at a point of an element, moves, and lets go.</summary>
    internal async Task DragAsync(double x, double y, double dx = 0, double dy = 0) => await CallAsync(HttpMethod.Post, _session + "/actions", new
    {
        actions = new object[]
        {
            new
            {
                type = "pointer",
                id = "mouse",
                parameters = new { pointerType = "mouse" },
                actions = new object[]
                {
                    new { type = "pointerMove", duration = 0, x = (int)x, y = (int)y },
                    new { type = "pointerDown", button = 0 },
                    new { type = "pointerMove", duration = 0, x = (int)(x + dx), y = (int)(y + dy) },
                    new { type = "pointerUp", button = 0 },
                },
            },
        },
    });

    internal async Task WheelAsync(double x, double y, int delta) => await CallAsync(HttpMethod.Post, _session + "/actions", new
    {
        actions = new object[]
        {
            new { type = "wheel", id = "wheel", actions = new object[] { new { type = "scroll", x = (int)x, y = (int)y, deltaX = 0, deltaY = delta, duration = 0, origin = "viewport" } } },
        },
    });

    internal async Task PressAsync(string key) => await CallAsync(HttpMethod.Post, _session + "/actions", new
    {
        actions = new object[] { new { type = "key", id = "keys", actions = new object[] { new { type = "keyDown", value = key }, new { type = "keyUp", value = key } } } },
    });

    internal async Task SetDarkAsync(bool isDark) => await CallAsync(HttpMethod.Post, _session + "/goog/cdp/execute", new
    {
        cmd = "Emulation.setEmulatedMedia",
        @params = new { features = new[] { new { name = "prefers-color-scheme", value = isDark ? "dark" : "light" } } },
    });

    /// <summary>Saves a picture, for people to look at, where the environment has a directory for it (SIMULATION_PICTURES).</summary>
    internal async Task SavePictureAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("SIMULATION_PICTURES") is { Length: > 0 } directory)
        {
            await WaitAsync("true");
            await File.WriteAllBytesAsync(Path.Combine(directory, name + ".png"), (await CallAsync(HttpMethod.Get, _session + "/screenshot", null)).GetBytesFromBase64());
        }
    }

    /// <summary>What the page's console has: errors of scripts, refused resources.</summary>
    internal async Task<string> ConsoleAsync() => (await CallAsync(HttpMethod.Post, _session + "/se/log", new { type = "browser" })).ToString();

    public async ValueTask DisposeAsync()
    {
        if (_session.Length > 0)
        {
            await CallAsync(HttpMethod.Delete, _session, null);
        }

        _http.Dispose();
        _driver.Kill(entireProcessTree: true);
        await _driver.WaitForExitAsync();
        _driver.Dispose();
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(d => Path.Combine(d, program)).FirstOrDefault(File.Exists);

    private async Task<JsonElement> CallAsync(HttpMethod method, string path, object? body)
    {
        using HttpRequestMessage request = new(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (request.Content is not null)
        {
            await request.Content.LoadIntoBufferAsync();
        }

        using HttpResponseMessage response = await _http.SendAsync(request);
        JsonElement value = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("value");
        Assert.True(response.IsSuccessStatusCode, value.ToString());
        return value;
    }

    [GeneratedRegex(@"started successfully on port (\d+)")]
    private static partial Regex Port();
}
