#!/bin/bash
# ndef-lib 0.1.1 (npm): a text record says UTF-8 and has one byte for each letter, the low one of its number
#
# Guess: the text is written in the encoding that the status byte names, UTF-8, and another library reads it.
# Observed: for "21.5 (degree sign)C" the byte of the sign is B0 alone, which ndef 0.2.0 reads as a replacement character; the ohm sign, 2126, is
# not cut to a byte but stands as the number 8486 in the array of bytes, and Buffer.from makes 26, "&", of it. ASCII is right.
# Why it matters: readings with their unit are written to tags that no phone shows right, and the resistor has 47 k&. Set the payload by hand:
# [2, ...'en' and the bytes of Buffer.from(text)].
source "$(dirname "$0")/support/lib.sh"
npm_packages ndef-lib@0.1.1 ndef@0.2.0
out=$(javascript <<'J'
const { NdefMessage, NdefTextRecord } = require('ndef-lib'), ndef = require('ndef');
for (const text of ['21.5 C', '21.5 \u00b0C', '47 k\u2126']) {
    const record = new NdefTextRecord(), message = new NdefMessage();
    record.setText(text);
    record.setLanguageCode('en');
    message.push(record);
    const bytes = Buffer.from(message.toByteArray());
    console.log(bytes.subarray(4, 7).toString('hex'), bytes.subarray(7).toString('hex'), JSON.stringify(ndef.text.decodePayload(ndef.decodeMessage([...bytes])[0].payload)).replace('\ufffd', 'U+FFFD'));
}
J
)
expect "status and language, text, read by ndef" "$out" $'02656e 32312e352043 "21.5 C"\n02656e 32312e3520b043 "21.5 U+FFFDC"\n02656e 3437206b26 "47 k&"'
