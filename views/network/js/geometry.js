// From the unit square to pixels, zoom and pan, the paths of ties, and who is under the pointer.

const ROW_LEAST = 19.4, ROW_MOST = 54;       // px between two rows of the Steuerungsbild
const ZOOM_LEAST = 0.6, ZOOM_MOST = 10;
const GAP_LEAST = 52, LETTERS_LEAST = 0.9;   // px between bow and boxes; to keep it names may shrink to this share, 12.6 px
const BOX_MOST = 0.36, NAME_MOST = 0.26;     // shares of the panel's width

class View {
  constructor(scene) {
    this.scene = scene;
    this.width = this.height = 0;
    this.k = 1;
    this.tx = this.ty = 0;
    this.big = 1;
    this.box = 0;
    this.margin = { l: 0, r: 0, t: 0, b: 0 };
  }

  x(v) { return (this.margin.l + v * (this.width - this.margin.l - this.margin.r)) * this.k + this.tx; }
  y(v) { return (this.margin.t + v * (this.height - this.margin.t - this.margin.b)) * this.k + this.ty; }
  nodeX(i) { return this.x(this.scene.nodes[i].x); }
  nodeY(i) { return this.y(this.scene.nodes[i].y); }
  get half() { return (this.box / 2) * this.k; }
  get narrow() { return this.width < 900 * this.scene.data.scale; }

  radius(i) {
    const room = Math.max(0.85, Math.min(1.15, Math.min(this.width, this.height * 1.4) / 900));
    const fold = this.scene.nodes[i].members && !this.scene.rowsAndBows ? 1.25 : 1;
    return this.scene.type(i).radius * fold * this.big * Math.min(1.5, Math.sqrt(this.k)) * room;
  }

  // How far a hull reaches beyond its symbols: less where they stand close.
  get hullRim() {
    const room = Math.sqrt((this.width * this.height) / Math.max(1, this.scene.nodes.length));
    return Math.max(18, Math.min(32, room * 0.38)) * this.big * Math.min(1.3, Math.sqrt(this.k));
  }

  // Takes the panel's size; returns the height that the drawing needs (more than the panel where there are many rows).
  measure(g, width, height, full) {
    const { data } = this.scene;
    this.width = width;
    this.height = Math.max(height, data.rows * ROW_LEAST * data.scale);
    this.big = data.scale * (width < 800 ? 0.94 : 1) * (full ? Math.max(1.25, Math.min(1.9, width / 1200)) : 1);
    const least = data.scale * LETTERS_LEAST;
    while (this.arrange(g) < GAP_LEAST * this.big && this.big > least) this.big *= 0.96;
    this.row = this.leastRow();
    this.grid = null;
    return this.height;
  }

  // Margins and width of the boxes for the letters' size; returns the gap left between a bow and the middle column.
  arrange(g) {
    const { scene, width, big } = this, { data } = scene, widest = { l: 0, r: 0, p: 0 };
    scene.nodes.forEach((node, i) => {
      if (node.side === "c") return;
      setFont(g, big, nodeFont(scene, i));
      widest[node.side] = Math.max(widest[node.side], g.measureText(boxName(this, node)).width);
    });
    setFont(g, big, { size: 12, weight: 650 });
    for (const frame of data.frames) widest[frame.side] = Math.max(widest[frame.side], g.measureText(frame.label.toUpperCase()).width + 6 * big);
    this.box = Math.min(widest.p ? widest.p + 62 * big : 0, width * BOX_MOST);
    const outside = w => (w ? Math.min(width * NAME_MOST, w) + 22 * big : 20 * big);
    if (!scene.rowsAndBows) {
      this.margin = { l: 64 * big, r: 64 * big, t: 62 * big, b: 56 * big };
    } else {
      const unused = Math.max(0, this.height - data.rows * ROW_MOST * big);
      this.margin = { l: outside(widest.l), r: outside(widest.r), t: 8 * big, b: 6 * big + unused };
    }
    return scene.rowsAndBows && this.box ? (width - this.margin.l - this.margin.r) * 0.42 - this.box / 2 : Infinity;
  }

  // The distance of the closest two boxes, at zoom 1.
  leastRow() {
    const heights = this.scene.nodes.filter(n => n.side === "p").map(n => n.y * (this.height - this.margin.t - this.margin.b)).sort((a, b) => a - b);
    let least = 60 * this.big;
    for (let i = 1; i < heights.length; i++) least = Math.min(least, heights[i] - heights[i - 1]);
    return least;
  }

  get boxHeight() { return Math.min(30 * this.big, this.row * this.k * 0.86); }

  zoom(factor, px, py) {
    const k = Math.max(ZOOM_LEAST, Math.min(ZOOM_MOST, this.k * factor));
    this.tx = px - ((px - this.tx) * k) / this.k;
    this.ty = py - ((py - this.ty) * k) / this.k;
    this.k = k;
  }

  reset() { this.k = 1; this.tx = this.ty = 0; }

  // Adds one tie to the current path; returns [from x, from y, x, y] of its arrival, for the arrow head.
  trace(g, link) {
    const { nodes } = this.scene, a = nodes[link.a], b = nodes[link.b];
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
      g.bezierCurveTo(x1 - out, y1, x2 - out, y2, x2 - (link.kind.arrow ? 8 * this.big : 0), y2);
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

  // The node at a point of the canvas, or -1. In the Steuerungsbild a box and a name outside belong to their node.
  hit(px, py) {
    let best = -1, least = 1e9;
    for (const i of this.candidates(px, py)) {
      const node = this.scene.nodes[i], x = this.x(node.x);
      let dx = x - px;
      if (node.side === "p") dx = Math.max(0, Math.abs(dx) - this.half);
      else if ((node.side === "l" && px < x && px > x - this.margin.l) || (node.side === "r" && px > x && px < x + this.margin.r)) dx = 0;
      const distance = Math.hypot(dx, this.y(node.y) - py);
      if (distance < Math.max(node.side === "c" ? 14 : 12, this.radius(i) + 4) && distance < least) { least = distance; best = i; }
    }
    return best;
  }

  // Rows are few: all of them. The Netz looks only into the cells around the point (cells of the unzoomed picture).
  candidates(px, py) {
    if (this.scene.rowsAndBows) return this.scene.order;
    const cell = 48, key = (x, y) => `${Math.floor(x / cell)},${Math.floor(y / cell)}`;
    const base = (v, shift) => (v - shift) / this.k;
    if (!this.grid) {
      this.grid = new Map();
      this.scene.nodes.forEach((_, i) => {
        const at = key(base(this.nodeX(i), this.tx), base(this.nodeY(i), this.ty));
        if (!this.grid.has(at)) this.grid.set(at, []);
        this.grid.get(at).push(i);
      });
    }
    const x = base(px, this.tx), y = base(py, this.ty), found = [];
    for (let dx = -1; dx <= 1; dx++) for (let dy = -1; dy <= 1; dy++) found.push(...(this.grid.get(key(x + dx * cell, y + dy * cell)) || []));
    return found;
  }
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
