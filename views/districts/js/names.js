// Names of areas and of the chosen actor, and the numbers of filled areas: never over each other, moved a little to leave the points free.

const SHIFTS = [0, -16, 16, -28, 28, -40, 40].flatMap(down => [0, -22, 22].map(across => [across, down])).sort((a, b) => Math.hypot(...a) - Math.hypot(...b));
const NUMBERS = [22, 16, 13];
const OVERHANG = 1.25;     // how far a name may reach over the width of its area

class NameLayer {
  constructor(data, tree) {
    this.tree = tree;
    this.element = svg("g", { class: "names", "pointer-events": "none" });
    this.pen = document.createElement("canvas").getContext("2d");
    this.widths = new Map();
  }

  width(text, size, weight) {
    const key = `${weight} ${text}`;
    if (!this.widths.has(key)) {
      this.pen.font = `${weight} 20px ${FONT}`;
      this.widths.set(key, this.pen.measureText(text).width / 20);
    }
    return this.widths.get(key) * size;
  }

  // `points` are boxes that names leave free where they can, `signs` those that they never cover.
  draw(data, { place, width, height, k, size }, points, signs, chosenPoint) {
    Object.assign(this, { data, size, sight: [width, height], taken: [...signs], elements: [] });
    const [ox, oy] = place(0, 0);
    this.within = (area, x, y) => holds(area.rings, (x - ox) / k, (y - oy) / k);
    if (chosenPoint) this.nameOfChosen(chosenPoint);
    const strength = area => (this.tree.chosen.has(area.id) ? 0 : this.tree.chosen.has(area.parent) ? 1 : 2);
    const inSight = area => { const [x, y] = place(...area.spot); return x >= 0 && x <= width && y >= 0 && y <= height; };
    const named = this.tree.named().filter(inSight).sort((a, b) => strength(a) - strength(b) || b.room[0] - a.room[0] || (a.id < b.id ? -1 : 1));
    const filled = named.filter(area => data.fills[area.id]).map(area => ({ area, ...this.number(area, place(...area.spot), k) }));
    for (const { area, lines, x, y, digits } of filled) if (lines) this.nameUnder(area, lines, x, y, digits);
    for (const area of named) if (!data.fills[area.id]) this.name(area, place(...area.spot), strength(area), points);
    this.element.replaceChildren(...this.elements);
  }

  // Under the chosen actor, else over it or beside it, in one line or two: where it covers no number, or as few as can be.
  nameOfChosen({ name, x, y }) {
    const { data: { palette }, size, sight: [width] } = this, px = 14 * size;
    let best = null, least = Infinity;
    for (const lines of [[name], this.wrapped(name, px, this.width(name, px, 600) - 1)]) {
      if (!lines) continue;
      const half = Math.max(...lines.map(line => this.width(line, px, 700))) / 2, away = (20 + 8 * lines.length) * size;
      const near = Math.max(half + 4, Math.min(width - half - 4, x)), beside = half + 22 * size;
      for (const [cx, cy] of [[near, y + away], [near, y - away], [x + beside, y], [x - beside, y], [near, y + 2 * away], [near, y - 2 * away]]) {
        const box = this.box(lines, cx, cy, px, 700), covered = this.inside(box) ? this.covered(box) : Infinity;
        if (covered < least || !best) { best = [lines, cx, cy]; least = covered; }
      }
    }
    this.put(...best, px, 700, palette.ink);
  }

  // Lines of text around (x, y), one under the other; what they cover is taken.
  put(lines, x, y, px, weight, fill, halo = this.data.palette.paper) {
    const step = px * 1.15, top = y - ((lines.length - 1) * step) / 2;
    lines.forEach((line, i) => {
      const at = top + i * step;
      this.elements.push(svg("text", { x, y: at, "font-size": px, "font-weight": weight, fill, "text-anchor": "middle", "dominant-baseline": "central", stroke: halo, "stroke-width": 4, "paint-order": "stroke", "stroke-linejoin": "round" }, line));
    });
    this.taken.push(this.box(lines, x, y, px, weight));
  }

