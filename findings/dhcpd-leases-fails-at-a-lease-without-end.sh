#!/bin/bash
# dhcpd-leases 0.1.2 (npm): one lease that ends "never", or one in the local time format, and no lease of the file is read
#
# Guess: "ends never" (dhcpd.leases(5): the lease does not expire) is null or text, and "starts epoch 1431655037; # ..." (db-time-format local) is that time.
# Observed: both raise AssertionError for the whole file. A name in quotes with ";" in it is read right. What stands behind the lease is put
# into it: the fixed address and hardware address of a "host" entry that follows become those of the lease.
# Why it matters: one old printer in the file, and a list of leases stays empty; a reservation of another host gives the last lease a wrong
# hardware address. Cut the file into its blocks first.
source "$(dirname "$0")/support/lib.sh"
npm_packages dhcpd-leases@0.1.2
out=$(javascript <<'J'
const read = require('dhcpd-leases');
const times = '  starts 5 2015/05/15 01:57:17;\n  ends 5 2015/05/15 02:57:17;\n';
const files = {
    both: `lease 10.0.1.1 {\n${times}}\nlease 10.0.1.2 {\n${times}}\n`,
    never: `lease 10.0.1.1 {\n${times}}\nlease 10.0.1.2 {\n  starts 5 2015/05/15 01:57:17;\n  ends never;\n}\n`,
    epoch: 'lease 10.0.1.1 {\n  starts epoch 1431655037; # Fri May 15 01:57:17 2015\n  ends epoch 1431658637; # Fri May 15 02:57:17 2015\n}\n',
    host: `lease 10.0.1.1 {\n${times}}\nhost printer {\n  dynamic;\n  hardware ethernet 00:11:22:33:44:55;\n  fixed-address 10.0.1.9;\n}\n`,
};
for (const [name, text] of Object.entries(files)) {
    try {
        console.log(name, read(text).map(lease => [lease.ip, lease['hardware ethernet'], lease['fixed-address']].filter(Boolean).join('=')).join(' '));
    } catch (error) {
        console.log(name, error.name, error.message);
    }
}
J
)
expect "file, leases" "$out" $'both 10.0.1.1 10.0.1.2\nnever AssertionError lease.ends (date) is required\nepoch AssertionError lease.starts (date) is required\nhost 10.0.1.1=00:11:22:33:44:55=10.0.1.9'
