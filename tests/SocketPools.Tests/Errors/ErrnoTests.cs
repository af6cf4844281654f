using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Tests.Errors;

public sealed class ErrnoTests
{
    public static TheoryData<Errno> All => [.. Enum.GetValues<Errno>()];

    [Theory, MemberData(nameof(All))]
    public void Every_errno_has_a_text_and_a_SocketError(Errno errno)
    {
        PoolSocketException error = new(errno, "recv_into");
        Assert.Contains($" ({errno})", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(": error (", error.Message, StringComparison.Ordinal);
        Assert.Equal((int)errno, error.ErrorCode);
        Assert.Equal(errno == Errno.EIO, error.SocketErrorCode == SocketError.SocketError);
    }

    [Fact]
    public void A_number_without_a_name_is_shown_as_it_is()
    {
        PoolSocketException error = new((Errno)132, "send");
        Assert.Contains("errno 132", error.Message, StringComparison.Ordinal);
        Assert.Equal(132, error.ErrorCode);
    }
}
