'use strict';

// The fields of a frame, from its first bytes. Each group is [heading, [[name, value], ...]].
const Decoder = (() => {
  const ICMP4 = {0: 'echo reply', 3: 'destination unreachable', 5: 'redirect', 8: 'echo request', 11: 'time exceeded', 12: 'parameter problem'};
  const ICMP6 = {1: 'destination unreachable', 2: 'packet too big', 3: 'time exceeded', 4: 'parameter problem', 128: 'echo request', 129: 'echo reply',
    133: 'router solicitation', 134: 'router advertisement', 135: 'neighbour solicitation', 136: 'neighbour advertisement', 143: 'multicast listener report'};
  const PROTOCOLS = {1: 'ICMP', 2: 'IGMP', 6: 'TCP', 17: 'UDP', 58: 'ICMPv6'};
  const hex = (n, digits) => n.toString(16).padStart(digits, '0');

  class Reader {
    constructor(bytes) { this.bytes = bytes; this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength); this.at = 0; }
    get left() { return this.bytes.length - this.at; }
    u8() { return this.view.getUint8(this.at++); }
    u16() { this.at += 2; return this.view.getUint16(this.at - 2); }
    u32() { this.at += 4; return this.view.getUint32(this.at - 4); }
    take(n) { this.at += n; return this.bytes.subarray(this.at - n, this.at); }
    mac() { return [...this.take(6)].map(b => hex(b, 2)).join(':'); }
    ip4() { return [...this.take(4)].join('.'); }
    ip6() {
      const groups = [];
      for (let i = 0; i < 8; i++) groups.push(this.u16());
      let best = [0, 0];
      for (let i = 0; i < 8; i++) { let n = 0; while (i + n < 8 && groups[i + n] === 0) n++; if (n > best[1]) best = [i, n]; }
      const text = part => part.map(g => g.toString(16)).join(':');
      return best[1] < 2 ? text(groups) : text(groups.slice(0, best[0])) + '::' + text(groups.slice(best[0] + best[1]));
    }
  }

  function decode(bytes, length, relative) {
    const r = new Reader(bytes), out = [];
    try {
      const to = r.mac(), from = r.mac(), type = r.u16();
      out.push(['Ethernet', [['Source', from], ['Destination', to], ['Type', '0x' + hex(type, 4)], ['Length', length + ' bytes']]]);
      if (type === 0x0806) arp(r, out);
      else if (type === 0x0800) ip4(r, out, relative);
      else if (type === 0x86dd) ip6(r, out, relative);
    } catch (e) {
      if (!(e instanceof RangeError)) throw e;
      out.push(['Cut off', [['', 'The kept bytes end here.']]]);
    }
    return out;
  }

  function arp(r, out) {
    r.take(6);
    const operation = r.u16();
    const fields = [['Operation', operation === 1 ? 'request' : operation === 2 ? 'reply' : operation]];
    fields.push(['Sender', r.mac() + ' ' + r.ip4()], ['Target', r.mac() + ' ' + r.ip4()]);
    out.push(['ARP', fields]);
  }

  function ip4(r, out, relative) {
    const start = r.at, first = r.u8(), tos = r.u8(), total = r.u16(), id = r.u16(), flags = r.u16(), ttl = r.u8(), protocol = r.u8(), checksum = r.u16();
    const source = r.ip4(), destination = r.ip4(), offset = (flags & 0x1fff) * 8;
    out.push(['IPv4', [['Source', source], ['Destination', destination], ['TTL', ttl], ['Protocol', `${protocol} ${PROTOCOLS[protocol] || ''}`], ['Total length', total],
      ['Identification', '0x' + hex(id, 4)], ['Flags', [(flags & 0x4000) && "don't fragment", (flags & 0x2000) && 'more fragments'].filter(Boolean).join(', ') || 'none'],
      ['Fragment offset', offset], ['DSCP, ECN', `${tos >> 2}, ${tos & 3}`], ['Header checksum', '0x' + hex(checksum, 4)]]]);
    r.at = start + (first & 15) * 4;
    if (offset === 0) transport(r, protocol, total - (first & 15) * 4, source, destination, out, relative);
  }

  function ip6(r, out, relative) {
    const word = r.u32(), length = r.u16(), next = r.u8(), hops = r.u8(), source = r.ip6(), destination = r.ip6();
    out.push(['IPv6', [['Source', source], ['Destination', destination], ['Hop limit', hops], ['Next header', `${next} ${PROTOCOLS[next] || ''}`], ['Payload length', length],
      ['Traffic class', (word >>> 20) & 255], ['Flow label', '0x' + hex(word & 0xfffff, 5)]]]);
    transport(r, next, length, source, destination, out, relative);
  }

  function transport(r, protocol, length, source, destination, out, relative) {
    if (protocol === 6) tcp(r, length, source, destination, out, relative);
    else if (protocol === 17) udp(r, out);
    else if (protocol === 1 || protocol === 58) {
      const type = r.u8(), code = r.u8(), checksum = r.u16();
      const fields = [['Type', `${type} ${(protocol === 1 ? ICMP4 : ICMP6)[type] || ''}`], ['Code', code], ['Checksum', '0x' + hex(checksum, 4)]];
      if ((protocol === 1 && (type === 0 || type === 8)) || (protocol === 58 && (type === 128 || type === 129))) fields.push(['Identifier', r.u16()], ['Sequence', r.u16()]);
      else if (protocol === 58 && (type === 135 || type === 136)) { r.u32(); fields.push(['Target', r.ip6()]); }
      else if (protocol === 58 && type === 2) fields.push(['MTU', r.u32()]);
      else if (protocol === 1 && type === 3 && code === 4) { r.u16(); fields.push(['MTU', r.u16()]); }
      out.push([protocol === 1 ? 'ICMP' : 'ICMPv6', fields]);
    }
  }

  function tcp(r, length, source, destination, out, relative) {
    const start = r.at, sourcePort = r.u16(), destinationPort = r.u16(), sequence = r.u32(), acknowledgment = r.u32(), offset = (r.u8() >> 4) * 4, flags = r.u8();
    const window = r.u16(), checksum = r.u16(), urgent = r.u16();
    const names = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'].filter((_, i) => flags & (1 << i)).join(' ') || 'none';
    const key = `${source} ${sourcePort} ${destination} ${destinationPort}`, back = `${destination} ${destinationPort} ${source} ${sourcePort}`;
    const number = (value, of) => relative && relative.has(of) ? `${value} (relative ${(value - relative.get(of)) >>> 0})` : value;
    const fields = [['Source port', sourcePort], ['Destination port', destinationPort], ['Flags', names], ['Sequence', number(sequence, key)],
      ['Acknowledgment', flags & 16 ? number(acknowledgment, back) : 'none'], ['Window', window], ['Payload', `${Math.max(0, length - offset)} bytes`], ['Checksum', '0x' + hex(checksum, 4)]];
    if (flags & 32) fields.push(['Urgent pointer', urgent]);
    out.push(['TCP', fields]);
    const end = start + offset, options = [];
    while (r.at < end) {
      const kind = r.u8();
      if (kind === 0) break;
      if (kind === 1) continue;
      const size = r.u8(), next = r.at + Math.max(0, size - 2);
      if (kind === 2) options.push(['Maximum segment size', r.u16()]);
      else if (kind === 3) options.push(['Window scale', r.u8()]);
      else if (kind === 4) options.push(['SACK permitted', 'yes']);
      else if (kind === 5) while (r.at < next) options.push(['SACK', `${number(r.u32(), back)} to ${number(r.u32(), back)}`]);
      else if (kind === 8) options.push(['Timestamps', `${r.u32()}, echo ${r.u32()}`]);
      else options.push([`Option ${kind}`, `${size} bytes`]);
      r.at = next;
    }
    if (options.length) out.push(['TCP options', options]);
    r.at = end;
    payload(r, out);
  }

  function udp(r, out) {
    const sourcePort = r.u16(), destinationPort = r.u16(), length = r.u16(), checksum = r.u16();
    out.push(['UDP', [['Source port', sourcePort], ['Destination port', destinationPort], ['Payload', `${Math.max(0, length - 8)} bytes`], ['Checksum', '0x' + hex(checksum, 4)]]]);
    const at = r.at;
    if (sourcePort === 53 || destinationPort === 53 || sourcePort === 5353) dns(r, out);
    else if ((sourcePort === 67 || sourcePort === 68) && r.left > 44) dhcp(r, out);
    r.at = at;
    payload(r, out);
  }

  function dns(r, out) {
    const id = r.u16(), flags = r.u16(), questions = r.u16(), answers = r.u16();
    r.take(4);
    const labels = [];
    for (let n = questions ? r.u8() : 0; n > 0 && n < 64; n = r.u8()) labels.push(String.fromCharCode(...r.take(n)));
    const type = questions ? r.u16() : 0;
    out.push(['DNS', [['Identification', '0x' + hex(id, 4)], ['Kind', flags & 0x8000 ? 'response' : 'query'], ['Name', labels.join('.')],
      ['Type', {1: 'A', 28: 'AAAA', 5: 'CNAME', 12: 'PTR', 16: 'TXT', 33: 'SRV'}[type] || type], ['Answers', answers], ['Response code', flags & 15]]]);
  }

  function dhcp(r, out) {
    r.take(4);
    const id = r.u32();
    r.take(8);
    const yours = r.ip4(), server = r.ip4();
    r.take(4);
    const hardware = r.mac();
    out.push(['DHCP', [['Transaction', '0x' + hex(id, 8)], ['Your address', yours], ['Server', server], ['Hardware address', hardware]]]);
  }

  function payload(r, out) {
    if (r.left <= 0) return;
    const rows = [];
    for (let i = 0; r.left > 0; i += 16) {
      const bytes = [...r.take(Math.min(16, r.left))];
      rows.push([hex(i, 4), bytes.map(b => hex(b, 2)).join(' ').padEnd(47) + '  ' + bytes.map(b => b >= 32 && b < 127 ? String.fromCharCode(b) : '·').join('')]);
    }
    out.push(['Payload (first bytes)', rows]);
  }

  // The initial sequence number of each direction of each connection, from its SYN.
  function initialSequence(bytes) {
    try {
      const r = new Reader(bytes);
      r.at = 12;
      const type = r.u16(), start = r.at;
      let source, destination, header;
      if (type === 0x0800) { header = (r.bytes[start] & 15) * 4; r.at = start + 12; source = r.ip4(); destination = r.ip4(); }
      else if (type === 0x86dd) { header = 40; r.at = start + 8; source = r.ip6(); destination = r.ip6(); }
      else return null;
      r.at = start + header;
      const sourcePort = r.u16(), destinationPort = r.u16(), sequence = r.u32();
      return r.bytes[r.at + 5] & 2 ? [`${source} ${sourcePort} ${destination} ${destinationPort}`, sequence] : null;
    } catch (e) {
      if (!(e instanceof RangeError)) throw e;
      return null;
    }
  }

  return {decode, initialSequence};
})();
