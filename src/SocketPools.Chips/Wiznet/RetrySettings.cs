namespace SocketPools.Chips.Wiznet;

/// <summary>
/// The chip's retransmission: RTR in units of 100 µs, doubled after each try up to 16 bits, and RCR, how many tries follow the first.
/// </summary>
/// <param name="Time">RTR, 0..65535.</param>
/// <param name="Count">RCR, 0..255.</param>
internal readonly record struct RetrySettings(int Time, int Count)
{
    private const int Most = 0xFFFF;

    /// <summary>An address without an ARP reply: all tries last the same.</summary>
    internal TimeSpan ArpTimeout => Of((long)Time * (Count + 1));

    /// <summary>A SYN, a FIN or data without an acknowledgment.</summary>
    internal TimeSpan TcpTimeout
    {
        get
        {
            long sum = 0;
            long step = Time;
            for (int i = 0; i <= Count; i++)
            {
                sum += step;
                step = step * 2 > Most ? step : step * 2;
            }

            return Of(sum);
        }
    }

    private static TimeSpan Of(long units) => TimeSpan.FromMicroseconds(units * 100);
}
