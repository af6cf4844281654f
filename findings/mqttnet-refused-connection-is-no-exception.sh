#!/bin/bash
# MQTTnet 5.2.0.1603 (NuGet): ConnectAsync returns when the broker refuses, with a result code that has no name
#
# Guess: ConnectAsync throws when the broker refuses, as it did in version 4 (MqttConnectingFailedException).
# Observed: it returns. The default is MQTT 5; a broker of MQTT 3.1.1 answers "unacceptable protocol version", and ResultCode is 1, which is
# not a member of its type. IsConnected is false; the first PublishAsync throws.
# Why it matters: programs that only await ConnectAsync report success, then fail somewhere else with "not connected". Brokers without
# MQTT 5 (aedes, old Mosquitto, gateways) need WithProtocolVersion(V311). Test ResultCode.
source "$(dirname "$0")/support/lib.sh"
npm_packages aedes@1.2.0
cat >"$work/npm/broker.js" <<'J'
require('aedes').Aedes.createBroker().then(broker => {
    const server = require('net').createServer(broker.handle).listen(0, '127.0.0.1', () => console.log(server.address().port));
});
J
serve node "$work/npm/broker.js"
out=$(PORT=$port csharp MQTTnet@5.2.0.1603 <<'CSHARP'
using MQTTnet;
using MQTTnet.Formatter;

int port = int.Parse(Environment.GetEnvironmentVariable("PORT"));
foreach (MqttProtocolVersion? version in new MqttProtocolVersion?[] { null, MqttProtocolVersion.V311 })
{
    using IMqttClient client = new MqttClientFactory().CreateMqttClient();
    MqttClientOptionsBuilder options = new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port);
    MqttClientConnectResult result = await client.ConnectAsync((version is { } chosen ? options.WithProtocolVersion(chosen) : options).Build());
    Console.WriteLine($"{client.Options.ProtocolVersion}: {result.ResultCode}, named {Enum.IsDefined(result.ResultCode)}, connected {client.IsConnected}");
}
CSHARP
)
expect "the default and 3.1.1 at a broker of 3.1.1" "$out" "V500: 1, named False, connected False
V311: Success, named True, connected True"
