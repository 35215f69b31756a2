// From the unit square to pixels, zoom and pan, the paths of ties, and who is under the pointer.

const ROW_LEAST = 19.4, ROW_MOST = 54;       // px between two rows of the Steuerungsbild
const ZOOM_LEAST = 0.6, ZOOM_MOST = 10, ZOOM_SPACING = 90;   // the closest zoom leaves at least so many px to a symbol of a crowd
const HANDLE = 6;                            // px: a symbol of a crowd with a smaller radius is not dragged
const CROWD_SHARE = 0.2;                     // of the distance between neighbours that a symbol's radius may take
const GAP_LEAST = 52, LETTERS_LEAST = 0.9;   // px between bow and boxes; to keep it names may shrink to this share, 12.6 px
const SPOKEN_FROM = 1080, SPOKEN_LEAST = 0.957; // px of height that a presentation's letters are made for; they shrink to 1/48 of it at most
const ABOVE = 0.4;                           // of the height that few rows leave
const BOX_MOST = 0.36, NAME_MOST = 0.26;     // shares of the panel's width

class View {
  constructor(scene) {
    this.scene = scene;
    this.width = this.height = 0;
    this.k = 1;
    this.tx = this.ty = 0;
    this.big = 1;
    this.box = 0;
    this.row = -1;
    this.margin = { l: 0, r: 0, t: 0, b: 0 };
  }

  x(v) { return (this.margin.l + v * (this.width - this.margin.l - this.margin.r)) * this.k + this.tx; }
  y(v) { return (this.margin.t + v * (this.height - this.margin.t - this.margin.b)) * this.k + this.ty; }
  nodeX(i) { return this.x(this.scene.columns.x[i]); }
  nodeY(i) { return this.y(this.scene.columns.y[i]); }
  get half() { return (this.box / 2) * this.k; }
  get scale() { return this.scene.data.presentation ? (this.scene.data.scale * window.innerHeight) / SPOKEN_FROM : this.scene.data.scale; }
  get narrow() { return this.width < 900 * this.scale; }
  get titleFont() { return { size: this.scene.data.presentation ? 13.5 : 12, weight: 650 }; }

  // What is to be painted, in px: the panel, or more than it (backing.js).
  get window() { return { left: 0, top: 0, right: this.width, bottom: this.height }; }

  // Px from symbol to symbol if they stood evenly.
  get spacing() { return Math.sqrt((this.width * this.height) / Math.max(1, this.scene.nodes.length)) * this.k; }

  // By how much symbols are drawn larger than their type says.
  get swell() {
    const room = Math.max(0.85, Math.min(1.15, Math.min(this.width, this.height * 1.4) / 900));
    const usual = this.big * Math.min(1.5, Math.sqrt(this.k)) * room;
    return this.scene.crowded ? Math.min(usual, (this.spacing * CROWD_SHARE) / 8.5) : usual;
  }

  radius(i, swell = this.swell) {
    const { columns } = this.scene, fold = columns.more.members && this.scene.nodes[i].members && !this.scene.rowsAndBows ? 1.25 : 1;
    return this.scene.type(i).radius * fold * swell * (columns.size ? columns.size[i] / 50 : 1);
  }

  // How far a hull reaches beyond its symbols: less where they stand close.
  get hullRim() {
    if (this.scene.crowded) return Math.max(5, Math.min(32, this.spacing * 0.6)) * this.big;
    const room = Math.sqrt((this.width * this.height) / Math.max(1, this.scene.nodes.length));
    return Math.max(18, Math.min(32, room * 0.38)) * this.big * Math.min(1.3, Math.sqrt(this.k));
  }

