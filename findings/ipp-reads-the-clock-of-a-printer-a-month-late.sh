#!/bin/bash
# ipp 2.0.1 (npm): a printer's dateTime is a month late, its tenths are thousandths, its zone is ignored; what the package writes has month 0
#
# Guess: the eleven bytes of RFC 2579 (year, month 1 to 12, day, hour, minute, second, tenths, zone) become that moment.
# Observed: 2024-01-02 03:04:05.5 at -03:30 is 2024-02-02T03:04:05.005 in the zone of the reader. A Date of January is written with month 00
# and a zero for the sign of the zone, so that a test that reads what it wrote passes.
# Why it matters: jobs look as if they had been printed next month, and a time that is sent to a printer has a month that does not exist in
# January. Take the times of jobs in seconds (time-at-completed), or read the bytes yourself.
source "$(dirname "$0")/support/lib.sh"
npm_packages ipp@2.0.1
out=$(TZ=UTC javascript <<'J'
const ipp = require('ipp');
const attribute = (tag, name, value) => Buffer.concat([Buffer.from([tag, 0, name.length]), Buffer.from(name), Buffer.from([0, value.length]), value]);
const response = Buffer.concat([Buffer.from('0200000000000001' + '01', 'hex'), attribute(0x47, 'attributes-charset', Buffer.from('utf-8')), Buffer.from([4]),
    attribute(0x31, 'printer-current-time', Buffer.from('07e80102030405052d031e', 'hex')), Buffer.from([3])]);
console.log(ipp.parse(response)['printer-attributes-tag']['printer-current-time'].toISOString());
const written = ipp.serialize({ version: '2.0', statusCode: 'successful-ok', id: 1, 'operation-attributes-tag': { 'attributes-charset': 'utf-8' },
    'printer-attributes-tag': { 'printer-current-time': new Date('2024-01-02T03:04:05Z') } });
console.log(written.subarray(written.indexOf('printer-current-time') + 22).subarray(0, 11).toString('hex'));
J
)
expect "2024-01-02T03:04:05.5-03:30 read; 2024-01-02T03:04:05Z written" "$out" $'2024-02-02T03:04:05.005Z\n07e8000203040500000000'
