using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Net.Smtp;
using MailKit.Search;
using MailKit.Security;
using MimeKit;
using SmtpServer;
using SmtpServer.IO;
using SmtpServer.Net;
using SmtpServer.Storage;
using SocketPools.Streams;
using SocketPools.Tests;
using SmtpResponse = SmtpServer.Protocol.SmtpResponse;

namespace SocketPools.Recipes.Tests;

/// <summary>Mail, both ways: docs/recipes/mail.md.</summary>
public sealed class MailTests
{
    [Fact]
    public async Task MailKit_reads_a_mailbox_of_Dovecot_over_the_pool()
    {
        PageCode.AssertRunsHere("docs/recipes/mail.md");
        await using LabServer server = await StartDovecotAsync();
        (SocketPool pool, string host, int port) = (server.Pool, LabServer.Host, server.Port);

        // {
        using ImapClient imap = new();
        await imap.ConnectAsync(await pool.ConnectStreamAsync(host, port, TimeSpan.FromSeconds(5)), host, port, SecureSocketOptions.None);
        await imap.AuthenticateAsync("lab", "secret");
        // }
        await imap.Inbox.OpenAsync(FolderAccess.ReadWrite);
        using MimeMessage message = Message(new string('x', 200_000));
        await imap.Inbox.AppendAsync(message);
        UniqueId found = Assert.Single(await imap.Inbox.SearchAsync(SearchQuery.SubjectContains("readings")));
        using MimeMessage back = await imap.Inbox.GetMessageAsync(found);
        Assert.Equal(message.TextBody!.Trim(), back.TextBody!.Trim());
        Assert.Equal(1, pool.OpenCount);
        await imap.DisconnectAsync(quit: true);
        await pool.WaitForCapacityAsync();
        Assert.Equal(1, pool.TotalOpened);
    }

    [Fact]
    public async Task A_server_of_SmtpServer_takes_mail_from_MailKit_over_two_stacks()
    {
        using TwoStacks network = new();
        SocketPool pool = network.Far;
        Mailbox mailbox = new();

        // {
        ISmtpServerOptions options = new SmtpServerOptionsBuilder().ServerName("lab").Endpoint(point => point.Port(25)).Build();
        SmtpServer.ComponentModel.ServiceProvider services = new();
        services.Add(new PoolListeners(pool));
        services.Add(mailbox);
        SmtpServer.SmtpServer server = new(options, services);
        // }
        using CancellationTokenSource stop = new();
        Task serving = server.StartAsync(stop.Token);
        using (SmtpClient client = new())
        {
            await client.ConnectAsync(await network.Near.ConnectStreamAsync("192.0.2.2", 25, TimeSpan.FromSeconds(30)), "192.0.2.2", 25, SecureSocketOptions.None);
            using MimeMessage message = Message(new string('x', 100_000));
            await client.SendAsync(message);
            await client.DisconnectAsync(quit: true);
        }

        Assert.Contains(new string('x', 70), await mailbox.Arrived.WaitAsync(TimeSpan.FromSeconds(120)), StringComparison.Ordinal);
        server.Shutdown();
        await stop.CancelAsync();
        await serving.WaitAsync(TimeSpan.FromSeconds(120));
        Assert.Equal(0, network.Far.OpenCount);
    }

    private static MimeMessage Message(string text) => new()
    {
        From = { MailboxAddress.Parse("lab@pool.test") },
        To = { MailboxAddress.Parse("desk@pool.test") },
        Subject = "readings",
        Body = new TextPart("plain") { Text = string.Join("\r\n", text.Chunk(70).Select(line => new string(line))) },
    };

    private static async Task<LabServer> StartDovecotAsync()
    {
        string dovecot = LabServer.Require("dovecot-imapd", "/usr/sbin/dovecot");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "dovecot starts its processes as root");
        LabServer server = new();
        string folder = server.Folder;
        await File.WriteAllTextAsync(Path.Combine(folder, "config"), $$"""
            protocols = imap
            listen = 127.0.0.1
            base_dir = {{folder}}/run
            state_dir = {{folder}}/state
            log_path = /dev/stderr
            ssl = no
            first_valid_uid = 1
            first_valid_gid = 1
            disable_plaintext_auth = no
            mail_location = maildir:{{folder}}/mail
            service imap-login {
              inet_listener imap {
                port = {{server.Port}}
              }
              chroot =
            }
            service anvil {
              chroot =
            }
            passdb {
              driver = static
              args = password=secret
            }
            userdb {
              driver = static
              args = uid=mail gid=mail home={{folder}}/mail
            }

            """, new UTF8Encoding(false));
        Directory.CreateDirectory(Path.Combine(folder, "mail"));
        foreach (string[] command in new string[][] { ["chmod", "755", folder], ["chown", "mail:mail", Path.Combine(folder, "mail")] })
        {
            ProgramRun.Result result = await ProgramRun.RunAsync(command[0], command[1..]);
            Assert.True(result.ExitCode == 0, result.Error);
        }

        server.Start(dovecot, ["-F", "-c", Path.Combine(folder, "config")]);
        await server.PublishAsync();
        return server;
    }

    private sealed class Mailbox : MessageStore
    {
        private readonly TaskCompletionSource<string> _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task<string> Arrived => _arrived.Task;

        public override Task<SmtpResponse> SaveAsync(
            ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer, CancellationToken cancellationToken)
        {
            _arrived.TrySetResult(Encoding.ASCII.GetString(buffer));
            return Task.FromResult(SmtpResponse.Ok);
        }
    }

    // {
    private sealed class PoolListeners(SocketPool pool) : IEndpointListenerFactory
    {
        public IEndpointListener CreateListener(IEndpointDefinition endpointDefinition) => new Listener(pool, endpointDefinition.Endpoint);

        private sealed class Listener : IEndpointListener
        {
            private readonly PoolSocket _listener;

            internal Listener(SocketPool pool, IPEndPoint local)
            {
                _listener = pool.CreateSocket(local.AddressFamily);
                _listener.Bind(local);
                _listener.Listen(16);
            }

            public async Task<ISecurableDuplexPipe> GetPipeAsync(ISessionContext context, CancellationToken cancellationToken)
            {
                AcceptResult accepted = await _listener.TryAcceptAsync(cancellationToken);
                return new Pipe(new PoolSocketPipe(accepted.Socket ?? throw new OperationCanceledException($"accept: {accepted.Errno}")));
            }

            public void Dispose() => _listener.Close();
        }

        private sealed class Pipe(PoolSocketPipe pipe) : ISecurableDuplexPipe
        {
            public PipeReader Input => pipe.Input;

            public PipeWriter Output => pipe.Output;

            public bool IsSecure => false;

            public SslProtocols SslProtocol => SslProtocols.None;

            public Task UpgradeAsync(X509Certificate certificate, SslProtocols protocols, CancellationToken cancellationToken) =>
                throw new NotSupportedException("Offer no STARTTLS.");

            public void Dispose() => pipe.Dispose();
        }
    }
    // }
}
