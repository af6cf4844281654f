#!/bin/bash
# node-mavlink 2.3.0 (npm): MavLinkProtocolV1 sends the extension fields of a message, which MAVLink 1 does not have
#
# Guess: GPS_RAW_INT has 30 bytes in MAVLink 1; its extension fields (altEllipsoid and behind) are left out there, as the serialization guide
# of MAVLink says. In version 2 they are sent, without the zeros at the end.
# Observed: version 1 sends 52 bytes with all extensions, and its checksum is over 52. Version 2 is as guessed. Messages without extensions
# (HEARTBEAT, 9) are right in both.
# Why it matters: receivers of version 1 that know the length of each message drop GPS_RAW_INT and others, while heartbeats arrive. Use version 2,
# or remove the fields whose "extension" is true from the class.
source "$(dirname "$0")/support/lib.sh"
npm_packages node-mavlink@2.3.0
out=$(javascript <<'J'
const { MavLinkProtocolV1, MavLinkProtocolV2 } = require('node-mavlink');
const { common: { GpsRawInt }, minimal: { Heartbeat } } = require('mavlink-mappings');
const base = type => type.FIELDS.filter(field => !field.extension).reduce((sum, field) => sum + field.size, 0);
for (const type of [Heartbeat, GpsRawInt]) {
    const message = new type();
    message[type === Heartbeat ? 'mavlinkVersion' : 'satellitesVisible'] = 3;
    console.log(type.MSG_NAME, base(type), new MavLinkProtocolV1().serialize(message, 1)[1], new MavLinkProtocolV2().serialize(message, 1)[1]);
}
J
)
expect "message, bytes without extensions, sent in version 1, in version 2" "$out" $'HEARTBEAT 9 9 9\nGPS_RAW_INT 30 52 30'
