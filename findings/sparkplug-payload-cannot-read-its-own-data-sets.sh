#!/bin/bash
# sparkplug-payload 1.0.3 (npm): a DataSet with an Int32 column is written and cannot be read, and a Date is written as 1970
#
# Guess: what encodePayload accepts, decodePayload reads; a DateTime takes a Date, or refuses it.
# Observed: rows with a column of Int8, Int16, Int32, UInt8, UInt16, UInt64, DateTime or Text raise "Invalid DataSetValue" in
# decodePayload. The same types as plain metrics work. A DateTime of a Date object is sent as 0.
# Why it matters: the whole message of a device is lost at the subscriber, for one column, and neither the publisher nor the broker has
# an error. Use Double or Int64 columns, and getTime().
source "$(dirname "$0")/support/lib.sh"
npm_packages sparkplug-payload@1.0.3
out=$(javascript <<'J'
const { encodePayload, decodePayload } = require('sparkplug-payload').get('spBv1.0');
const through = (type, value) => decodePayload(encodePayload({ timestamp: 1, metrics: [{ name: 'm', type, value }] })).metrics[0].value;
for (const type of ['Int8', 'Int16', 'Int32', 'Int64', 'UInt8', 'UInt16', 'UInt32', 'UInt64', 'Float', 'Double', 'DateTime', 'Text']) {
    let result;
    try {
        result = through('DataSet', { numOfColumns: 1, types: [type], columns: ['c'], rows: [[type === 'Text' ? 'x' : 1]] }).rows[0][0];
    } catch (error) {
        result = error.message.split(':')[0];
    }
    console.log(type, String(result), '/', String(through(type, type === 'Text' ? 'x' : 1)));
}
console.log(String(through('DateTime', new Date(1700000000000))));
J
)
expect "type, in a data set / as a metric; a Date" "$out" "Int8 Invalid DataSetValue / 1
Int16 Invalid DataSetValue / 1
Int32 Invalid DataSetValue / 1
Int64 1 / 1
UInt8 Invalid DataSetValue / 1
UInt16 Invalid DataSetValue / 1
UInt32 1 / 1
UInt64 Invalid DataSetValue / 1
Float 1 / 1
Double 1 / 1
DateTime Invalid DataSetValue / 1
Text Invalid DataSetValue / x
0"
