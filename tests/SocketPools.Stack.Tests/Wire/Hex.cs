namespace SocketPools.Stack.Tests.Wire;

/// <summary>Packets as RFCs and captures print them.</summary>
internal static class Hex
{
    internal static byte[] Bytes(string text) => Convert.FromHexString(string.Concat(text.Where(char.IsAsciiHexDigit)));
}