  // Takes the panel's size; returns the height that the drawing needs (more than the panel where there are many rows).
  measure(g, width, height, full) {
    const { data } = this.scene;
    this.width = width;
    this.height = data.presentation ? height : Math.max(height, data.rows * ROW_LEAST * this.scale);
    this.big = this.scale * (width < 800 && !data.presentation ? 0.94 : 1) * (full ? Math.max(1.25, Math.min(1.9, width / 1200)) : 1);
    const least = this.scale * (data.presentation ? SPOKEN_LEAST : LETTERS_LEAST);
    if (this.scene.matrix) {
      this.height = arrangeMatrix(this, g, width, height);
      return this.height;
    }
    while (this.arrange(g) < GAP_LEAST * this.big && this.big > least) this.big *= 0.96;
    this.row = this.leastRow();
    this.grid = null;
    return this.height;
  }

  // Margins and width of the boxes for the letters' size; returns the gap left between a bow and the middle column.
  arrange(g) {
    const { scene, width, big } = this, { data } = scene, widest = { l: 0, r: 0, p: 0 };
    if (scene.columns.sides !== "c") scene.nodes.forEach((node, i) => {
      if (node.side === "c") return;
      setFont(g, big, nodeFont(scene, i));
      widest[node.side] = Math.max(widest[node.side], g.measureText(boxName(this, node)).width);
    });
    setFont(g, big, this.titleFont);
    for (const frame of data.frames) widest[frame.side] = Math.max(widest[frame.side], g.measureText(frame.label.toUpperCase()).width + 6 * big);
    this.box = Math.min(widest.p ? widest.p + 62 * big : 0, width * BOX_MOST);
    const outside = w => (w ? Math.min(width * NAME_MOST, w) + 22 * big : 20 * big);
    if (!scene.rowsAndBows) {
      const side = (data.rings.length ? 120 : 64) * big;   // names stand beyond the outermost ring
      this.margin = { l: side, r: side, t: 62 * big, b: 56 * big };
    } else {
      const unused = Math.max(0, this.height - data.rows * ROW_MOST * big);
      // A few rows stand a little above the middle, not under the upper edge of much white.
      this.margin = { l: outside(widest.l), r: outside(widest.r), t: 8 * big + unused * ABOVE, b: 6 * big + unused * (1 - ABOVE) };
    }
    return scene.rowsAndBows && this.box ? (width - this.margin.l - this.margin.r) * 0.42 - this.box / 2 : Infinity;
  }

  // The distance of the closest two boxes, at zoom 1.
  leastRow() {
    if (!this.scene.rowsAndBows) return 60 * this.big;
    const heights = this.scene.nodes.filter(n => n.side === "p").map(n => n.y * (this.height - this.margin.t - this.margin.b)).sort((a, b) => a - b);
    let least = 60 * this.big;
    for (let i = 1; i < heights.length; i++) least = Math.min(least, heights[i] - heights[i - 1]);
    return least;
  }

  get boxHeight() { return Math.min(30 * this.big, this.row * this.k * 0.86); }

  zoom(factor, px, py) {
    const most = Math.max(ZOOM_MOST, ZOOM_SPACING / (this.spacing / this.k));
    const k = Math.max(ZOOM_LEAST, Math.min(most, this.k * factor));
    this.tx = px - ((px - this.tx) * k) / this.k;
    this.ty = py - ((py - this.ty) * k) / this.k;
    this.k = k;
  }

  reset() { this.k = 1; this.tx = this.ty = 0; }

