#!/bin/bash
# .NET 10.0, CookieContainer (HttpClient, ClientWebSocket): "SID" and "sid" are one cookie
#
# Guess: names of cookies are compared as they are (RFC 6265, 5.3: a new cookie replaces an old one with the same name), so both are kept and sent,
# as browsers, curl and Python's http.cookiejar do.
# Observed: the second one replaces the first, and the first is never sent again. http.cookiejar keeps both.
# Why it matters: a device or a proxy in front of it that uses names which differ in case alone (a session of its own and one of the
# framework's) answers 401 to HttpClient and works in the browser. Send the Cookie header by hand (UseCookies = false).
source "$(dirname "$0")/support/lib.sh"
out=$(csharp <<'CSHARP'
using System.Net;

CookieContainer cookies = new();
Uri address = new("http://device.example/");
cookies.SetCookies(address, "SID=1; Path=/");
cookies.SetCookies(address, "sid=2; Path=/");
Console.WriteLine(cookies.GetCookieHeader(address));
CSHARP
)
expect "the header of .NET" "$out" "sid=2"
out=$(python - <<'P'
import email, http.cookiejar, types, urllib.request
jar, request = http.cookiejar.CookieJar(), urllib.request.Request("http://device.example/")
answer = types.SimpleNamespace(info=lambda: email.message_from_string("Set-Cookie: SID=1; Path=/\nSet-Cookie: sid=2; Path=/\n\n"))
jar.extract_cookies(answer, request)
jar.add_cookie_header(request)
print(request.get_header("Cookie"))
P
)
expect "the header of Python's http.cookiejar" "$out" "SID=1; sid=2"
