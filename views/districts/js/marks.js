// Who stands where on the screen: symbols, several at one address fanned out around it, heaps with their number, counts by area. What draws them follows (points.js, dots.js).

const MANY_IN_SIGHT = 300; // symbols in a narrow map; beyond, areas carry counts instead
const AMONG_NUMBERS = 60; // the same where areas are filled and have numbers of their own
const FAN_MOST = 6;        // more than these at one address are one sign with their number, until it is opened
const OUTSIDE = 0.5, BESIDE = 0.15; // of the areas' width and height: who stands so far outside is in the first view, too; the few only so far
const FEW = 0.05;          // of the points
const ON_CANVAS = 2000;    // points from which on symbols are painted instead of being elements

// Points come as columns; `areas` are those that hold a point, fine before coarse.
function pointsOf({ ids, names, kinds, kind, x, y, areas, within }) {
  return ids.map((id, i) => ({ id, name: names[i], type: kinds[kind[i]], x: x[i], y: y[i], areas: within.filter(level => level[i] >= 0).map(level => areas[level[i]]) }));
}

class Marks {
  constructor(data, tree) {
    this.tree = tree;
    this.opened = new Set();
    this.take(data);
  }

  // New points; what is opened stays open.
  take(data) {
    this.data = data;
    this.groups = new Map();
    this.points = pointsOf(data.points);
    this.byId = new Map(this.points.map(point => [point.id, point]));
    for (const point of this.points) {
      const spot = this.spot(point);
      if (!this.groups.has(spot)) this.groups.set(spot, []);
      this.groups.get(spot).push(point);
    }
    this.painted = this.points.length > ON_CANVAS;
    this.walk = null;
    this.numbers = new Intl.NumberFormat(data.language);
  }

  spot(point) { return `${point.x},${point.y}`; }

  // The box, made larger for those who are in no area and not far outside it. A few who are farther than most would only make the areas small.
  around(box) {
    const out = [...box], [wide, high] = [box[2] - box[0], box[3] - box[1]];
    const within = ({ x, y }, share) => x >= box[0] - share * wide && x <= box[2] + share * wide && y >= box[1] - share * high && y <= box[3] + share * high;
    const near = this.points.filter(point => !point.areas.length && within(point, OUTSIDE)), few = near.length <= FEW * this.points.length;
    for (const { x, y } of few ? near.filter(point => within(point, BESIDE)) : near) {
      out[0] = Math.min(out[0], x);
      out[1] = Math.min(out[1], y);
      out[2] = Math.max(out[2], x);
      out[3] = Math.max(out[3], y);
    }
    return out;
  }

  // Everybody from the top down, for the keyboard.
  order() {
    const row = this.data.grid / 40;
    this.walk ??= [...this.points].sort((a, b) => Math.floor(a.y / row) - Math.floor(b.y / row) || a.x - b.x || a.y - b.y || (a.id < b.id ? -1 : 1)).map(point => point.id);
    return this.walk;
  }

  // Which signs there are in a sight of (width, height) px with a margin, `size` times as large as usual.
  lay(place, width, height, size, selected, marked) {
    const out = { symbols: [], heaps: [], counts: [], feet: [] }, margin = Math.max(20, 0.2 * Math.min(width, height));
    const seen = [];
    let total = 0;
    for (const group of this.groups.values()) {
      const [x, y] = place(group[0].x, group[0].y);
      if (x < -margin || y < -margin || x > width + margin || y > height + margin) continue;
      seen.push([group, x, y]);
      if (x > 0 && y > 0 && x < width && y < height) total += group.length;
    }
    const room = (width * height) / (size * size), shaded = this.tree.shaded.size > 0;
    const most = shaded ? Math.max(AMONG_NUMBERS, room / 5000) : Math.max(MANY_IN_SIGHT, room / (this.painted ? 250 : 1500));
    // The others step back only where somebody on the map stands out.
    this.fades = Boolean(selected) && (marked.size > 0 || this.byId.has(selected));
    this.selected = selected;
    this.marked = marked;
    this.size = size;
    this.small = shaded ? 0.75 : 1;
    if (total <= most) for (const [group, x, y] of seen) this.group(group, x, y, out);
    else this.count(seen, place, out);
    const rank = symbol => (symbol.chosen ? 2 : symbol.marked ? 1 : 0);
    out.symbols.sort((a, b) => rank(a) - rank(b));
    return out;
  }