  // Adds a tie to the current path; returns [from x, from y, x, y] of its arrival, for the arrow head.
  trace(g, e) {
    const { nodes, ties, kinds } = this.scene, a = nodes[ties.a[e]], b = nodes[ties.b[e]];
    let x1 = this.x(a.x), x2 = this.x(b.x);
    const y1 = this.y(a.y), y2 = this.y(b.y);
    g.moveTo(x1, y1);
    if (!this.scene.rowsAndBows) {
      const mx = (x1 + x2) / 2 + (y2 - y1) * 0.08, my = (y1 + y2) / 2 - (x2 - x1) * 0.08;
      g.quadraticCurveTo(mx, my, x2, y2);
      return [mx, my, x2, y2];
    }
    const boxA = a.side === "p", boxB = b.side === "p";
    if (boxA && boxB) {                      // reports: an arc left of the column
      const free = this.x(0.5) - this.half - this.x(0.04) - 14 * this.big;
      const out = Math.max(20, Math.min((26 + Math.abs(y2 - y1) * 0.16) * Math.min(1.6, this.k), free / 0.75));
      x1 -= this.half;
      x2 -= this.half;
      g.moveTo(x1, y1);
      g.bezierCurveTo(x1 - out, y1, x2 - out, y2, x2 - (kinds[ties.kind[e]].arrow ? 8 * this.big : 0), y2);
      return [x2 - out, y2, x2, y2];
    }
    if (!boxA && !boxB) {                    // between institutions: a short loop on one bow, or across
      const same = a.side === b.side, way = a.side === "l" ? 1 : -1;
      const free = Math.min(...[x1, x2].map(x => Math.abs(this.x(0.5) - x))) - this.half - 8 * this.big;
      const out = same ? Math.max(16, Math.min((24 + Math.abs(y2 - y1) * 0.3) * this.k, 70 * this.k, free / 0.75)) * way : (x2 - x1) * 0.45;
      g.bezierCurveTo(x1 + out, y1, same ? x2 + out : x2 - out, y2, x2, y2);
      return [x2 + (same ? out : -out), y2, x2, y2];
    }
    if (boxA) x1 += x2 > x1 ? this.half : -this.half;
    else x2 += x1 > x2 ? this.half : -this.half;
    g.moveTo(x1, y1);
    g.bezierCurveTo(x1 + (x2 - x1) * 0.55, y1, x2 - (x2 - x1) * 0.5, y2, x2, y2);
    return [x1, y2, x2, y2];
  }

  // A point on a tie's path, for a sign on it: in its middle, or before it goes behind the boxes.
  middle(e) {
    const t = this.scene.behind(e) ? 0.18 : 0.5;
    let from = null, curve = null;
    this.trace({ moveTo: (x, y) => { from = [x, y]; }, quadraticCurveTo: (...c) => { curve = c; }, bezierCurveTo: (...c) => { curve = c; } }, e);
    const all = [from, ...[0, 2, 4].filter(i => i < curve.length).map(i => [curve[i], curve[i + 1]])];
    const weights = all.length === 3 ? [(1 - t) ** 2, 2 * t * (1 - t), t ** 2] : [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t ** 2 * (1 - t), t ** 3];
    return [0, 1].map(axis => all.reduce((sum, point, i) => sum + weights[i] * point[axis], 0));
  }

  // Who can be dragged: no fold, nobody in a presentation, not the one in the middle of rings, no head of the Matrix,
  // and nobody in a crowd whose symbols are too small to take hold of one and not of the picture.
  movable(i) {
    const { scene } = this;
    if (i >= 0 && scene.crowded && this.radius(i) < HANDLE) return -1;
    return i < 0 || scene.matrix || scene.data.presentation || scene.nodes[i].members || scene.inTheMiddle(i) ? -1 : i;
  }

  // Where a dragged node stands under the pointer: anywhere in the Netz, up and down in a column, around its ring.
  place(i, px, py) {
    const node = this.scene.nodes[i], inside = v => Math.max(0, Math.min(1, v));
    const x = (px - this.x(0)) / (this.x(1) - this.x(0)), y = (py - this.y(0)) / (this.y(1) - this.y(0));
    if (this.scene.rowsAndBows) node.y = inside(y);
    else if (this.scene.data.rings.length) {
      const radius = Math.hypot(node.x - 0.5, node.y - 0.5), angle = Math.atan2(y - 0.5, x - 0.5);
      node.x = 0.5 + radius * Math.cos(angle);
      node.y = 0.5 + radius * Math.sin(angle);
    } else [node.x, node.y] = [inside(x), inside(y)];
  }

