using System.Text;
using Renci.SshNet;
using SocketPools.Forwarding;

namespace SocketPools.Recipes.Tests;

/// <summary>SSH.NET has no hook for its sockets, and speaks SOCKS5 itself: docs/recipes/ssh.md.</summary>
public sealed class SshTests
{
    [Fact]
    public async Task SSH_NET_reaches_sshd_through_a_forwarder()
    {
        PageCode.AssertRunsHere("docs/recipes/ssh.md");
        await using LabServer server = await StartAsync();
        (SocketPool pool, string host, int port) = (server.Pool, LabServer.Host, server.Port);
        using PrivateKeyFile key = new(Path.Combine(server.Folder, "client"));
        string name = Environment.UserName;

        // {
        await using SocketForwarder forwarder = SocketForwarder.FromLoopback(pool, host, port);
        using SshClient ssh = new("127.0.0.1", forwarder.LocalEndPoint.Port, name, key);
        await ssh.ConnectAsync(CancellationToken.None);
        using SshCommand command = ssh.RunCommand("echo over the pool");
        // }
        Assert.Equal("over the pool\n", command.Result);
        Assert.Equal(1, pool.OpenCount);
    }

    [Fact]
    public async Task SFTP_carries_a_file_both_ways_through_SOCKS()
    {
        await using LabServer server = await StartAsync();
        await using SocketForwarder forwarder = SocketForwarder.StartSocks(server.Pool);
        using PrivateKeyFile key = new(Path.Combine(server.Folder, "client"));
        ConnectionInfo info = new(
            LabServer.Host, server.Port, Environment.UserName, ProxyTypes.Socks5, "127.0.0.1", forwarder.LocalEndPoint.Port, "", "",
            new PrivateKeyAuthenticationMethod(Environment.UserName, key));
        using SftpClient sftp = new(info);
        await sftp.ConnectAsync(CancellationToken.None);
        byte[] data = new byte[3_000_000];
        new Random(17).NextBytes(data);
        string path = Path.Combine(server.Folder, "file");
        sftp.UploadFile(new MemoryStream(data), path);
        using MemoryStream back = new();
        sftp.DownloadFile(path, back);
        Assert.Equal(data, back.ToArray());
        sftp.Disconnect();
        Assert.Equal(1, forwarder.GetCounters().ConnectionsOpened);
    }

    private static async Task<LabServer> StartAsync()
    {
        string sshd = LabServer.Require("openssh-server", "/usr/sbin/sshd");
        string keygen = LabServer.Require("openssh-client", "/usr/bin/ssh-keygen");
        string sftp = LabServer.Require("openssh-sftp-server", "/usr/lib/openssh/sftp-server");
        LabServer server = new();
        string folder = server.Folder;
        foreach (string key in new[] { "host", "client" })
        {
            ProgramRun.Result made = await ProgramRun.RunAsync(keygen, ["-q", "-t", "ed25519", "-N", "", "-f", Path.Combine(folder, key)]);
            Assert.True(made.ExitCode == 0, made.Error);
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "config"), $"""
            Port {server.Port}
            ListenAddress 127.0.0.1
            HostKey {folder}/host
            AuthorizedKeysFile {folder}/client.pub
            PidFile none
            StrictModes no
            UsePAM no
            PermitRootLogin yes
            PasswordAuthentication no
            Subsystem sftp {sftp}

            """, new UTF8Encoding(false));
        if (Environment.IsPrivilegedProcess)
        {
            // Where sshd puts its unprivileged half; Debian's start script makes it.
            Directory.CreateDirectory("/run/sshd");
        }

        server.Start(sshd, ["-D", "-e", "-f", Path.Combine(folder, "config")]);
        await server.PublishAsync();
        return server;
    }
}
