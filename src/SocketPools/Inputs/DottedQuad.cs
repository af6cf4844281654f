namespace SocketPools.Inputs;

/// <summary>
/// IPv4 addresses as inet_pton(3) takes them: four decimal numbers of 0..255 without leading zeros. The other spellings that
/// getaddrinfo knows (<c>127.1</c>, <c>0x7f.1</c>) are left to it.
/// </summary>
internal static class DottedQuad
{
    /// <summary>Reads an address as a number, its first byte the highest.</summary>
    internal static bool TryParse(ReadOnlySpan<char> text, out uint address)
    {
        address = 0;
        int parts = 0;
        while (parts < 4)
        {
            int length = 0;
            uint value = 0;
            while (length < text.Length && char.IsAsciiDigit(text[length]))
            {
                value = (value * 10) + (uint)(text[length] - '0');
                if (++length > 3)
                {
                    return false;
                }
            }

            if (length == 0 || value > 255 || (length > 1 && text[0] == '0'))
            {
                return false;
            }

            address = (address << 8) | value;
            text = text[length..];
            if (++parts < 4)
            {
                if (text.IsEmpty || text[0] != '.')
                {
                    return false;
                }

                text = text[1..];
            }
        }

        return text.IsEmpty;
    }
}
