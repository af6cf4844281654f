#!/bin/bash
# restructure 3.0.2 (npm): a String of four bytes that is given two letters writes two bytes, and 300 in a uint8 is 44
#
# Guess: new String(4) writes four bytes, filled with zeros, since it reads four; a number that does not fit raises.
# Observed: {name: 'ab', port: 7} is 61 62 07; read back, the name takes the port, and the port is missing, which raises. A longer text is written
# whole. The number is cut to eight bits without an error. uint24 and text with a length in front are right.
# Why it matters: a table of names and ports is right as long as each name has the full length. Fill the text with zeros first
# (padEnd(4, '\0')), and check numbers before.
source "$(dirname "$0")/support/lib.sh"
npm_packages restructure@3.0.2
out=$(javascript <<'J'
(async () => {
    const r = await import('restructure');
    const entry = new r.Struct({ name: new r.String(4), port: r.uint8 });
    for (const value of [{ name: 'abcd', port: 7 }, { name: 'ab', port: 7 }, { name: 'abcdef', port: 7 }, { name: 'abcd', port: 300 }]) {
        const bytes = entry.toBuffer(value);
        let read;
        try {
            read = JSON.stringify(entry.fromBuffer(bytes));
        } catch (error) {
            read = error.name;
        }
        console.log(Buffer.from(bytes).toString('hex'), read);
    }
})();
J
)
expect "written, read" "$out" $'6162636407 {"name":"abcd","port":7}\n616207 RangeError\n61626364656607 {"name":"abcd","port":101}\n616263642c {"name":"abcd","port":44}'
