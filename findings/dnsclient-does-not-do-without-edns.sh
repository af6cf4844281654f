#!/bin/bash
# DnsClient 1.8.0 (NuGet): a server that does not know EDNS is never asked without it
#
# Guess: after FORMERR or NOTIMP for a question with an OPT record the question is sent again without one (RFC 6891, 6.2.2 and 7), as
# Unbound does.
# Observed: FORMERR: the same question, with OPT, is sent three times, and the result is an error. NOTIMP: sent once. With
# ExtendedDnsBufferSize = 0 and no request for DNSSEC the OPT record is left out and the name is found.
# Why it matters: small DNS servers (captive portals of boards, old routers) answer FORMERR; names resolve with ping and not in the program.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp DnsClient@1.8.0 <<'CSHARP'
using System.Net;
using System.Net.Sockets;
using DnsClient;

foreach (byte code in new byte[] { 1, 4 })
{
    using UdpClient server = new(new IPEndPoint(IPAddress.Loopback, 0));
    int questions = 0;
    _ = Task.Run(async () =>
    {
        while (true)
        {
            UdpReceiveResult question = await server.ReceiveAsync();
            questions++;
            byte[] answer = question.Buffer;
            bool extended = answer[11] == 1;
            if (extended)
            {
                answer = answer[..^11]; // OPT is the last record
                answer[11] = 0;
            }
            answer[2] = 0x81;
            answer[3] = (byte)(0x80 | (extended ? code : 0));
            answer[7] = (byte)(extended ? 0 : 1);
            byte[] record = extended ? [] : [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 0, 1];
            await server.SendAsync((byte[])[.. answer, .. record], question.RemoteEndPoint);
        }
    });
    IPEndPoint address = (IPEndPoint)server.Client.LocalEndPoint;
    IDnsQueryResponse first = await new LookupClient(new LookupClientOptions(address)).QueryAsync("board.lan", QueryType.A);
    int asked = questions;
    IDnsQueryResponse second = await new LookupClient(new LookupClientOptions(address) { ExtendedDnsBufferSize = 0 }).QueryAsync("board.lan", QueryType.A);
    Console.WriteLine($"{first.Header.ResponseCode} after {asked}, without EDNS {second.Answers.ARecords().Single().Address}");
}
CSHARP
)
expect "result and number of questions" "$out" $'FormatError after 3, without EDNS 10.0.0.1\nNotImplemented after 1, without EDNS 10.0.0.1'
