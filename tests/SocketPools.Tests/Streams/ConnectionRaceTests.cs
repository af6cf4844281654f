using SocketPools.Connections;
using SocketPools.Radios;

namespace SocketPools.Tests.Streams;

/// <summary>Connecting to a host with several addresses, on a clock that the test turns (RFC 8305).</summary>
public sealed class ConnectionRaceTests
{
    private const string A = "10.0.0.1";
    private const string B = "10.0.0.2";
    private const string C = "fd00::1";
    private const string D = "fd00::2";

    [Fact]
    public async Task A_refused_address_is_followed_by_the_next_at_once()
    {
        RaceRadio radio = new(A, B);
        radio.Answer(A, Errno.ECONNREFUSED);
        radio.Answer(B);
        using SocketPool pool = new(radio);
        using PoolSocket socket = await pool.CreateConnectionAsync("host", 80);
        Assert.Equal($"{B}:80", socket.RemoteEndPoint.ToString());
        Assert.Null(socket.Timeout);
        Assert.Equal((1, 1), (radio.Open, pool.OpenCount));
    }

    [Fact]
    public async Task A_silent_address_gets_company_after_a_quarter_of_a_second_and_is_closed_when_that_wins()
    {
        RaceRadio radio = new(A, B, C);
        using SocketPool pool = new(radio);
        Task<PoolSocket> connect = pool.CreateConnectionAsync("host", 80).AsTask();
        radio.Clock.Advance(ConnectionRace.AttemptDelay - TimeSpan.FromMilliseconds(1));
        Assert.Equal([A], radio.Attempts);
        radio.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await radio.NextAttemptAsync();
        await radio.NextAttemptAsync();
        Assert.Equal([A, C], radio.Attempts);
        Assert.Equal(2, radio.Open);
        radio.Answer(C);
        using PoolSocket socket = await connect;
        Assert.Equal($"[{C}]:80", socket.RemoteEndPoint.ToString());
        Assert.Equal((1, 1), (radio.Open, pool.OpenCount));
    }

    [Fact]
    public async Task A_slow_first_address_may_still_win()
    {
        RaceRadio radio = new(A, B);
        using SocketPool pool = new(radio);
        Task<PoolSocket> connect = pool.CreateConnectionAsync("host", 80).AsTask();
        await radio.Clock.PassAttemptDelayAsync();
        await radio.NextAttemptAsync();
        await radio.NextAttemptAsync();
        radio.Answer(A);
        using PoolSocket socket = await connect;
        Assert.Equal($"{A}:80", socket.RemoteEndPoint.ToString());
        Assert.Equal((1, 1), (radio.Open, pool.OpenCount));
    }

    [Theory]
    [InlineData(new[] { A, B, C, D }, new[] { A, C, B, D })]
    [InlineData(new[] { C, D, A, B }, new[] { C, A, D, B })]
    [InlineData(new[] { A, B, "10.0.0.3", C }, new[] { A, C, B, "10.0.0.3" })]
    [InlineData(new[] { C, D }, new[] { C, D })]
    public async Task Families_take_turns_beginning_with_the_preferred(string[] rows, string[] order)
    {
        RaceRadio radio = new(rows);
        Array.ForEach(rows, row => radio.Answer(row, Errno.EHOSTUNREACH));
        using SocketPool pool = new(radio);
        PoolSocketException e = await Assert.ThrowsAsync<PoolSocketException>(async () => await pool.CreateConnectionAsync("host", 80));
        Assert.Equal(order, radio.Attempts);
        Assert.Equal(Errno.EHOSTUNREACH, e.Errno);
        Assert.Equal((0, 0), (radio.Open, pool.OpenCount));
    }

    [Fact]
    public async Task Of_two_that_answer_at_once_one_is_returned_and_the_other_closed()
    {
        for (int round = 0; round < 100; round++)
        {
            RaceRadio radio = new(A, B);
            using SocketPool pool = new(radio);
            Task<PoolSocket> connect = pool.CreateConnectionAsync("host", 80).AsTask();
            await radio.Clock.PassAttemptDelayAsync();
            await radio.NextAttemptAsync();
            await radio.NextAttemptAsync();
            Parallel.Invoke(() => radio.Answer(A), () => radio.Answer(B));
            using PoolSocket socket = await connect;
            Assert.Equal((1, 1), (radio.Open, pool.OpenCount));
            Assert.NotEqual(Diagnostics.SocketState.Closed, socket.State);
        }
    }

