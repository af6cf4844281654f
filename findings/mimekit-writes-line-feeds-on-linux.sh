#!/bin/bash
# MimeKit 4.18.0 (NuGet): a message written on Linux has line feeds only
#
# Guess: MimeMessage.WriteTo gives the message of RFC 5322, whose lines end in CR LF, on every system.
# Observed: on Linux each line ends in LF, also in the body, where the text had CR LF. With NewLineFormat.Dos all end in CR LF.
# Why it matters: the bytes, handed to a socket after DATA, to IMAP APPEND or to an HTTP interface of a mail service, are refused or joined by
# servers that insist on CR LF, the defence against SMTP smuggling; tests on Windows pass. Clone FormatOptions.Default and set NewLineFormat.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp MimeKit@4.18.0 <<'CSHARP'
using System.Text;
using MimeKit;

MimeMessage message = new() { Subject = "reading", Body = new TextPart("plain") { Text = "one\r\ntwo\r\n" } };
message.From.Add(MailboxAddress.Parse("board@home.example"));
FormatOptions dos = FormatOptions.Default.Clone();
dos.NewLineFormat = NewLineFormat.Dos;
foreach (FormatOptions format in new[] { FormatOptions.Default, dos })
{
    MemoryStream written = new();
    message.WriteTo(format, written);
    string text = Encoding.ASCII.GetString(written.ToArray());
    Console.WriteLine($"{text.Split('\n').Length > 8} {text.Count(letter => letter == '\r') == text.Count(letter => letter == '\n')} {text.Contains('\r')}");
}
CSHARP
)
expect "more than seven lines, all with CR, any with CR: by default, with NewLineFormat.Dos" "$out" $'True False False\nTrue True True'
