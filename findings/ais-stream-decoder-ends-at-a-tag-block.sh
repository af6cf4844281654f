#!/bin/bash
# ais-stream-decoder 2.1.2 (npm): a sentence with a tag block is an error, and after an error nothing is decoded any more
#
# Guess: a sentence behind a tag block of NMEA 0183 4.10 ("\s:station,c:time*hh\!AIVDM...") is read; one that cannot be read is reported to
# the handler of "error", as the documentation shows, and the next one is decoded.
# Observed: the fields of the tag block are counted with those of the sentence, so it is "Invalid length", and the first error ends the
# stream: valid sentences that are written afterwards give no message. Two messages whose parts alternate do the same.
# Why it matters: receivers and hubs send tag blocks, and two ships are heard at once; a gateway goes silent and its connection stays up.
# Cut the tag block off, give each sequence number a decoder, and set silent.
source "$(dirname "$0")/support/lib.sh"
npm_packages ais-stream-decoder@2.1.2
out=$(javascript <<'J'
const Decoder = require('ais-stream-decoder').default;
const ship = '!AIVDM,1,1,,B,133i;RPP1DPEbcDMV@1r:Ow:2>`<,0*41';
const check = text => text + '*' + [...text].reduce((sum, c) => sum ^ c.charCodeAt(0), 0).toString(16).toUpperCase().padStart(2, '0');
const part = (id, number, payload) => '!' + check(`AIVDM,2,${number},${id},A,${payload},${number === 2 ? 2 : 0}`);
const first = '57lof8`2F5HeT<eC:204e86373:222222222221@8HQC16Ch0:RA7kAD', second = 'PBp888888888880';
const cases = {
    plain: [ship, ship],
    'tag block': [`\\${check('s:a,c:1700000000')}\\${ship}`, ship],
    'two parts': [part(7, 1, first), part(7, 2, second), ship],
    alternating: [part(7, 1, first), part(8, 1, first), part(7, 2, second), part(8, 2, second), ship],
};
(async () => {
    for (const [name, sentences] of Object.entries(cases)) {
        const decoder = new Decoder(), events = [];
        decoder.on('data', message => events.push('type ' + JSON.parse(message).type)).on('error', error => events.push(error.message.split(' (')[0]));
        for (const sentence of sentences) {
            decoder.destroyed || decoder.write(sentence);
            await new Promise(setImmediate);
        }
        console.log(`${name}: ${events.join(', ')}`);
    }
})();
J
)
expect "events" "$out" "plain: type 1, type 1
tag block: Invalid length
two parts: type 5, type 1
alternating: Incorrect multipart order"
