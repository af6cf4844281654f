using System.Text;
using Iot.Device.Arduino;
using Iot.Device.Nmea0183;
using SocketPools.Streams;

namespace SocketPools.Recipes.Tests;

/// <summary>Instruments of Iot.Device.Bindings over a stream: docs/recipes/devices.md.</summary>
public sealed class DeviceTests
{
    [Fact]
    public async Task A_GPS_receiver_is_read_over_the_pool()
    {
        TaskCompletionSource isRead = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Far far = new(async stream =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes("$GPGGA,163810,4728.7027,N,00929.9666,E,2,12,0.6,397.4,M,46.8,M,,*4C\r\n"));
            await isRead.Task.WaitAsync(TimeSpan.FromSeconds(120));
        });
        (SocketPool pool, string host, int port) = (far.Pool, Far.Host, far.Port);
        TaskCompletionSource<string> sentence = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

        // {
        PoolSocketStream stream = await pool.ConnectStreamAsync(host, port, TimeSpan.FromSeconds(5));
        using NmeaParser gps = new("gps", stream, stream);
        gps.OnNewSequence += (_, message) => sentence.TrySetResult(message.ToReadableContent());
        gps.OnParserError += (_, _, error) =>
        {
            // Without this the parser's thread spins after the peer's end.
            if (error == NmeaError.PortClosed && stopped.TrySetResult())
            {
                ThreadPool.QueueUserWorkItem(_ => gps.StopDecode());
            }
        };
        gps.StartDecode();
        // }
        Assert.Contains("47", await sentence.Task.WaitAsync(TimeSpan.FromSeconds(120)), StringComparison.Ordinal);
        isRead.SetResult();
        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(120));
        Assert.Equal(0, pool.OpenCount);
    }

    [Fact]
    public async Task A_board_with_Firmata_says_its_firmware_over_the_pool()
    {
        PageCode.AssertRunsHere("docs/recipes/devices.md");
        await using Far far = new(AnswerAsBoardAsync);
        (SocketPool pool, string host, int port) = (far.Pool, Far.Host, far.Port);

        // {
        using ArduinoBoard board = new(await pool.ConnectStreamAsync(host, port, TimeSpan.FromSeconds(5)));
        string firmware = $"{board.FirmwareName} {board.FirmwareVersion}";
        // }
        Assert.Equal("lab 2.10", firmware);
    }

    /// <summary>As much of Firmata as the library asks for before it is ready: version, firmware, capabilities, analog mapping.</summary>
    private static async Task AnswerAsBoardAsync(Stream stream)
    {
        byte[] buffer = new byte[1000];
        List<byte> message = [];
        while (await stream.ReadAsync(buffer) is var count and > 0)
        {
            foreach (byte value in buffer.AsSpan(0, count).ToArray())
            {
                message.Add(value);
                byte[]? answer = message switch
                {
                    [.., 0xF9] => [0xF9, 2, 6],
                    [.., 0xF0, 0x79, 0xF7] => [0xF0, 0x79, 2, 10, (byte)'l', 0, (byte)'a', 0, (byte)'b', 0, 0xF7],
                    [.., 0xF0, 0x6B, 0xF7] => [0xF0, 0x6C, 0, 1, 1, 1, 0x7F, 0, 1, 1, 1, 0x7F, 0xF7],
                    [.., 0xF0, 0x69, 0xF7] => [0xF0, 0x6A, 0x7F, 0x7F, 0xF7],
                    _ => null,
                };
                if (answer is not null)
                {
                    message.Clear();
                    await stream.WriteAsync(answer);
                }
            }
        }
    }
}