  // The node at a point of the canvas, or -1. In the Steuerungsbild a box and a name outside belong to their node.
  hit(px, py) {
    if (this.scene.matrix) return hitMatrix(this, px, py);
    let best = -1, least = 1e9;
    for (const i of this.candidates(px, py)) {
      const node = this.scene.nodes[i], x = this.x(node.x);
      let dx = x - px;
      if (node.side === "p") dx = Math.max(0, Math.abs(dx) - this.half);
      else if ((node.side === "l" && px < x && px > x - this.margin.l) || (node.side === "r" && px > x && px < x + this.margin.r)) dx = 0;
      const distance = Math.hypot(dx, this.y(node.y) - py);
      if (distance < Math.max(this.scene.crowded ? 7 : node.side === "c" ? 14 : 12, this.radius(i) + 4) && distance < least) { least = distance; best = i; }
    }
    return best;
  }

  // Rows are few: all of them. Else only those in the cells around the point.
  candidates(px, py) {
    if (this.scene.rowsAndBows) return this.scene.order;
    if (!this.grid || this.grid.moves !== this.scene.columns.moves) this.grid = new Grid(this.scene.columns);
    const reach = Math.max(14, 30 * this.swell), unit = (v, from, span, shift) => ((v - shift) / this.k - from) / span;
    const x = v => unit(v, this.margin.l, this.width - this.margin.l - this.margin.r, this.tx);
    const y = v => unit(v, this.margin.t, this.height - this.margin.t - this.margin.b, this.ty);
    return this.grid.within(x(px - reach), y(py - reach), x(px + reach), y(py + reach));
  }
}

// Who is where: a grid over the unit square, in one list (compressed rows).
class Grid {
  constructor({ x, y, moves }) {
    this.moves = moves;
    this.side = Math.max(1, Math.min(256, Math.round(Math.sqrt(x.length / 4))));
    this.first = new Uint32Array(this.side * this.side + 1);
    const cell = Uint32Array.from(x, (_, i) => this.cell(y[i]) * this.side + this.cell(x[i]));
    for (const at of cell) this.first[at + 1]++;
    for (let at = 0; at < this.side * this.side; at++) this.first[at + 1] += this.first[at];
    const fill = this.first.slice();
    this.members = new Uint32Array(x.length);
    cell.forEach((at, i) => { this.members[fill[at]++] = i; });
  }

  cell(v) { return Math.max(0, Math.min(this.side - 1, Math.floor(v * this.side))); }

  within(left, top, right, bottom) {
    const found = [];
    for (let row = this.cell(top); row <= this.cell(bottom); row++)
      for (let at = this.first[row * this.side + this.cell(left)]; at < this.first[row * this.side + this.cell(right) + 1]; at++) found.push(this.members[at]);
    return found;
  }
}

// Those of many members that may lie on their outline: the farthest in some directions. Of few, all.
function outermost(members, { x, y }) {
  const point = i => [x[i], y[i]];
  if (members.length <= 200) return Array.from(members, point);
  const found = new Set();
  for (let turn = 0; turn < 48; turn++) {
    const cos = Math.cos((turn * Math.PI) / 24), sin = Math.sin((turn * Math.PI) / 24);
    let best = -1, far = -Infinity;
    for (const i of members) { const d = x[i] * cos + y[i] * sin; if (d > far) { far = d; best = i; } }
    found.add(best);
  }
  return [...found].map(point);
}

// Convex hull of points (Andrew's monotone chain).
function convexHull(points) {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = list => {
    const out = [];
    for (const c of list) {
      while (out.length > 1) {
        const a = out.at(-2), b = out.at(-1);
        if ((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) > 0) break;
        out.pop();
      }
      out.push(c);
    }
    out.pop();
    return out;
  };
  return sorted.length < 3 ? sorted : [...half(sorted), ...half(sorted.reverse())];
}
