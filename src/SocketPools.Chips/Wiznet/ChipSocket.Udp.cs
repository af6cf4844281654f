using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using SocketPools.Chips.Lan;
using SocketPools.Radios;

namespace SocketPools.Chips.Wiznet;

/// <summary>UDP as the chip shows it: each datagram in the receive buffer behind 8 bytes of address, port and length.</summary>
internal sealed partial class ChipSocket : IDatagramReceiver
{
    private const int HeaderLength = 8;
    private const int DefaultDatagramSize = 1472;
    private const int MostDatagramsAtOnce = 64;

    // A port of the emulated LAN's servers alone: nothing of the radio is behind it.
    private bool _virtualPort;

    private int DatagramSize => Word(SocketRegister.SegmentSize) is > 0 and <= DefaultDatagramSize and int set ? set : DefaultDatagramSize;

    void IDatagramReceiver.Deliver(IPAddress address, int port, byte[] datagram, int localPort) => _chip.Enter(() =>
    {
        if (localPort == Port && _chip.IsLinkUpUnsynchronized)
        {
            Deliver(address.GetAddressBytes(), port, datagram);
        }
    });

    private void Deliver(ReadOnlySpan<byte> address, int port, ReadOnlySpan<byte> datagram)
    {
        if (_status != SocketStatus.Udp || datagram.Length > DefaultDatagramSize || HeaderLength + datagram.Length > ReceiveRoom)
        {
            return; // the chip reassembles nothing, and drops what does not fit
        }

        Span<byte> header = stackalloc byte[HeaderLength];
        address.CopyTo(header);
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], (ushort)port);
        BinaryPrimitives.WriteUInt16BigEndian(header[6..], (ushort)datagram.Length);
        Put(header);
        Put(datagram);
        Raise(SocketInterrupt.Received);
    }

    private bool OpenDatagrams()
    {
        _virtualPort = _chip.Options.Lan is not null && EmulatedLan.Owns(Port);
        if (_virtualPort)
        {
            return true;
        }

        // A port from the dynamic range was chosen by the driver for itself; any other one will do as well.
        RadioSocket? socket = _chip.OpenBound(SocketType.Dgram, Port, anyPort: Port >= 49152, receiveBuffer: 0);
        if (socket is null)
        {
            return false;
        }

        Carry(socket);
        if ((_registers[SocketRegister.Mode] & SocketProtocol.Multicast) != 0)
        {
            Span<byte> request = stackalloc byte[8];
            Destination.CopyTo(request);
            RadioResult joined = socket.SetOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, request);
            if (joined.Failed)
            {
                _chip.Refused("join a group", joined);
            }
        }

        return true;
    }

    private void Send()
    {
        if (_status == SocketStatus.Udp)
        {
            SendDatagrams();
        }
        else if (_status is SocketStatus.Established or SocketStatus.CloseWait)
        {
            SendStream();
        }
    }

    private void SendDatagrams()
    {
        int count = Math.Min((ushort)(TransmitWrite - _transmitRead), TransmitSize);
        if (_chip.IsLinkUpUnsynchronized && _chip.Options.Lan?.TryAnswer(Destination, DestinationPort, CopyTransmit(count), this, Port) == true)
        {
            SentDatagrams();
        }
        else if (!_chip.IsLinkUpUnsynchronized || _virtualPort)
        {
            StartTimer(Pending.Datagram, _chip.Retry.ArpTimeout);
        }
        else if (count == 0)
        {
            SendOne(0);
        }
        else
        {
            _sending = count;
            FlushDatagrams();
        }
    }

    /// <summary>Data longer than the maximum segment size leaves in several datagrams.</summary>
    private void FlushDatagrams()
    {
        while (_sending > 0 && SendOne(Math.Min(_sending, DatagramSize)))
        {
        }
    }

    /// <summary>False when the rest has to wait, or is not sent at all.</summary>
    private bool SendOne(int count)
    {
        RadioResult result = _watch!.Socket.TrySendTo(CopyTransmit(count), new IPSocketAddress(Destination, DestinationPort));
        switch (result.Errno)
        {
            case Errno.EAGAIN:
                _watch.Want(Readiness.Writable);
                return false;
            case Errno.EHOSTUNREACH or Errno.ENETUNREACH or Errno.EHOSTDOWN or Errno.ENETDOWN or Errno.EADDRNOTAVAIL:
                _sending = 0;
                StartTimer(Pending.Datagram, _chip.Retry.ArpTimeout);
                return false;
        }

        _transmitRead += (ushort)count;
        _sending = Math.Max(0, _sending - count);
        if (_sending == 0)
        {
            SentDatagrams();
        }

        return true;
    }

    private void SentDatagrams()
    {
        _transmitRead = TransmitWrite;
        Raise(SocketInterrupt.SendOk);
    }

    private void ServiceDatagrams()
    {
        FlushDatagrams();
        Span<byte> address = stackalloc byte[4];
        for (int i = 0; i < MostDatagramsAtOnce; i++)
        {
            RadioResult result = _watch!.Socket.TryReceiveFrom(_chip.Scratch, out IPSocketAddress remote);
            if (result.Errno == Errno.EAGAIN)
            {
                break;
            }

            if (result.Errno is Errno.EBADF or Errno.EINVAL)
            {
                return;
            }

            if (!result.Failed && remote.WriteAddress(address) == 4)
            {
                Deliver(address, remote.Port, _chip.Scratch.AsSpan(0, result.Count));
            }
        }

        _watch!.Want(Readiness.Readable);
    }
}