  group(points, x, y, out) {
    const n = points.length, { size } = this, spot = this.spot(points[0]);
    if (n === 1) { out.symbols.push(this.symbol(points[0], x, y)); return; }
    if (n > FAN_MOST && !this.opened.has(spot)) {
      out.heaps.push(this.heap(points, x, y, spot));
      for (const point of points) if (point.id === this.selected) out.symbols.push(this.symbol(point, x, y - 22 * size));
      return;
    }
    const reach = size * Math.max(9, (n * 14) / (2 * Math.PI)), turn = n === 2 ? 0 : -Math.PI / 2;
    out.feet.push([x, y]);
    points.forEach((point, i) => {
      const angle = turn + (2 * Math.PI * i) / n;
      out.symbols.push(this.symbol(point, x + reach * Math.cos(angle), y + reach * Math.sin(angle)));
    });
  }

  symbol(point, x, y) {
    const chosen = point.id === this.selected, marked = this.marked.has(point.id);
    return { point, x, y, chosen, marked, r: (chosen ? 9 : marked ? 8 : 6 * this.small) * this.size, faded: this.fades && !chosen && !marked };
  }

  heap(points, x, y, spot) {
    const names = points.slice(0, 12).map(point => point.name).join(", ") + (points.length > 12 ? " …" : "");
    const text = this.numbers.format(points.length), stands = points.some(p => this.marked.has(p.id) || p.id === this.selected);
    return { spot, x, y, text, r: this.disc(11, text), label: say(this.data.words.sameSpot, { n: text, names }), faded: this.fades && !stands };
  }

  disc(least, text) { return this.size * Math.max(least, 5 + text.length * 4.6); }

  // One number for each named area; who is chosen, marked or in no such area keeps a symbol. Filled areas have numbers of their own.
  count(seen, place, out) {
    const named = new Map(this.tree.named().map(area => [area.id, area])), held = new Map(), { words, fills } = this.data;
    for (const [group, x, y] of seen) for (const point of group) {
      const area = point.areas.find(id => named.has(id));
      if (!area || point.id === this.selected || this.marked.has(point.id)) out.symbols.push(this.symbol(point, x, y));
      if (area) held.set(area, (held.get(area) || 0) + 1);
    }
    const [left, top] = place(0, 0), k = place(1, 0)[0] - left, inside = area => ([x, y]) => holds(area.rings, (x - left) / k, (y - top) / k);
    for (const [id, n] of held) {
      if (fills[id]) continue;
      const area = named.get(id), [x, y] = place(...area.spot), text = this.numbers.format(n);
      const label = say(n === 1 ? words.placeOne : words.placeMany, { name: area.name, n: text }), r = this.disc(13, text);
      const [cx, cy] = this.beside(x, y - 12 * this.size, r, out, inside(area));
      out.counts.push({ area, x: cx, y: cy, text, r, label });
    }
  }

  // A place for the number of an area near (x, y) that neither covers who stands out nor another number; (x, y) itself where there is none.
  beside(x, y, r, { symbols, counts }, inside) {
    const free = ([cx, cy]) => [...symbols, ...counts].every(mark => Math.hypot(mark.x - cx, mark.y - cy) >= r + mark.r + (mark.chosen ? 8 * this.size : 0));
    for (const far of [0.8, 1.5, 2.2]) {
      const found = [[0, 0], [0, -1], [-1, 0], [1, 0], [0, 1]].map(([dx, dy]) => [x + far * r * dx, y + far * r * dy]).find(spot => free(spot) && inside(spot));
      if (found) return found;
    }
    return [x, y];
  }
}
