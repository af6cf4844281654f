namespace SocketPools.Chips.Wiznet;

/// <summary>Offsets in a socket's register block, the same on W5500 and W5100S (data sheets, "Socket Register").</summary>
internal static class SocketRegister
{
    internal const int Mode = 0x00;
    internal const int Command = 0x01;
    internal const int Interrupt = 0x02;
    internal const int Status = 0x03;
    internal const int Port = 0x04;
    internal const int DestinationHardware = 0x06;
    internal const int DestinationAddress = 0x0C;
    internal const int DestinationPort = 0x10;
    internal const int SegmentSize = 0x12;
    internal const int TypeOfService = 0x15;
    internal const int TimeToLive = 0x16;
    internal const int ReceiveSize = 0x1E;
    internal const int TransmitSize = 0x1F;
    internal const int TransmitFree = 0x20;
    internal const int TransmitRead = 0x22;
    internal const int TransmitWrite = 0x24;
    internal const int Received = 0x26;
    internal const int ReceiveRead = 0x28;
    internal const int ReceiveWrite = 0x2A;
    internal const int InterruptMask = 0x2C;
    internal const int Fragment = 0x2D;
    internal const int KeepAlive = 0x2F;
    internal const int Count = 0x30;
}

/// <summary>What Sn_CR takes.</summary>
internal static class SocketCommand
{
    internal const byte Open = 0x01;
    internal const byte Listen = 0x02;
    internal const byte Connect = 0x04;
    internal const byte Disconnect = 0x08;
    internal const byte Close = 0x10;
    internal const byte Send = 0x20;
    internal const byte SendMac = 0x21;
    internal const byte SendKeep = 0x22;
    internal const byte Receive = 0x40;
}

/// <summary>What Sn_SR shows.</summary>
internal static class SocketStatus
{
    internal const byte Closed = 0x00;
    internal const byte Init = 0x13;
    internal const byte Listen = 0x14;
    internal const byte SynSent = 0x15;
    internal const byte SynReceived = 0x16;
    internal const byte Established = 0x17;
    internal const byte FinWait = 0x18;
    internal const byte Closing = 0x1A;
    internal const byte TimeWait = 0x1B;
    internal const byte CloseWait = 0x1C;
    internal const byte LastAck = 0x1D;
    internal const byte Udp = 0x22;
}

/// <summary>The bits of Sn_IR and Sn_IMR.</summary>
internal static class SocketInterrupt
{
    internal const byte Connected = 0x01;
    internal const byte Disconnected = 0x02;
    internal const byte Received = 0x04;
    internal const byte Timeout = 0x08;
    internal const byte SendOk = 0x10;
    internal const byte All = 0x1F;
}

/// <summary>The low four bits of Sn_MR.</summary>
internal static class SocketProtocol
{
    internal const byte Mask = 0x0F;
    internal const byte Tcp = 0x01;
    internal const byte Udp = 0x02;

    /// <summary>Sn_MR: a UDP socket that joins the group in Sn_DIPR when it opens.</summary>
    internal const byte Multicast = 0x80;
}
