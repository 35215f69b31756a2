// Paints a crowd: thousands of symbols at once. Far away only hulls, thin ties, dots and the most important names; the
// closer one looks, the more of everything. In steps, so that a picture that takes long is painted between two frames.

const TIES_IN_DETAIL = 1200;     // no more ties than this in sight: curves, dashes, arrows, widths
const TIES_AT_MOST = 24000;      // of more in sight, every second, third ... one is drawn
const TIES_IN_SKETCH = 1500;
const TIES_AT_ONCE = 500, FEW_TIES = 60, SYMBOLS_AT_ONCE = 1500;
const SYMBOLS_IN_DETAIL = 300;
const NAME_ROOM = 16000;         // px² of the picture for each name
const DOT = 2.2;                 // px: smaller symbols are dots, told apart by colour only
const SKETCHED = 5;              // px: in the first sketch these, too
const FOCUS_LEAST = 5.5;         // px: radius of the chosen one and its neighbours at least
const VEIL = 0.74;

// Everything, with whom the reader has chosen on top. Returns how many names found no place.
function paintCrowd(painter, g) {
  const steps = crowdSteps(painter, g);
  let step = steps.next();
  while (!step.done) step = steps.next();
  paintFocus(painter, g);
  return step.value;
}

// What can be painted within some hundredths of a second: hulls, some ties, dots, and whom the reader has chosen.
function sketchCrowd(painter, g) {
  painter.focus = null;
  const steps = crowdSteps(painter, g, { quick: true });
  while (!steps.next().done);
  paintFocus(painter, g);
}

// The crowd without any choice; gives way after each part. Returns how many names found no place.
function* crowdSteps(painter, g, { quick = false } = {}) {
  const { scene, view } = painter, crowd = inSight(scene, view);
  painter.blank(g);
  painter.hulls(g);
  yield;
  yield* crowdTies(painter, g, crowd, quick);
  yield* crowdSymbols(painter, g, crowd, quick);
  if (quick) return 0;
  if (scene.data.since) paintMarks(painter, g);
  return yield* crowdNames(painter, g, crowd);
}

// Where everybody is on the screen, and who of them is in sight.
function inSight(scene, view) {
  const { columns } = scene, size = scene.nodes.length, { left, top, right, bottom } = view.window, edge = 20;
  const x = new Float32Array(size), y = new Float32Array(size), seen = new Uint8Array(size);
  const x0 = view.x(0), y0 = view.y(0), wide = view.x(1) - x0, high = view.y(1) - y0;
  let count = 0;
  for (let i = 0; i < size; i++) {
    x[i] = x0 + columns.x[i] * wide;
    y[i] = y0 + columns.y[i] * high;
    if (x[i] > left - edge && x[i] < right + edge && y[i] > top - edge && y[i] < bottom + edge) { seen[i] = 1; count++; }
  }
  return { x, y, seen, count };
}

function* crowdTies(painter, g, { x, y }, quick) {
  const { scene, view } = painter, { a, b } = scene.ties, { left, top, right, bottom } = view.window;
  const passes = e => {
    const p = a[e], q = b[e];
    return !((x[p] < left && x[q] < left) || (x[p] > right && x[q] > right) || (y[p] < top && y[q] < top) || (y[p] > bottom && y[q] > bottom));
  };
  const inView = scene.batches.map(batch => (view.k > 1 ? batch.ties.filter(passes) : batch.ties));
  const total = inView.reduce((sum, ties) => sum + ties.length, 0);
  if (total <= TIES_IN_DETAIL && !quick) {
    const thin = Math.max(0.35, Math.min(1, view.spacing / 75)), most = thin < 1 ? 0.55 : 1;
    for (const [n, batch] of scene.batches.entries())
      for (let at = 0; at < inView[n].length; at += FEW_TIES) {
        painter.stroke(g, batch, inView[n].slice(at, at + FEW_TIES), Math.min(most, painter.opacity(batch)), thin);
        yield;
      }
    return;
  }
  const every = Math.ceil(total / (quick ? TIES_IN_SKETCH : TIES_AT_MOST));
  const alpha = Math.max(0.1, Math.min(0.4, 2000 / total)) * Math.min(2, Math.sqrt(every));
  for (const [n, batch] of scene.batches.entries()) {
    g.strokeStyle = batch.kind.color;
    g.lineWidth = Math.min(1, batch.width * 0.6);
    g.globalAlpha = scene.data.since ? painter.opacity(batch) : batch.kind.quiet ? alpha * 0.7 : alpha;
    const ties = inView[n];
    for (let at = 0; at < ties.length; ) {
      g.beginPath();
      for (let drawn = 0; at < ties.length && drawn < TIES_AT_ONCE; at += every, drawn++) {
        g.moveTo(x[a[ties[at]]], y[a[ties[at]]]);
        g.lineTo(x[b[ties[at]]], y[b[ties[at]]]);
      }
      g.stroke();
      yield;
    }
  }
  g.globalAlpha = 1;
}

