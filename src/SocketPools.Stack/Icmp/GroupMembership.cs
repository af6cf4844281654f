using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.IP;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Icmp;

/// <summary>
/// What an interface reports to routers about the multicast groups that it listens to: IGMP version 2 (RFC 2236) and MLD version 2
/// (RFC 3810), whole groups without lists of sources. Where a router speaks version 1 of either, so does this host (RFC 2236, section 4;
/// RFC 3810, section 8.2.1).
/// </summary>
/// <remarks>A report of another host does not suppress ours: routers and switches that look into reports do not mind, and RFC 3810 gave it up.</remarks>
internal sealed class GroupMembership(StackCore stack, NetworkInterface owner) : IGroupObserver
{
    // RFC 2236, section 8.11; RFC 3810, section 9.12: 2 * 125 s + 10 s.
    private static readonly TimeSpan s_igmpVersion1Timeout = TimeSpan.FromSeconds(400);
    private static readonly TimeSpan s_mldVersion1Timeout = TimeSpan.FromSeconds(260);

    // When each group is reported next.
    private readonly Dictionary<IPAddressValue, StackTimer> _groups = [];

    // Until when routers are taken to speak version 1, on the stack's clock.
    private long _igmpVersion1Until = long.MinValue;
    private long _mldVersion1Until = long.MinValue;

    /// <summary>Unsolicited, and once more after a random while (RFC 2236, section 3; RFC 3810, section 6.1).</summary>
    public void OnJoined(IPAddressValue group)
    {
        StackTimer timer = new(() => Report(group, MldRecordType.IsExclude));
        _groups.Add(group, timer);
        if (IsReported(group))
        {
            Report(group, MldRecordType.ToExclude);
            SetTimer(timer, TimeSpan.FromSeconds(1));
        }
    }

    public void OnLeft(IPAddressValue group)
    {
        if (_groups.Remove(group, out StackTimer? timer))
        {
            stack.Timers.Remove(timer);
        }

        if (IsReported(group))
        {
            Report(group, MldRecordType.ToInclude);
        }
    }

    /// <summary>A query of a router's (IGMP): each group answers after a random while.</summary>
    internal void Receive(in IgmpView view)
    {
        if (view.Type == IgmpType.Query)
        {
            if (view.IsVersion1)
            {
                _igmpVersion1Until = stack.Timers.Now + stack.Timers.Ticks(s_igmpVersion1Timeout);
            }

            // A query of version 1 asks for all, whatever stands where later versions have a group.
            AnswerQuery(view.IsVersion1 ? IPAddressValue.Any(view.Group.Family) : view.Group, view.MaxResponseTime);
        }
    }

    /// <summary>A query of a router's (MLD).</summary>
    internal void Receive(in ReceivedPacket packet, Frame frame)
    {
        frame.Push(packet.HeaderLength);
        if (IPv6View.TryRead(frame.Head, frame.Length, out IPv6View header)
            && Icmpv6View.TryRead(frame.Head[packet.HeaderLength..], out Icmpv6View message)
            && MldView.TryRead(message, header, out MldView view) && (view.IsVersion1 || view.IsVersion2))
        {
            if (view.IsVersion1)
            {
                _mldVersion1Until = stack.Timers.Now + stack.Timers.Ticks(s_mldVersion1Timeout);
            }

            AnswerQuery(view.Group, view.MaxResponseTime);
        }

        frame.Pull(packet.HeaderLength);
    }

    private void AnswerQuery(IPAddressValue asked, int milliseconds)
    {
        foreach ((IPAddressValue address, StackTimer timer) in _groups)
        {
            if (address.Family == asked.Family && (asked.IsUnspecified || asked == address) && IsReported(address))
            {
                SetTimer(timer, TimeSpan.FromMilliseconds(Math.Max(milliseconds, 1)));
            }
        }
    }

    private void SetTimer(StackTimer timer, TimeSpan longest)
    {
        long due = stack.Timers.Now + stack.Timers.Ticks(longest * stack.Random.NextDouble());
        if (!timer.IsSet || due < timer.Due)
        {
            stack.Timers.Set(timer, due);
        }
    }

    /// <summary>RFC 2236, section 6, and RFC 3810, section 6: the groups of all hosts are never reported, nor those of this host alone.</summary>
    private bool IsReported(in IPAddressValue address) =>
        !owner.IsLoopback && address != IPAddressValue.AllHosts && address != IPAddressValue.AllNodes && !(address.IsIPv6 && address.MulticastScope < 2);

    private void Report(IPAddressValue group, MldRecordType type)
    {
        if (group.IsIPv4)
        {
            ReportIgmp(group, isLeave: type == MldRecordType.ToInclude);
        }
        else
        {
            ReportMld(group, type);
        }
    }

    private void ReportIgmp(in IPAddressValue group, bool isLeave)
    {
        bool isVersion1 = stack.Timers.Now < _igmpVersion1Until;
        if (isLeave && isVersion1)
        {
            return; // version 1 has no such message
        }

        Frame frame = Frame.Rent();
        IPAddressValue destination = isLeave ? IPAddressValue.AllRoutersIPv4 : group;
        IPAddressValue source = owner.SourceFor(destination);
        IgmpType type = isLeave ? IgmpType.Leave : isVersion1 ? IgmpType.ReportV1 : IgmpType.Report;
        new IgmpMessage(type, group).Write(frame.Append(IgmpMessage.Length));
        IPv4Header header = new(source.HasValue ? source : IPAddressValue.Any(group.Family), destination, IPProtocol.Igmp, frame.Length)
        {
            TimeToLive = 1,
            HasRouterAlert = true,
        };
        header.Write(frame.Push(header.Length));
        owner.SendPacket(frame, destination);
    }

    private void ReportMld(in IPAddressValue group, MldRecordType type)
    {
        // RFC 3590: from the unspecified address while there is none of the link yet.
        Frame frame = Frame.Rent();
        IPAddressValue local = owner.SourceFor(IPAddressValue.AllMldV2Routers);
        local = local.HasValue && local.IsLinkLocal ? local : IPAddressValue.Any(group.Family);
        IPAddressValue destination = IPAddressValue.AllMldV2Routers;
        if (stack.Timers.Now < _mldVersion1Until)
        {
            bool isDone = type == MldRecordType.ToInclude;
            destination = isDone ? IPAddressValue.AllRouters : group;
            MldMessage message = new(isDone ? Icmpv6Type.ListenerDone : Icmpv6Type.ListenerReport, group);
            message.Write(frame.Append(MldMessage.Length), local, destination);
        }
        else
        {
            MldV2Report.Write(frame.Append(MldV2Report.LengthOf(1)), [new MldRecord(type, group)], local, destination);
        }

        IPv6RouterAlert.Write(frame.Push(IPv6RouterAlert.Length), IPProtocol.Icmpv6);
        new IPv6Header(local, destination, IPProtocol.HopByHop, frame.Length) { HopLimit = 1 }.Write(frame.Push(IPv6Header.Length));
        owner.SendPacket(frame, destination);
    }
}
