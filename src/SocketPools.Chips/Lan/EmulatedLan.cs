using System.Net;
using SocketPools.Radios;

namespace SocketPools.Chips.Lan;

/// <summary>
/// The servers that a chip's driver expects on its network: DHCP, which gives one address, and DNS at the gateway, which looks names up by
/// the radio's resolver. Immutable; may serve several chips. See <c>WiznetChipOptions.Lan</c>.
/// </summary>
public sealed class EmulatedLan
{
    private const int DhcpClientPort = 68;
    private const int DhcpServerPort = 67;
    private const int DnsPort = 53;
    private const int MostQuestionsAtOnce = 16;

    private readonly Radio _radio;
    private int _questions;

    /// <summary>Creates the servers of the emulated network.</summary>
    /// <param name="radio">Whose resolver answers for names.</param>
    public EmulatedLan(Radio radio)
    {
        ArgumentNullException.ThrowIfNull(radio);
        _radio = radio;
    }

    /// <summary>The address that DHCP gives to the chip. 192.0.2.10 (TEST-NET-1) by default.</summary>
    public IPAddress Address { get; init; } = IPAddress.Parse("192.0.2.10");

    /// <summary>The network's mask. 255.255.255.0 by default.</summary>
    public IPAddress SubnetMask { get; init; } = IPAddress.Parse("255.255.255.0");

    /// <summary>The gateway, which is the DHCP and the DNS server too. 192.0.2.1 by default.</summary>
    public IPAddress Gateway { get; init; } = IPAddress.Parse("192.0.2.1");

    /// <summary>How long a lease lasts. 24 hours by default.</summary>
    public TimeSpan LeaseTime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Whether a local port belongs to the emulated network alone: the DHCP client's.</summary>
    internal static bool Owns(int port) => port == DhcpClientPort;

    /// <summary>Takes a datagram for one of the servers; the answer comes later, on a thread of the pool. False: it is for another host.</summary>
    internal bool TryAnswer(ReadOnlySpan<byte> destination, int port, ReadOnlySpan<byte> datagram, IDatagramReceiver receiver, int localPort)
    {
        if (port == DhcpServerPort)
        {
            Answer(DhcpResponder.Respond(this, datagram), DhcpServerPort, receiver, localPort);
            return true;
        }

        if (port != DnsPort || !destination.SequenceEqual(Gateway.GetAddressBytes()))
        {
            return false;
        }

        if (Interlocked.Increment(ref _questions) > MostQuestionsAtOnce)
        {
            Interlocked.Decrement(ref _questions);
            return true; // lost, as by a busy server
        }

        byte[] question = datagram.ToArray();
        ThreadPool.UnsafeQueueUserWorkItem(_ => Ask(question, receiver, localPort), null);
        return true;
    }

    private async void Ask(byte[] question, IDatagramReceiver receiver, int localPort)
    {
        try
        {
            Answer(await DnsResponder.RespondAsync(_radio, question).ConfigureAwait(false), DnsPort, receiver, localPort);
        }
        finally
        {
            Interlocked.Decrement(ref _questions);
        }
    }

    private void Answer(byte[]? answer, int port, IDatagramReceiver receiver, int localPort)
    {
        if (answer is not null)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => receiver.Deliver(Gateway, port, answer, localPort), null);
        }
    }
}

/// <summary>A socket of a chip, as a server of the LAN sees it.</summary>
internal interface IDatagramReceiver
{
    /// <summary>An answer for the socket with the local port, if there is still one. Called under no lock.</summary>
    void Deliver(IPAddress address, int port, byte[] datagram, int localPort);
}