  box(lines, x, y, px, weight) {
    const half = Math.max(...lines.map(line => this.width(line, px, weight))) / 2, tall = (lines.length * px * 1.15) / 2;
    return [x - half, y - tall, x + half, y + tall];
  }

  // How many names and numbers a box would cover.
  covered(box) { return this.taken.filter(other => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]).length; }

  free(box) { return !this.covered(box); }

  inside(box) { return box[0] >= 0 && box[1] >= 0 && box[2] <= this.sight[0] && box[3] <= this.sight[1]; }

  // The number of a filled area, as large as fits, over its name where that fits, too. Returns where the name goes.
  number(area, [x, y], k) {
    const fill = this.data.fills[area.id], [wide, high] = area.room.map(length => length * k), { size } = this;
    for (const px of NUMBERS.map(n => n * size)) {
      const across = this.width(fill.text, px, 700);
      if (across > wide * 1.1 || px * 0.8 > high) continue;
      const lines = px > 14 * size ? this.wrapped(area.name, 13 * size, wide * OVERHANG) : null;
      const tall = lines && px + lines.length * 15 * size <= Math.max(high, px) * 1.3;
      const at = tall ? y - lines.length * 7.5 * size : y;
      if (!this.free(this.box([fill.text], x, at, px, 700))) continue;
      this.put([fill.text], x, at, px, 700, fill.ink, fill.colour);
      return tall ? { lines, x, y: at + px * 0.58 + lines.length * 7.5 * size } : {};
    }
    return {};
  }

  nameUnder(area, lines, x, y) {
    const fill = this.data.fills[area.id], px = 13 * this.size, box = this.box(lines, x, y, px, 600);
    if (this.free(box) && this.inside(box)) this.put(lines, x, y, px, 600, fill.ink, fill.colour);
  }

  // A name in one line, or in two where it breaks; null where neither is narrow enough.
  wrapped(name, px, most) {
    if (this.width(name, px, 600) <= most) return [name];
    const cuts = [...name.matchAll(/[\s/–-]/g)].map(match => match.index + 1);
    const halves = cuts.map(cut => [name.slice(0, cut).trimEnd(), name.slice(cut)]).filter(([, rest]) => rest);
    const widest = lines => Math.max(...lines.map(line => this.width(line, px, 600)));
    const best = halves.sort((a, b) => widest(a) - widest(b))[0];
    return best && widest(best) <= most ? best : null;
  }

  // A name stands in its own area, in one line or two, or nowhere: beside it, it would name another one.
  name(area, [x, y], strength, points) {
    const { data: { palette }, size } = this, px = 13 * size, weight = strength === 0 ? 650 : 500, whole = this.width(area.name, px, 600);
    for (const lines of [[area.name], this.wrapped(area.name, px, whole - 1)]) {
      const spot = lines && this.roomFor(area, lines, x, y, px, weight, points);
      if (!spot) continue;
      this.put(lines, ...spot, px, weight, strength < 2 ? palette.ink : palette.muted);
      return;
    }
  }

  // The place in its area where lines cover fewest points, and no sign or other name; null where there is none.
  roomFor(area, lines, x, y, px, weight, points) {
    const half = Math.max(...lines.map(line => this.width(line, px, weight))) / 2;
    let best = null, least = Infinity;
    for (const [across, down] of SHIFTS) {
      const cx = Math.max(half + 2, Math.min(this.sight[0] - half - 2, x + across * this.size)), cy = y + down * this.size;
      const box = this.box(lines, cx, cy, px, weight);
      if (box[1] < 0 || box[3] > this.sight[1] || !this.free(box) || !this.within(area, cx, cy)) continue;
      const covered = points.filter(p => p[0] < box[2] && p[2] > box[0] && p[1] < box[3] && p[3] > box[1]).length;
      if (covered < least) { best = [cx, cy]; least = covered; }
    }
    return best;
  }
}

// Does a place lie in these rings (of an area, in its own units)? Holes are rings, too.
function holds(rings, x, y) {
  let inside = false;
  for (const ring of rings) for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    if (ring[i + 1] > y !== ring[j + 1] > y && x < ((ring[j] - ring[i]) * (y - ring[i + 1])) / (ring[j + 1] - ring[i + 1]) + ring[i]) inside = !inside;
  }
  return inside;
}
