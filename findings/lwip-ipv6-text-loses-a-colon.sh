#!/bin/bash
# lwIP (Debian liblwip0 2.1.3+dfsg1-2): ip6addr_ntoa() writes a text that is no IPv6 address
#
# Guess: the text of an IPv6 address can be read back by the same library, and is lower case (RFC 5952).
# Observed: 1:2:3:4:5:6:7:0 becomes "1:2:3:4:5:6:7:", with one colon at its end, which only lwIP itself reads
# back; inet_pton(3) refuses it. Letters are upper case: 2001:DB8::1.
# Why it matters: the texts of addresses that a board logs or sends must be compared as parsed addresses, never as text, and an address
# whose last group alone is 0 cannot be read by others at all.
source "$(dirname "$0")/support/lib.sh"
source "$support/lwip.sh"
out=$(lwip_program <<'C'
int main(void)
{
    ip6_addr_t address, again;
    char text[48];
    ip6addr_aton("1:2:3:4:5:6:7:0", &address);
    ip6addr_ntoa_r(&address, text, sizeof text);
    printf("%s read back: %d\n", text, ip6addr_aton(text, &again));
    ip6addr_aton("2001:db8::1", &address);
    ip6addr_ntoa_r(&address, text, sizeof text);
    printf("%s\n", text);
}
C
)
python -c 'import socket; socket.inet_pton(socket.AF_INET6, "1:2:3:4:5:6:7:")' 2>/dev/null && changed "inet_pton reads the text"
expect "texts of IPv6 addresses" "$out" $'1:2:3:4:5:6:7: read back: 1\n2001:DB8::1'