// Types one after the other, the largest symbols last; each with a white rim where there is room for one.
function* crowdSymbols(painter, g, { x, y, seen, count }, quick) {
  const { scene, view } = painter, { columns } = scene, swell = view.swell;
  g.globalAlpha = 1;
  if (count <= SYMBOLS_IN_DETAIL && !quick) {
    let drawn = 0;
    for (let at = scene.order.length - 1; at >= 0; at--) {
      if (!seen[scene.order[at]]) continue;
      painter.symbol(g, scene.order[at]);
      if (++drawn % 40 === 0) yield;
    }
    return;
  }
  const byType = scene.types.map(() => []);
  for (let i = 0; i < seen.length; i++) if (seen[i]) byType[columns.type[i]].push(i);
  const order = scene.types.map((_, t) => t).sort((p, q) => scene.types[p].radius - scene.types[q].radius);
  if (quick && !columns.size && !columns.more.members) {
    const groups = order.map(t => ({ type: scene.types[t], r: scene.types[t].radius * swell, members: byType[t] }));
    (8.5 * swell < SKETCHED ? dots : stamps)(g, groups, x, y);
    return;
  }
  for (const t of order) {
    const type = scene.types[t], members = byType[t];
    for (let from = 0; from < members.length; from += SYMBOLS_AT_ONCE) {
      const part = members.slice(from, from + SYMBOLS_AT_ONCE);
      g.fillStyle = type.color;
      if (!columns.size && type.radius * swell < DOT) {
        const r = Math.max(0.7, type.radius * swell * 0.95);
        for (const i of part) g.fillRect(x[i] - r, y[i] - r, 2 * r, 2 * r);
      } else {
        g.beginPath();
        for (const i of part) addPolygon(g, type.polygon, x[i], y[i], Math.max(0.8, view.radius(i, swell)));
        if (type.radius * swell > 4 && !quick) {
          g.strokeStyle = painter.palette.paper;
          g.lineWidth = 2;
          g.stroke();
        }
        g.fill();
      }
      yield;
    }
  }
}

// Tens of thousands of dots at once, as pixels.
function dots(g, groups, x, y) {
  const { width, height } = g.canvas, image = new ImageData(width, height), pixels = new Uint32Array(image.data.buffer), { a: ratio } = g.getTransform();
  for (const { type, r, members } of groups) {
    const [red, green, blue] = [1, 3, 5].map(n => parseInt(type.color.slice(n, n + 2), 16)), value = ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
    const side = Math.max(1, Math.round(2 * r * ratio));
    for (const i of members) {
      const left = Math.round(x[i] * ratio - side / 2), top = Math.round(y[i] * ratio - side / 2);
      if (left < 0 || top < 0 || left + side > width || top + side > height) continue;
      for (let row = top; row < top + side; row++) pixels.fill(value, row * width + left, row * width + left + side);
    }
  }
  const layer = document.createElement("canvas");
  Object.assign(layer, { width, height });
  layer.getContext("2d").putImageData(image, 0, 0);
  g.save();
  g.setTransform(1, 0, 0, 1, 0, 0);
  g.drawImage(layer, 0, 0);
  g.restore();
}

// Thousands of symbols that look alike, as copies of one: quicker than as many polygons.
function stamps(g, groups, x, y) {
  const { a: ratio } = g.getTransform();
  for (const { type, r, members } of groups) {
    if (!members.length) continue;
    const wide = Math.ceil((2 * r + 2) * ratio), side = wide / ratio, stamp = document.createElement("canvas");
    Object.assign(stamp, { width: wide, height: wide });
    const pen = stamp.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, wide / 2, wide / 2);
    pen.fillStyle = type.color;
    addPolygon(pen, type.polygon, 0, 0, r);
    pen.fill();
    for (const i of members) g.drawImage(stamp, x[i] - side / 2, y[i] - side / 2, side, side);
  }
}

function addPolygon(g, polygon, x, y, r) {
  const every = r < 5 && polygon.length > 12 ? 5 : 1;       // a small circle needs no forty corners
  for (let n = 0; n < polygon.length; n += every) {
    const [px, py] = polygon[n];
    if (n) g.lineTo(x + r * px, y + r * py);
    else g.moveTo(x + r * px, y + r * py);
  }
  g.closePath();
}

