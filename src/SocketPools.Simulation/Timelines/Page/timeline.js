'use strict';

(async () => {
  const $ = id => document.getElementById(id);
  const TICKS = 1e7, GUTTER = 120, AXIS = 22, RULE_HEIGHT = 18, MAX_ROWS = 300;
  const NORMAL = 0, CHANGED = 1, REPEATED = 2, LOST = 3;

  const data = await load();
  const nodes = data.nodes, rules = data.rules, marks = data.events;
  const packets = data.packets.map(([sent, arrival, from, to, length, protocol, repeated, fault, text, frame], index) => ({
    index, sent, arrival, from, to, length, protocol, repeated, fault, text, frame,
    end: arrival < 0 ? sent : arrival,
    style: arrival < 0 ? LOST : repeated ? REPEATED : fault ? CHANGED : NORMAL,
  }));
  const end = Math.max(data.end, 1, ...marks.map(m => m[0]));
  const longest = packets.reduce((most, p) => Math.max(most, p.end - p.sent), 0);
  const rows = rowsOf(rules), RULES = 6 + RULE_HEIGHT * Math.max(1, ...rows.map(r => r + 1));
  let from = 0, to = end, selected = -1, relative = null, filtered = packets, hover = -1, isQueued = false;

  async function load() {
    const binary = atob($('data').textContent.trim());
    const bytes = Uint8Array.from(binary, c => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Response(stream).json();
  }

  // Rules that are in force at the same time stand under each other, up to four; more of them share the last row.
  function rowsOf(all) {
    const free = [0, 0, 0, 0];
    return all.map(([, begin, stop]) => {
      const row = Math.max(0, free.findIndex(t => t <= begin)), busy = free.every(t => t > begin);
      free[busy ? 3 : row] = stop < 0 ? Infinity : stop;
      return busy ? 3 : row;
    });
  }

  // ---- Text

  const seconds = ticks => (ticks / TICKS).toFixed(7);
  function duration(ticks) {
    const s = ticks / TICKS;
    return s >= 100 ? s.toFixed(1) + ' s' : s >= 1 ? s.toFixed(3) + ' s' : s >= 1e-3 ? (s * 1e3).toFixed(3) + ' ms' : (s * 1e6).toFixed(1) + ' µs';
  }
  const fate = p => [p.repeated && 'retransmission', p.arrival < 0 ? `lost: ${p.fault}` : p.fault].filter(Boolean).join(', ');
  const shortText = p => {
    const tcp = /\[(\S*)\] (\d+)$/.exec(p.text);
    if (tcp) {
      const flags = {S: 'SYN', 'S.': 'SYN ACK', F: 'FIN', 'F.': 'FIN ACK', R: 'RST', 'R.': 'RST'}[tcp[1]] || (tcp[1].includes('F') ? 'FIN' : tcp[1].includes('R') ? 'RST' : '');
      return [flags, tcp[2] !== '0' ? tcp[2] + ' B' : flags ? '' : 'ACK'].filter(Boolean).join(' ');
    }
    const udp = /^UDP .* (\d+)$/.exec(p.text);
    return udp ? `UDP ${udp[1]} B` : p.text.split(' ')[0];
  };
  const CLASSES = ['', 'fault', 'retransmission', 'lost'];

  // ---- The window of time

  function move(a, b) {
    const least = 20, width = Math.min(Math.max(b - a, least), end);
    if (b - a < least) a = (a + b) / 2 - width / 2;
    from = Math.min(Math.max(0, a), end - width);
    to = from + width;
    draw();
  }
  const zoom = (factor, center = (from + to) / 2) => move(center - (center - from) * factor, center + (to - center) * factor);
  const pan = part => move(from + (to - from) * part, to + (to - from) * part);

  function lowerBound(list, time) {
    let low = 0, high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (list[middle].sent < time) low = middle + 1; else high = middle;
    }
    return low;
  }
  function* visible(list = filtered) {
    for (let i = lowerBound(list, from - longest); i < list.length && list[i].sent <= to; i++) {
      if (list[i].end >= from) yield list[i];
    }
  }

  // ---- Geometry

  const canvas = $('lanes'), view = $('view'), overview = $('overview');
  let width = 0, height = 0, laneHeight = 60;
  const x = time => GUTTER + (time - from) / (to - from) * (width - GUTTER);
  const time = px => from + (px - GUTTER) / (width - GUTTER) * (to - from);
  const y = lane => RULES + AXIS + laneHeight * (lane + .5) - view.scrollTop;
  function ends(p) {
    const lost = p.arrival < 0;
    // A lost packet ends half-way, at a cross.
    const x0 = x(p.sent), y0 = y(p.from), y1 = y(p.to);
    return lost ? [x0, y0, x0 + 6, y0 + (y1 - y0) * .42] : [x0, y0, x(p.arrival), y1];
  }

  function resize() {
    const wanted = Math.min(Math.max(260, nodes.length * 76 + RULES + AXIS), Math.max(320, innerHeight * .62));
    document.documentElement.style.setProperty('--height', wanted + 'px');
    laneHeight = Math.max(30, (wanted - RULES - AXIS - 6) / Math.max(1, nodes.length));
    $('spacer').style.height = RULES + AXIS + laneHeight * nodes.length + 'px';
    for (const c of [canvas, overview]) {
      const box = c.getBoundingClientRect(), scale = devicePixelRatio || 1;
      c.width = Math.round(box.width * scale);
      c.height = Math.round(box.height * scale);
    }
    width = canvas.clientWidth;
    height = canvas.clientHeight;
    draw();
  }

  // ---- Drawing

  function colors() {
    const style = getComputedStyle(document.documentElement);
    return new Proxy({}, {get: (_, name) => style.getPropertyValue('--' + name).trim()});
  }
  function context(c) {
    const g = c.getContext('2d'), scale = devicePixelRatio || 1;
    g.setTransform(scale, 0, 0, scale, 0, 0);
    g.clearRect(0, 0, c.width, c.height);
    g.font = '12px system-ui, "DejaVu Sans", sans-serif';
    g.textBaseline = 'middle';
    return g;
  }

  function draw() {
    if (!isQueued) {
      isQueued = true;
      requestAnimationFrame(() => { isQueued = false; paint(); });
    }
  }

  function paint() {
    const g = context(canvas), color = colors();
    drawLanes(g, color);
    g.save();
    g.beginPath();
    g.rect(GUTTER, RULES + AXIS, width - GUTTER, height);
    g.clip();
    drawPackets(g, color);
    drawMarks(g, color);
    g.restore();
    drawRules(g, color);
    drawAxis(g, color);
    drawNames(g, color);
    drawOverview(color);
    $('window').textContent = `${seconds(from)} s to ${seconds(to)} s (${duration(to - from)})`;
    listSoon();
  }

  function drawLanes(g, color) {
    for (let i = 0; i < nodes.length; i++) {
      if (y(i) < 0 || y(i) > height + laneHeight) continue;
      g.strokeStyle = color.line;
      g.beginPath();
      g.moveTo(GUTTER, y(i));
      g.lineTo(width, y(i));
      g.stroke();
    }
    g.fillStyle = color.down;
    for (const span of downs) {
      if (span.end >= from && span.begin <= to) g.fillRect(Math.max(GUTTER, x(span.begin)), y(span.node) - laneHeight * .28, Math.min(width, x(span.end)) - Math.max(GUTTER, x(span.begin)), laneHeight * .56);
    }
  }

  function drawPackets(g, color) {
    const paths = new Map(), crosses = new Path2D(), seen = new Set(), some = [];
    let count = 0;
    for (const p of visible()) {
      const [x0, y0, x1, y1] = ends(p);
      if (Math.max(y0, y1) < 0 || Math.min(y0, y1) > height) continue;
      const kind = p.style === NORMAL ? (p.protocol === 6 ? 'tcp' : p.protocol === 17 ? 'udp' : 'other') : ['', 'fault', 'retransmission', 'lost'][p.style];
      // Lines that would cover each other are drawn once: what is drawn depends on the window's pixels, not on the packets.
      const key = (((Math.round(x0) * 16384 + Math.round(x1)) * nodes.length + p.from) * nodes.length + p.to) * 8 + p.style * 2 + (p.protocol === 6 ? 1 : 0);
      if (seen.has(key)) continue;
      seen.add(key);
      if (++count <= 400) some.push(p);
      let path = paths.get(kind);
      if (!path) paths.set(kind, path = new Path2D());
      path.moveTo(x0, y0);
      path.lineTo(x1, y1);
      if (p.style === LOST) { crosses.moveTo(x1 - 4, y1 - 4); crosses.lineTo(x1 + 4, y1 + 4); crosses.moveTo(x1 + 4, y1 - 4); crosses.lineTo(x1 - 4, y1 + 4); }
    }
    for (const [kind, dash, line] of [['other', [1, 3], 1.2], ['udp', [], 1.2], ['tcp', [], 1.2], ['fault', [8, 3, 2, 3], 1.8], ['retransmission', [6, 3], 2], ['lost', [], 1.2]]) {
      if (!paths.has(kind)) continue;
      g.strokeStyle = color[kind];
      g.setLineDash(dash);
      g.lineWidth = line;
      g.globalAlpha = count > 3000 ? .45 : .9;
      g.stroke(paths.get(kind));
    }
    g.setLineDash([]);
    g.globalAlpha = 1;
    g.strokeStyle = color.lost;
    g.lineWidth = 2;
    g.stroke(crosses);
    g.lineWidth = 1;
    if (count <= 400) some.forEach(p => drawArrow(g, color, p));
    if (count <= 140) drawLabels(g, color, some);
    for (const [index, line] of [[hover, 2.5], [selected, 4]]) if (index >= 0) highlight(g, color, packets[index], line);
  }

  function drawArrow(g, color, p) {
    if (p.style === LOST) return;
    const [x0, y0, x1, y1] = ends(p), angle = Math.atan2(y1 - y0, x1 - x0);
    g.fillStyle = color[p.style === CHANGED ? 'fault' : p.style === REPEATED ? 'retransmission' : p.protocol === 6 ? 'tcp' : p.protocol === 17 ? 'udp' : 'other'];
    g.beginPath();
    g.moveTo(x1, y1);
    g.lineTo(x1 - 9 * Math.cos(angle - .35), y1 - 9 * Math.sin(angle - .35));
    g.lineTo(x1 - 9 * Math.cos(angle + .35), y1 - 9 * Math.sin(angle + .35));
    g.fill();
  }

  // A label stands beside the middle of its line where no other does.
  function drawLabels(g, color, some) {
    const taken = [];
    g.font = '11px system-ui, "DejaVu Sans", sans-serif';
    for (const p of [...some].sort((a, b) => b.style - a.style)) {
      const [x0, y0, x1, y1] = ends(p), text = shortText(p) + (p.style === REPEATED ? ' again' : p.style === LOST ? ' lost' : ''), w = g.measureText(text).width;
      for (const part of p.style === LOST ? [1] : [.5, .3, .7, .15, .85]) {
        const box = [x0 + (x1 - x0) * part + 5, y0 + (y1 - y0) * part - 7];
        if (taken.some(t => t[0] < box[0] + w + 4 && box[0] < t[0] + t[2] + 4 && Math.abs(t[1] - box[1]) < 13)) continue;
        taken.push([...box, w]);
        g.fillStyle = color.back;
        g.globalAlpha = .8;
        g.fillRect(box[0] - 1, box[1], w + 2, 13);
        g.globalAlpha = 1;
        g.fillStyle = color[p.style === NORMAL ? 'text' : CLASSES[p.style]];
        g.fillText(text, box[0], box[1] + 7);
        break;
      }
    }
    g.font = '12px system-ui, "DejaVu Sans", sans-serif';
  }

  function highlight(g, color, p, line) {
    const [x0, y0, x1, y1] = ends(p);
    g.strokeStyle = color.accent;
    g.lineWidth = line;
    g.beginPath();
    g.moveTo(x0, y0);
    g.lineTo(x1, y1);
    g.stroke();
    g.fillStyle = color.accent;
    g.beginPath();
    g.arc(x0, y0, 4, 0, 7);
    g.fill();
    g.lineWidth = 1;
  }

  function drawMarks(g, color) {
    let last = -99;
    for (const [at, kind, node, text] of marks) {
      if (at < from || at > to) continue;
      const px = x(at);
      g.strokeStyle = g.fillStyle = kind === 'node' ? color.lost : color.accent;
      if (node >= 0) {
        g.beginPath();
        g.arc(px, y(node), 5, 0, 7);
        g.fill();
      } else {
        g.setLineDash([3, 3]);
        g.beginPath();
        g.moveTo(px, RULES + AXIS);
        g.lineTo(px, height);
        g.stroke();
        g.setLineDash([]);
      }
      if (px - last > 60) {
        g.fillText(text.length > 40 ? text.slice(0, 39) + '…' : text, px + 8, node >= 0 ? y(node) - 13 : RULES + AXIS + 9);
        last = px;
      }
    }
  }

  function drawRules(g, color) {
    g.fillStyle = color.panel;
    g.fillRect(0, AXIS, width, RULES);
    g.save();
    g.beginPath();
    g.rect(GUTTER, 0, width - GUTTER, height);
    g.clip();
    const labelled = [GUTTER, GUTTER, GUTTER, GUTTER];
    rules.forEach(([number, begin, stop, what], i) => {
      const last = stop < 0 ? end : stop, row = rows[i], top = AXIS + 3 + row * RULE_HEIGHT;
      if (last < from || begin > to) return;
      const x0 = Math.max(GUTTER, x(begin)), x1 = Math.max(x0 + 2, Math.min(width, x(last)));
      g.fillStyle = color.rule;
      g.fillRect(x0, top, x1 - x0, RULE_HEIGHT - 2);
      // What cuts shows over the lanes as well.
      if (/: cut\b/.test(what)) g.fillRect(x0, AXIS + RULES, x1 - x0, height);
      g.fillStyle = color.retransmission;
      g.fillRect(x0, top, x(begin) >= GUTTER ? 2 : 0, RULE_HEIGHT - 2);
      if (x0 + 6 > labelled[row] && x1 - x0 > 24) {
        const text = `${number} ${what}`;
        g.fillStyle = color.text;
        g.fillText(text, x0 + 6, top + RULE_HEIGHT / 2 - 1);
        labelled[row] = x0 + 14 + g.measureText(text).width;
      }
    });
    g.restore();
  }

  function drawAxis(g, color) {
    g.fillStyle = color.back;
    g.fillRect(0, 0, width, AXIS);
    g.fillStyle = color.soft;
    g.strokeStyle = color.line;
    const about = (to - from) / Math.max(2, (width - GUTTER) / 130), power = 10 ** Math.floor(Math.log10(about));
    const step = [1, 2, 5, 10].map(m => m * power).find(s => s >= about), digits = Math.max(0, Math.min(7, -Math.floor(Math.log10(step / TICKS) + 1e-9)));
    for (let t = Math.ceil(from / step) * step; t <= to; t += step) {
      g.beginPath();
      g.moveTo(x(t), AXIS - 5);
      g.lineTo(x(t), AXIS);
      g.stroke();
      g.fillText((t / TICKS).toFixed(digits) + ' s', Math.min(x(t) + 3, width - 60), AXIS / 2 - 1);
    }
  }

  function drawNames(g, color) {
    g.fillStyle = color.back;
    g.fillRect(0, AXIS + RULES, GUTTER, height);
    g.fillStyle = color.panel;
    g.fillRect(0, AXIS, GUTTER, RULES);
    g.fillStyle = color.soft;
    g.fillText('Rules', 10, AXIS + RULES / 2);
    g.font = '600 13px system-ui, "DejaVu Sans", sans-serif';
    g.fillStyle = color.text;
    for (let i = 0; i < nodes.length; i++) {
      if (y(i) > AXIS + RULES && y(i) < height + 10) g.fillText(nodes[i].length > 14 ? nodes[i].slice(0, 13) + '…' : nodes[i], 10, y(i));
    }
    g.strokeStyle = color.line;
    g.strokeRect(GUTTER, -1, .5, height + 2);
  }

  function drawOverview(color) {
    const g = context(overview), w = overview.clientWidth, h = overview.clientHeight, span = w - GUTTER;
    const columns = Math.max(1, Math.floor(span / 2)), all = new Uint32Array(columns + 1), bad = new Uint32Array(columns + 1);
    for (const p of filtered) {
      const column = Math.min(columns, Math.floor(p.sent / end * columns));
      all[column]++;
      if (p.style) bad[column]++;
    }
    const most = all.reduce((a, b) => Math.max(a, b), 1), size = n => n ? Math.max(2, Math.log2(1 + n) / Math.log2(1 + most) * (h - 4)) : 0;
    g.fillStyle = color.soft;
    g.fillText('All', 10, h / 2);
    for (let i = 0; i <= columns; i++) {
      g.fillStyle = color.tcp;
      g.fillRect(GUTTER + i * 2, h - size(all[i]), 1.6, size(all[i]));
      g.fillStyle = color.lost;
      g.fillRect(GUTTER + i * 2, h - size(bad[i]), 1.6, size(bad[i]));
    }
    g.fillStyle = color.rule;
    for (const [, begin, stop] of rules) g.fillRect(GUTTER + begin / end * span, 0, Math.max(1, ((stop < 0 ? end : stop) - begin) / end * span), 5);
    g.strokeStyle = color.accent;
    g.lineWidth = 2;
    g.strokeRect(GUTTER + from / end * span, 1, Math.max(3, (to - from) / end * span), h - 2);
  }

  // ---- The table

  let listTimer = 0;
  function listSoon() {
    clearTimeout(listTimer);
    listTimer = setTimeout(list, 60);
  }

  function list() {
    const rows = [];
    let count = 0;
    for (const p of visible()) if (p.sent >= from && ++count <= MAX_ROWS) rows.push({at: p.sent, p});
    for (const [at, kind, node, text] of marks) if (at >= from && at <= to && rows.length < MAX_ROWS * 2) rows.push({at, kind, node, text});
    rows.sort((a, b) => a.at - b.at);
    const body = document.createDocumentFragment();
    for (const row of rows) {
      const line = document.createElement('tr'), p = row.p;
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = p ? p.text : row.text;
      if (p) {
        line.dataset.packet = p.index;
        line.className = CLASSES[p.style];
        line.setAttribute('aria-selected', p.index === selected);
      }
      cells(line, seconds(row.at), p ? nodes[p.from] : row.node >= 0 ? nodes[row.node] : '', p ? nodes[p.to] : '', p ? button : row.text, p ? fate(p) : row.kind);
      body.append(line);
    }
    $('events').tBodies[0].replaceChildren(body);
    $('shown').textContent = count > MAX_ROWS ? `the first ${MAX_ROWS} of ${count.toLocaleString('en')} packets` : `${count} packets`;
    document.body.dataset.ready = 'true';
  }

  function cells(line, ...all) {
    all.forEach((content, i) => {
      const cell = document.createElement('td');
      if (i === 3) cell.className = 'what';
      cell.append(content);
      line.append(cell);
    });
  }

  // ---- One packet

  function select(index, moves) {
    selected = index;
    const p = packets[index];
    if (!p) { $('details').innerHTML = ''; draw(); return; }
    if (!relative) {
      relative = new Map();
      for (const s of packets) if (s.protocol === 6 && s.text.includes('[S')) {
        const found = Decoder.initialSequence(bytesOf(s));
        if (found) relative.set(found[0], found[1]);
      }
    }
    const details = $('details'), add = (tag, text, parent = details) => { const e = document.createElement(tag); e.textContent = text; parent.append(e); return e; };
    details.replaceChildren();
    add('h3', `Packet ${index + 1}: ${p.text}`);
    group('', [['Sent', seconds(p.sent) + ' s'], ['Arrives', p.arrival < 0 ? 'never' : `${seconds(p.arrival)} s, ${duration(p.arrival - p.sent)} later`],
      ['Link', `${nodes[p.from]} → ${nodes[p.to]}`], ['Fate', fate(p) || 'as sent']]);
    for (const [name, fields] of Decoder.decode(bytesOf(p), p.length, relative)) {
      if (name.startsWith('Payload')) { add('h3', name); add('pre', fields.map(f => f.join('  ')).join('\n')); } else group(name, fields);
    }
    function group(name, fields) {
      if (name) add('h3', name);
      const dl = add('dl', '');
      for (const [key, value] of fields) { add('dt', key, dl); add('dd', String(value), dl); }
    }
    document.querySelectorAll('#events tr[data-packet]').forEach(row => row.setAttribute('aria-selected', +row.dataset.packet === index));
    if (moves && (p.sent < from || p.end > to)) {
      const half = (to - from) / 2;
      move(p.sent - half, p.sent + half);
    }
    for (const lane of [p.from, p.to]) {
      if (moves && y(lane) < RULES + AXIS) view.scrollTop += y(lane) - RULES - AXIS - laneHeight;
      if (moves && y(lane) > height) view.scrollTop += y(lane) - height + laneHeight;
    }
    draw();
  }
  const bytesOf = p => Uint8Array.from(atob(p.frame), c => c.charCodeAt(0));

  function step(direction, condition = () => true) {
    const list = filtered;
    let i = selected < 0 ? lowerBound(list, from) - (direction > 0 ? 1 : 0) : list.findIndex(p => p.index >= selected);
    if (i < 0) i = list.length;
    if (direction > 0 && selected >= 0 && list[i] && list[i].index > selected) i--;
    for (i += direction; i >= 0 && i < list.length; i += direction) if (condition(list[i])) return select(list[i].index, true);
  }

  function packetAt(px, py) {
    let best = -1, least = 7;
    if (px < GUTTER || py < RULES + AXIS) return -1;
    for (const p of visible()) {
      const [x0, y0, x1, y1] = ends(p), dx = x1 - x0, dy = y1 - y0;
      const part = Math.max(0, Math.min(1, ((px - x0) * dx + (py - y0) * dy) / (dx * dx + dy * dy || 1)));
      const distance = Math.hypot(px - x0 - part * dx, py - y0 - part * dy);
      if (distance < least) { least = distance; best = p.index; }
    }
    return best;
  }

  // ---- Input

  const downs = [];
  {
    const open = new Map();
    for (const [at, kind, node, text] of marks) {
      if (kind !== 'node') continue;
      if (text === 'crashes' || text === 'freezes') { if (!open.has(node)) open.set(node, at); }
      else if ((text === 'starts again' || text === 'goes on') && open.has(node)) { downs.push({node, begin: open.get(node), end: at}); open.delete(node); }
    }
    for (const [node, at] of open) downs.push({node, begin: at, end});
  }

  function applyFilter() {
    const words = $('filter').value.trim().toLowerCase().split(/\s+/).filter(Boolean), trouble = $('trouble').checked;
    filtered = !words.length && !trouble ? packets : packets.filter(p => (!trouble || p.style) && words.every(w => `${p.text} ${nodes[p.from]} ${nodes[p.to]} ${p.fault}`.toLowerCase().includes(w)));
    draw();
  }
  $('filter').addEventListener('input', applyFilter);
  $('trouble').addEventListener('change', applyFilter);
  const bad = p => p.style === LOST || p.style === REPEATED;
  const actions = {
    'fit': () => move(0, end), 'zoom-in': () => zoom(.5), 'zoom-out': () => zoom(2), 'earlier': () => pan(-.25), 'later': () => pan(.25),
    'previous': () => step(-1), 'next': () => step(1), 'next-trouble': () => step(1, bad),
  };
  for (const [id, action] of Object.entries(actions)) $(id).addEventListener('click', action);
  const keys = {Home: 'fit', '+': 'zoom-in', '=': 'zoom-in', '-': 'zoom-out', ArrowLeft: 'earlier', ArrowRight: 'later', n: 'next', p: 'previous', x: 'next-trouble'};
  addEventListener('keydown', e => {
    if (e.target.matches('input') || e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === 'Escape') { select(-1); return; }
    if (keys[e.key]) { e.preventDefault(); actions[keys[e.key]](); }
  });
  canvas.addEventListener('wheel', e => {
    e.preventDefault();
    if (e.shiftKey || Math.abs(e.deltaX) > Math.abs(e.deltaY)) pan((e.deltaX || e.deltaY) / 1000);
    else zoom(Math.exp(Math.max(-1, Math.min(1, e.deltaY / 300))), time(e.offsetX));
  }, {passive: false});
  let drag = null;
  canvas.addEventListener('pointerdown', e => {
    drag = {x: e.clientX, y: e.clientY, from, to, top: view.scrollTop, moved: false};
    canvas.setPointerCapture(e.pointerId);
  });
  canvas.addEventListener('pointermove', e => {
    if (!drag) {
      const index = packetAt(e.offsetX, e.offsetY);
      if (index !== hover) { hover = index; canvas.title = index < 0 ? '' : `${seconds(packets[index].sent)} s  ${packets[index].text} ${fate(packets[index])}`; draw(); }
      return;
    }
    const dx = e.clientX - drag.x;
    drag.moved ||= Math.abs(dx) + Math.abs(e.clientY - drag.y) > 4;
    if (!drag.moved) return;
    canvas.classList.add('dragging');
    const shift = dx / (width - GUTTER) * (drag.to - drag.from);
    view.scrollTop = drag.top - (e.clientY - drag.y);
    move(drag.from - shift, drag.to - shift);
  });
  canvas.addEventListener('pointerup', e => {
    if (drag && !drag.moved) select(packetAt(e.offsetX, e.offsetY));
    drag = null;
    canvas.classList.remove('dragging');
  });
  canvas.addEventListener('pointercancel', () => { drag = null; canvas.classList.remove('dragging'); });
  let brush = null;
  const overviewTime = e => (e.offsetX - GUTTER) / (overview.clientWidth - GUTTER) * end;
  overview.addEventListener('pointerdown', e => { brush = overviewTime(e); overview.setPointerCapture(e.pointerId); });
  overview.addEventListener('pointermove', e => {
    if (brush === null) return;
    const at = overviewTime(e);
    if (Math.abs(at - brush) > end / 200) move(Math.min(at, brush), Math.max(at, brush));
  });
  overview.addEventListener('pointerup', e => {
    const at = overviewTime(e), half = (to - from) / 2;
    if (Math.abs(at - brush) <= end / 200) move(at - half, at + half);
    brush = null;
  });
  $('events').addEventListener('click', e => { const row = e.target.closest('tr[data-packet]'); if (row) select(+row.dataset.packet, true); });
  $('rules').addEventListener('click', e => {
    const row = e.target.closest('tr[data-rule]');
    if (!row) return;
    const [, begin, stop] = rules[+row.dataset.rule], last = stop < 0 ? end : stop, margin = Math.max(100, (last - begin) * .1);
    move(begin - margin, last + margin);
  });
  view.addEventListener('scroll', draw);
  addEventListener('resize', resize);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);

  // ---- The page around

  const count = style => packets.filter(p => style(p)).length.toLocaleString('en');
  for (const [id, name, value] of [['time', 'Simulated time', duration(data.end)], ['node-count', 'Nodes', nodes.length], ['packet-count', 'Packets', packets.length.toLocaleString('en')],
    ['lost-count', 'Lost', count(p => p.style === LOST)], ['retransmission-count', 'Retransmissions', count(p => p.repeated)], ['rule-count', 'Rules', rules.length]]) {
    const part = document.createElement('div'), dt = document.createElement('dt'), dd = document.createElement('dd');
    dt.textContent = name;
    dd.textContent = value;
    dd.id = id;
    part.append(dt, dd);
    $('summary').append(part);
  }
  if (data.failure) { $('failure').textContent = data.failure; $('failure').hidden = false; }
  if (data.discarded) {
    $('discarded').textContent = `${data.discarded.toLocaleString('en')} earlier events were not kept. SimulationOptions.MaxLoggedEvents is their limit.`;
    $('discarded').hidden = false;
  }
  for (const name of nodes) $('nodes').append(Object.assign(document.createElement('li'), {textContent: name}));
  rules.forEach(([number, begin, stop, what], i) => {
    const line = document.createElement('tr');
    line.dataset.rule = i;
    cells(line, number, seconds(begin), stop < 0 ? 'the end' : seconds(stop), Object.assign(document.createElement('button'), {type: 'button', textContent: what}));
    $('rules').tBodies[0].append(line);
  });
  if (!rules.length) $('rules').closest('section').hidden = true;
  const wanted = /packet=(\d+)/.exec(location.hash);
  // For scripts: where a packet is on the canvas.
  globalThis.timeline = {pointOf: index => { const [x0, y0, x1, y1] = ends(packets[index]); return [(x0 + x1) / 2, (y0 + y1) / 2]; }, move: (a, b) => move(a * TICKS, b * TICKS)};
  resize();
  // An idle tail would leave little room: the packets come first.
  if (packets.length && packets.at(-1).end < end * .5) move(0, packets.at(-1).end * 1.05);
  if (wanted) select(+wanted[1] - 1, true);
})();
