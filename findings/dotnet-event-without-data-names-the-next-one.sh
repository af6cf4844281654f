#!/bin/bash
# .NET 10.0, System.Net.ServerSentEvents: an event without data gives its name to the next event
#
# Guess: "event: x" and an empty line, without data, is no event, and its name is forgotten (HTML, 9.2.6: when the data buffer is empty, both
# buffers are set to the empty string). The next "data: y" is a "message".
# Observed: the next event has the type x. An empty "event:" gives the type "" instead of "message". eventsource-parser 4.1.3 (npm) does as
# guessed.
# Why it matters: servers send an event without data as a sign of life (event: ping); a client that switches on EventType ignores the next
# event as a ping. Send comments (":") instead, or an empty data line.
source "$(dirname "$0")/support/lib.sh"
npm_packages eventsource-parser@4.1.3
out=$(csharp <<'CSHARP'
using System.Net.ServerSentEvents;
using System.Text;

foreach (string text in new[] { "event: ping\n\ndata: y\n\n", "event: ping\ndata\n\ndata: y\n\n", "event:\ndata: y\n\n" })
{
    Console.WriteLine(string.Join(", ", SseParser.Create(new MemoryStream(Encoding.UTF8.GetBytes(text))).Enumerate().Select(item => $"[{item.EventType}] {item.Data}")));
}
CSHARP
)
expect ".NET: without data; with an empty data line; an empty name" "$out" "[ping] y
[ping] , [message] y
[] y"
out=$(javascript <<'J'
import('eventsource-parser').then(({ createParser }) => {
    const parser = createParser({ onEvent: ({ event, data }) => console.log(event, data) });
    parser.feed('event: ping\n\ndata: y\n\n');
});
J
)
expect "npm" "$out" "undefined y"