// Hulls with room get their title, the largest first; then names by importance, as many as there is room for.
function* crowdNames(painter, g, { x, y, seen, count }) {
  const { scene, view } = painter, { left, top, right, bottom } = view.window, big = view.big, taken = new Taken();
  const most = Math.min(400, ((right - left) * (bottom - top)) / (NAME_ROOM * big * big));
  let obstacles = count <= SYMBOLS_IN_DETAIL ? count : most * 2;
  for (const i of scene.order) {
    if (!seen[i]) continue;
    if (obstacles-- <= 0) break;
    const r = Math.max(1, view.radius(i) - 1);
    taken.add([x[i] - r, y[i] - r, x[i] + r, y[i] + r], i);
  }
  crowdTitles(painter, g, taken);
  yield;
  let named = 0, missed = 0;
  g.fillStyle = painter.palette.ink;
  for (const i of scene.order) {
    if (named >= most || missed >= 3 * most) break;
    if (!seen[i]) continue;
    if (painter.nameAt(g, taken, i)) named++;
    else missed++;
    if ((named + missed) % 10 === 0) yield;
  }
  return count - named;
}

function crowdTitles(painter, g, taken) {
  const { scene, view, palette } = painter, big = view.big, { left, top, right, bottom } = view.window;
  setFont(g, big, view.titleFont);
  g.textAlign = "center";
  g.textBaseline = "middle";
  g.fillStyle = palette.muted;
  const hulls = [...scene.data.hulls].sort((p, q) => q.nodes.length - p.nodes.length);
  for (const hull of hulls) {
    const points = scene.outline(hull), xs = points.map(([x]) => view.x(x)), ys = points.map(([, y]) => view.y(y));
    const from = Math.min(...xs), to = Math.max(...xs), room = Math.max(80 * big, (to - from) * 1.1 + view.hullRim);
    const whole = hull.label.toUpperCase(), text = cut(g, whole, room), width = g.measureText(text).width;
    const middle = (from + to) / 2, y = Math.min(...ys) - view.hullRim - 8 * big;
    if (text.length < whole.length * 0.6 || (to - from) * 1.6 < width || middle - width / 2 < left || middle + width / 2 > right || y < top || y > bottom) continue;
    const box = [middle - width / 2 - 4, y - 9 * big, middle + width / 2 + 4, y + 9 * big];
    if (!taken.free(box)) continue;
    haloText(g, text, middle, y, palette, big);
    taken.add(box);
  }
}

// Whom the reader has chosen, or those of a story, with their ties and neighbours, over a veil; whom the pointer is on, without one.
function paintFocus(painter, g) {
  const { scene, view, chosen, hovered, palette } = painter;
  painter.told = chosen < 0 ? scene.story : null;
  const forward = chosen >= 0 ? [chosen] : painter.told ? [...painter.told.actors] : [];
  if (forward.length) {
    const { left, top, right, bottom } = view.window;
    g.globalAlpha = VEIL;
    g.fillStyle = palette.paper;
    g.fillRect(left, top, right - left, bottom - top);
    g.globalAlpha = 1;
  }
  painter.focus = null;                                     // the veil has dimmed already
  painter.least = FOCUS_LEAST;
  const taken = new Taken();
  for (const lead of new Set([...forward, hovered])) {
    if (lead < 0) continue;
    const lit = forward.includes(lead);
    const mine = new Set(scene.tiesOf(lead)), near = scene.neighbours(lead), batches = new Map();
    for (const e of mine) {
      const kind = scene.kinds[scene.ties.kind[e]], width = tieWidth(kind, scene.ties.count(e)), key = `${scene.ties.kind[e]} ${width}`;
      if (!batches.has(key)) batches.set(key, { kind, width, ties: [] });
      batches.get(key).ties.push(e);
    }
    for (const batch of batches.values()) painter.stroke(g, batch, batch.ties, lit ? 1 : 0.7);
    const shown = lit ? [...near, lead] : [lead];
    for (const i of shown) painter.symbol(g, i);
    for (const i of shown) {
      const r = painter.radius(i), x = view.nodeX(i), y = view.nodeY(i);
      taken.add([x - r, y - r, x + r, y + r], i);
    }
    painter.nameAt(g, taken, lead, true);
    const most = (view.width * view.height) / NAME_ROOM;
    if (lit) near.slice(0, most).forEach(i => painter.nameAt(g, taken, i));
    for (const e of mine) if (lit && scene.ties.count(e) > 1 && near.length < 40) painter.count(g, scene.link(e), lead);
  }
  painter.least = 0;
}