    [Fact]
    public async Task When_no_address_answers_the_reason_of_the_first_is_told_and_the_others_beside_it()
    {
        RaceRadio radio = new(A, B, C);
        radio.Answer(A, Errno.ECONNREFUSED);
        radio.Answer(B, Errno.ENETUNREACH);
        radio.Answer(C, Errno.EHOSTUNREACH);
        using SocketPool pool = new(radio);
        PoolSocketException e = await Assert.ThrowsAsync<PoolSocketException>(async () => await pool.CreateConnectionAsync("host", 80));
        Assert.Equal((Errno.ECONNREFUSED, "connect", $"{A}:80"), (e.Errno, e.Operation, e.Remote.ToString()));
        Assert.Contains("\"host\"", e.Message, StringComparison.Ordinal);
        Assert.Contains("ENETUNREACH", e.Message, StringComparison.Ordinal);
        Assert.Contains("EHOSTUNREACH", e.Message, StringComparison.Ordinal);
        Assert.Equal((0, 0), (radio.Open, pool.OpenCount));
    }

    [Fact]
    public async Task A_family_that_the_radio_has_not_is_passed_over()
    {
        RaceRadio radio = new(C, A) { Missing = System.Net.Sockets.AddressFamily.InterNetworkV6 };
        radio.Answer(A);
        using SocketPool pool = new(radio);
        using PoolSocket socket = await pool.CreateConnectionAsync("host", 80);
        Assert.Equal([A], radio.Attempts);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cancelled_race_leaves_no_socket_behind(bool duringLookUp)
    {
        RaceRadio radio = new(A, B) { LookUpTakes = duringLookUp ? TimeSpan.FromSeconds(1) : default };
        using SocketPool pool = new(radio);
        using CancellationTokenSource cancel = new();
        Task<PoolSocket> connect = pool.CreateConnectionAsync("host", 80, TimeSpan.FromSeconds(30), cancel.Token).AsTask();
        if (!duringLookUp)
        {
            await radio.Clock.PassAttemptDelayAsync();
            await radio.NextAttemptAsync();
            await radio.NextAttemptAsync();
        }

        await cancel.CancelAsync();
        OperationCanceledException e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connect);
        Assert.Equal(cancel.Token, e.CancellationToken);
        Assert.Equal((0, 0), (radio.Open, pool.OpenCount));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await pool.CreateConnectionAsync("host", 80, null, cancel.Token));
    }

    [Fact]
    public async Task The_lookup_and_the_attempts_share_one_deadline()
    {
        RaceRadio radio = new(A, B) { LookUpTakes = TimeSpan.FromSeconds(0.6) };
        using SocketPool pool = new(radio);
        Task<PoolSocket> connect = pool.CreateConnectionAsync("host", 80, TimeSpan.FromSeconds(1)).AsTask();
        radio.Clock.Advance(TimeSpan.FromSeconds(0.6));
        await radio.Clock.PassAttemptDelayAsync();
        await radio.NextAttemptAsync();
        await radio.NextAttemptAsync();
        Assert.False(connect.IsCompleted);
        radio.Clock.Advance(TimeSpan.FromSeconds(0.15));
        PoolSocketException e = await Assert.ThrowsAsync<PoolSocketException>(() => connect);
        Assert.Equal((Errno.ETIMEDOUT, TimeSpan.FromSeconds(1)), (e.Errno, e.Elapsed));
        Assert.Equal((0, 0), (radio.Open, pool.OpenCount));
    }

    [Fact]
    public async Task A_lookup_that_takes_too_long_is_a_timeout()
    {
        RaceRadio radio = new(A) { LookUpTakes = TimeSpan.FromSeconds(2) };
        using SocketPool pool = new(radio);
        Task<PoolSocket> connect = pool.CreateConnectionAsync("host", 80, TimeSpan.FromSeconds(1)).AsTask();
        radio.Clock.Advance(TimeSpan.FromSeconds(1));
        PoolSocketException e = await Assert.ThrowsAsync<PoolSocketException>(() => connect);
        Assert.Equal((Errno.ETIMEDOUT, "getaddrinfo"), (e.Errno, e.Operation));
        Assert.Empty(radio.Attempts);
    }

    [Fact]
    public async Task When_the_time_is_up_it_says_so_also_after_a_refusal()
    {
        RaceRadio radio = new(A, B);
        radio.Answer(A, Errno.ECONNREFUSED);
        using SocketPool pool = new(radio);
        Task<PoolSocket> connect = pool.CreateConnectionAsync("host", 80, TimeSpan.FromSeconds(1)).AsTask();
        await radio.NextAttemptAsync();
        await radio.NextAttemptAsync();
        radio.Clock.Advance(TimeSpan.FromSeconds(1));
        PoolSocketException e = await Assert.ThrowsAsync<PoolSocketException>(() => connect);
        Assert.Equal((Errno.ETIMEDOUT, $"{B}:80"), (e.Errno, e.Remote.ToString()));
        Assert.Contains("ECONNREFUSED", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_time_it_fails_with_EINPROGRESS_and_leaves_nothing()
    {
        RaceRadio radio = new(A, B);
        using SocketPool pool = new(radio);
        PoolSocketException e = await Assert.ThrowsAsync<PoolSocketException>(async () => await pool.CreateConnectionAsync("host", 80, TimeSpan.Zero));
        Assert.Equal(Errno.EINPROGRESS, e.Errno);
        Assert.Equal((0, 0), (radio.Open, pool.OpenCount));
    }

    [Fact]
    public async Task With_one_place_left_the_addresses_are_tried_one_after_the_other()
    {
        RaceRadio radio = new(A, B) { MaxSockets = 2 };
        using SocketPool pool = new(radio);
        using PoolSocket other = pool.CreateSocket();
        Task<PoolSocket> connect = pool.CreateConnectionAsync("host", 80).AsTask();
        await radio.Clock.PassAttemptDelayAsync();
        await radio.Clock.PassAttemptDelayAsync();
        Assert.Equal([A], radio.Attempts);
        radio.Answer(A, Errno.ECONNREFUSED);
        radio.Answer(B);
        using PoolSocket socket = await connect;
        Assert.Equal([A, B], radio.Attempts);
        Assert.Equal(0, pool.ExhaustedCount);
    }

    [Fact]
    public async Task A_place_that_becomes_free_is_used_for_the_next_address()
    {
        RaceRadio radio = new(A, B) { MaxSockets = 2 };
        using SocketPool pool = new(radio);
        PoolSocket other = pool.CreateSocket();
        Task<PoolSocket> connect = pool.CreateConnectionAsync("host", 80).AsTask();
        await radio.Clock.PassAttemptDelayAsync();
        await radio.Clock.AttemptDelayAsync();
        other.Close();
        radio.Clock.Advance(ConnectionRace.AttemptDelay);
        await radio.NextAttemptAsync();
        await radio.NextAttemptAsync();
        radio.Answer(B);
        using PoolSocket socket = await connect;
        Assert.Equal($"{B}:80", socket.RemoteEndPoint.ToString());
        Assert.Equal((1, 1), (radio.Open, pool.OpenCount));
    }

    [Fact]
    public async Task A_full_pool_says_who_holds_the_places()
    {
        RaceRadio radio = new(A, B) { MaxSockets = 1 };
        using SocketPool pool = new(radio);
        using PoolSocket other = pool.CreateSocket();
        OutOfSocketsException e = await Assert.ThrowsAsync<OutOfSocketsException>(async () => await pool.CreateConnectionAsync("host", 80));
        Assert.Equal(other.Id, Assert.Single(e.Holders).Id);
        Assert.Empty(radio.Attempts);
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_and_wrong_arguments_are_told()
    {
        RaceRadio radio = new();
        SocketPool pool = new(radio);
        AddressInfoException e = await Assert.ThrowsAsync<AddressInfoException>(async () => await pool.CreateConnectionAsync("host", 80));
        Assert.Equal(AddressInfoError.NoName, e.Error);
        await Assert.ThrowsAsync<ArgumentNullException>("host", async () => await pool.CreateConnectionAsync(null!, 80));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>("port", async () => await pool.CreateConnectionAsync("host", 65_536));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>("timeout", async () => await pool.CreateConnectionAsync("host", 80, TimeSpan.FromSeconds(-1)));
        pool.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await pool.CreateConnectionAsync("host", 80));
    }

    [Fact]
    public async Task Disposing_the_pool_ends_the_race()
    {
        RaceRadio radio = new(A, B, C);
        SocketPool pool = new(radio);
        Task<PoolSocket> connect = pool.CreateConnectionAsync("host", 80).AsTask();
        pool.Dispose();
        PoolSocketException e = await Assert.ThrowsAsync<PoolSocketException>(() => connect);
        Assert.Equal(Errno.EBADF, e.Errno);
        Assert.Equal((0, 0), (radio.Open, pool.OpenCount));
    }
}
