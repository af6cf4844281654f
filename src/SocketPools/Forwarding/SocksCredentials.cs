using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace SocketPools.Forwarding;

/// <summary>The user name and the password of RFC 1929, as bytes.</summary>
internal sealed class SocksCredentials
{
    private readonly byte[] _userName;
    private readonly byte[] _password;

    private SocksCredentials(byte[] userName, byte[] password) => (_userName, _password) = (userName, password);

    internal static SocksCredentials? From(NetworkCredential? credential)
    {
        if (credential is null)
        {
            return null;
        }

        SocksCredentials made = new(Encoding.UTF8.GetBytes(credential.UserName), Encoding.UTF8.GetBytes(credential.Password));
        return made._userName.Length is >= 1 and <= 255 && made._password.Length is >= 1 and <= 255
            ? made
            : throw new ArgumentException("User name and password of SOCKS have 1 to 255 bytes each (RFC 1929).", nameof(credential));
    }

    /// <summary>Compares in a time that says nothing about where they differ.</summary>
    internal bool Accepts(ReadOnlySpan<byte> userName, ReadOnlySpan<byte> password) =>
        CryptographicOperations.FixedTimeEquals(userName, _userName) & CryptographicOperations.FixedTimeEquals(password, _password);
}
