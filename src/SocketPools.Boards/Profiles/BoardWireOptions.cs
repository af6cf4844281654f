using SocketPools.Stack;

namespace SocketPools.Boards;

/// <summary>A profile's wire behaviour as the options of a stack.</summary>
internal static class BoardWireOptions
{
    // RFC 6335, section 6: both ports of lwIP choose from the dynamic range.
    private const int FirstPort = 49152;
    private const int LastPort = 65535;

    // Boards ask four times in 7 s (0, 1, 2, 4 s). The resolver doubles its wait: three times in 7 s (0, 1, 3 s).
    private const int LookupAttempts = 3;

    internal static StackOptions Apply(BoardProfile profile, StackOptions template)
    {
        BoardWire wire = profile.Wire;
        BoardTransfer transfer = profile.Transfer;
        return template with
        {
            Tcp = template.Tcp with
            {
                SelectiveAcknowledgments = false,
                Timestamps = false,
                WindowScaling = false,
                MaxSegmentSize = wire.MaxSegmentSize,
                ReceiveBuffer = transfer.ReceiveBuffer,
                MaxReceiveBuffer = transfer.ReceiveBuffer,
                SendBuffer = transfer.SendBuffer,
                MaxSendBuffer = transfer.SendBuffer,
                InitialRetransmissionTimeout = wire.SynInterval,
                SynBackoff = false,
                MaxSynRetransmissions = wire.SynCount - 1,
                MinRetransmissionTimeout = wire.RetransmissionTimeout,
                DelayedAckTimeout = wire.DelayedAckTimeout,
                QuickAcks = 0,
                DelayReadAcks = false,
                WindowProbeInterval = wire.WindowProbeInterval,
                WindowProbesCarryData = wire.WindowProbesCarryData,
                PredictableSequenceTick = wire.SequenceTick.Value,
                SequentialPorts = wire.SequentialPorts,
                TimeWaitTimeout = profile.Listening.TimeWaitTimeout,
                FirstEphemeralPort = FirstPort,
                LastEphemeralPort = LastPort,
            },
            Dns = template.Dns with { Timeout = TimeSpan.FromSeconds(1), Attempts = LookupAttempts },
        };
    }
}
