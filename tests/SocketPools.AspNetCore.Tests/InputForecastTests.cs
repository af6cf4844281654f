using SocketPools.AspNetCore.Transport;

namespace SocketPools.AspNetCore.Tests;

/// <summary>When a connection looks for the rest of a request before the application runs.</summary>
public sealed class InputForecastTests
{
    private InputForecast _forecast;

    [Fact]
    public void A_connection_whose_requests_come_whole_never_looks()
    {
        for (int i = 0; i < 20; i++)
        {
            Assert.False(Receive(hasAnswered: true, 16_000 - (i * 100)));
        }
    }

    [Fact]
    public void After_a_request_in_two_parts_the_first_part_of_the_next_makes_it_look_and_the_whole_does_not()
    {
        Assert.False(Receive(hasAnswered: true, 4096));
        Assert.False(Receive(hasAnswered: false, 12_000));
        Assert.True(Receive(hasAnswered: true, 4096));
        _forecast.Add(12_000);
        _forecast.Note(hasFound: true);
        Assert.False(_forecast.ExpectsMore);
        Assert.False(Receive(hasAnswered: true, 16_096));
    }

    [Fact]
    public void A_request_of_more_than_32_KiB_is_received_and_read_side_by_side()
    {
        Receive(hasAnswered: true, 4096);
        Receive(hasAnswered: false, InputForecast.MaxBytes);
        Assert.False(Receive(hasAnswered: true, 4096));
    }

    /// <summary>A peer that sends its parts with pauses, or many messages without an answer.</summary>
    [Fact]
    public void Where_looking_is_in_vain_one_request_in_four_looks_at_most()
    {
        int looks = 0;
        Receive(hasAnswered: true, 4096);
        Receive(hasAnswered: false, 4096);
        for (int i = 0; i < 1000; i++)
        {
            if (Receive(hasAnswered: true, 4096))
            {
                looks++;
                _forecast.Note(hasFound: false);
            }

            Receive(hasAnswered: false, 4096);
        }

        Assert.InRange(looks, 200, 250);
    }

    [Fact]
    public void Nothing_received_is_no_first_part()
    {
        Receive(hasAnswered: true, 4096);
        Receive(hasAnswered: false, 4096);
        _forecast.Begin(hasAnswered: true);
        Assert.False(_forecast.ExpectsMore);
    }

    private bool Receive(bool hasAnswered, int bytes)
    {
        _forecast.Begin(hasAnswered);
        _forecast.Add(bytes);
        return _forecast.ExpectsMore;
    }
}
