using SocketPools.Stack.Tcp;

namespace SocketPools.Stack.Diagnostics;

// The rows of connections, of which there may be many.
internal sealed partial class SnapshotTaker
{
    // With the gate held numbers are copied; what is text is made without it.
    private void AddConnections()
    {
        ConnectionTable all = sources.Transports.Tcp.Connections;
        List<Tcp.TcpInfo> part = new(RowsAtOnce);
        bool isOver = false;
        for (int place = 0; !isOver;)
        {
            part.Clear();
            using (_stack.Gate.EnterScope())
            {
                for (; place < all.PlaceCount && part.Count < RowsAtOnce; place++)
                {
                    if (all.At(place) is { State: not TcpState.Closed } connection)
                    {
                        part.Add(connection.Info());
                        _gaps = Math.Max(_gaps, connection.GapCount);
                    }
                }

                isOver = place >= all.PlaceCount;
                PartTaken?.Invoke(part.Count);
            }

            part.ForEach(Add);
        }
    }

    private void Add(Tcp.TcpInfo info)
    {
        _timeWait += info.State == TcpState.TimeWait ? 1 : 0;
        _sockets.Add(new KeyedRow(info.Tuple, new StackSocketInfo
        {
            Protocol = "tcp",
            State = NameOf(info.State),
            ReceiveQueue = info.Unread,
            SendQueue = info.Unsent + info.Unacknowledged,
            Local = End(info.Tuple.Local, info.Tuple.LocalPort),
            Remote = End(info.Tuple.Remote, info.Tuple.RemotePort),
            Socket = NumberOf(info.Owner),
            Tcp = Describe(info),
        }));
    }
}
