#!/bin/bash
# MQTTnet.Server 5.2.0.1603 (NuGet): a retained message does not expire, and arrives without the identifier of its subscription
#
# Guess: a retained message with a Message Expiry Interval of one second is gone after it (MQTT 5.0, 3.3.2.3.3, MQTT-3.3.2-5), and a
# retained message that is sent because of a subscription with identifier 5 carries that identifier (MQTT-3.3.4-3).
# Observed: after 2.5 s a new subscriber gets it, with its whole interval. The identifier is there for new messages only. Mosquitto
# 2.0.11 sends nothing after the interval.
# Why it matters: the last state of a device that left long ago looks fresh after each reconnect, when the message says that it should not, and
# tests against this broker do not show that the real one drops it.
source "$(dirname "$0")/support/lib.sh"
debian mosquitto=2.0.11-1.2+deb12u2 libmosquitto1=2.0.11-1.2+deb12u2
mosquitto=$(free_port)
printf 'listener %s 127.0.0.1\nallow_anonymous true\n' "$mosquitto" >"$work/mosquitto.conf"
start mosquitto -c "$work/mosquitto.conf"
wait_tcp "$mosquitto"
out=$(MOSQUITTO=$mosquitto PORT=$(free_port) csharp MQTTnet@5.2.0.1603 MQTTnet.Server@5.2.0.1603 <<'CSHARP'
using System.Net;
using System.Collections.Concurrent;
using MQTTnet;
using MQTTnet.Server;

int own = int.Parse(Environment.GetEnvironmentVariable("PORT")), mosquitto = int.Parse(Environment.GetEnvironmentVariable("MOSQUITTO"));
MqttServer server = new MqttServerFactory().CreateMqttServer(new MqttServerOptionsBuilder().WithDefaultEndpoint().WithDefaultEndpointPort(own)
    .WithDefaultEndpointBoundIPAddress(IPAddress.Loopback).WithDefaultEndpointBoundIPV6Address(IPAddress.None).Build());
await server.StartAsync();
foreach ((string name, int port) in new[] { ("MQTTnet", own), ("Mosquitto", mosquitto) })
{
    using IMqttClient client = new MqttClientFactory().CreateMqttClient();
    ConcurrentQueue<string> seen = new();
    TaskCompletionSource last = new();
    client.ApplicationMessageReceivedAsync += received =>
    {
        MqttApplicationMessage message = received.ApplicationMessage;
        seen.Enqueue($"{message.Topic}{(message.Retain ? " retained" : "")} of {(message.SubscriptionIdentifiers is { Count: > 0 } list ? list[0] : "-")}");
        if (message.Topic == "a/end")
        {
            last.SetResult();
        }
        return Task.CompletedTask;
    };
    await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).Build());
    await client.PublishAsync(new MqttApplicationMessageBuilder().WithTopic("a/short").WithPayload("x").WithRetainFlag().WithMessageExpiryInterval(1).Build());
    await client.PublishAsync(new MqttApplicationMessageBuilder().WithTopic("a/kept").WithPayload("x").WithRetainFlag().Build());
    await Task.Delay(2500);
    await client.SubscribeAsync(new MqttClientSubscribeOptionsBuilder().WithTopicFilter("a/#").WithSubscriptionIdentifier(5).Build());
    await client.PublishAsync(new MqttApplicationMessageBuilder().WithTopic("a/end").Build());
    await last.Task.WaitAsync(TimeSpan.FromSeconds(10));
    Console.WriteLine($"{name}: {string.Join(", ", seen.Order())}");
}
CSHARP
)
expect "messages after 2.5 s, with the subscription's identifier" "$out" "MQTTnet: a/end of 5, a/kept retained of -, a/short retained of -
Mosquitto: a/end of 5, a/kept retained of 5"
