#!/bin/bash
# cose-js 0.9.0 (npm): a payload given as a string is a CBOR text string, which COSE does not have and .NET 10 refuses
#
# Guess: the payload of COSE is a byte string (RFC 9052, section 4.2), so the text is encoded as UTF-8 and wrapped as one; or it is refused.
# Observed: the third item is 62 68 69 (text) instead of 42 68 69, for sign and for mac. cose-js itself reads it back and finds the signature
# right, as a string. CoseSign1Message.DecodeSign1 of .NET raises CryptographicException; the same in a Buffer is read.
# Why it matters: a device that signs JSON text passes each test in JavaScript, and each other reader refuses it. Give a Buffer.
source "$(dirname "$0")/support/lib.sh"
npm_packages cose-js@0.9.0
out=$(javascript <<'J'
const cose = require('cose-js'), { createECDH } = require('crypto');
const ecdh = createECDH('prime256v1');
ecdh.setPrivateKey(Buffer.alloc(32, 7));
const point = ecdh.getPublicKey(), x = point.subarray(1, 33), y = point.subarray(33);
(async () => {
    for (const payload of ['hi', Buffer.from('hi')]) {
        const message = await cose.sign.create({ p: { alg: 'ES256' }, u: { kid: '1' } }, payload, { key: { d: Buffer.alloc(32, 7) } });
        console.log(message.toString('hex'), String(await cose.sign.verify(message, { key: { x, y } })));
    }
})();
J
)
expect "payload in the message, verified: text, bytes" "$(echo "$out" | sed -E 's/^d28443a10126a1044131(..)(....).* (.*)/\1 \2 \3/')" $'62 6869 hi\n42 6869 hi'
read -r text bytes <<<"$(echo "$out" | cut -d' ' -f1 | tr '\n' ' ')"
out=$(csharp System.Security.Cryptography.Cose@10.0.15 <<CSHARP
using System.Security.Cryptography;
using System.Security.Cryptography.Cose;
foreach (string message in new[] { "$text", "$bytes" })
{
    try
    {
        Console.WriteLine(CoseMessage.DecodeSign1(Convert.FromHexString(message)).Content.Value.Length);
    }
    catch (CryptographicException)
    {
        Console.WriteLine("refused");
    }
}
CSHARP
)
expect ".NET: text, bytes" "$out" $'refused\n2'
