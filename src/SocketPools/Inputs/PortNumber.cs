using System.Net;

namespace SocketPools.Inputs;

/// <summary>The range of ports.</summary>
internal static class PortNumber
{
    internal static void ThrowIfInvalid(int port)
    {
        if (port is < IPEndPoint.MinPort or > IPEndPoint.MaxPort)
        {
            throw new ArgumentOutOfRangeException(nameof(port), port, "A port is 0..65535.");
        }
    }
}
