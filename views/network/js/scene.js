// What is drawn: nodes, ties and who is next to whom, as Python sent them, with places in the lists instead of ids.

const CROWD = 150;              // more symbols than this are painted as a crowd (crowd.js): all at once, the closer the more detail
const SORTED_BY_NAME = 3000;    // above this, equals stand in the order they came in: sorting names as people do takes long

class Scene {
  // data: unpacked (unpack.js).
  constructor(data) {
    this.data = data;
    this.nodes = data.nodes;
    this.columns = data.columns;
    this.ties = data.ties;
    this.kinds = this.ties.kinds.map(name => data.kinds[name]);
    this.rowsAndBows = data.name === "steuerungsbild";
    this.types = this.columns.types.map(name => data.types[name]);
    this.crowded = this.nodes.length > CROWD && this.columns.sides === "c" && !data.rings.length;
    this.adjacent();
    this.near = new Proxy({}, { get: (_, i) => this.neighbours(Number(i)) });
    this.marks = new Map(data.changed);        // ties that began or ended
    this.batches = this.batch();
    this.outlines = { moves: -1 };
    this.story = data.story ? new Story(data.story, this.ties) : null;
    this.matrix = data.name === "matrix" ? new MatrixCells(this, data.cell) : null;
  }

  type(i) { return this.types[this.columns.type[i]]; }
  inTheMiddle(i) { return this.data.rings.length > 0 && this.nodes[i].x === 0.5 && this.nodes[i].y === 0.5; }
  boxed(i) { return this.nodes[i].side === "p"; }

  // The place of an actor, undefined where it is not drawn.
  get index() {
    const { ids } = this.columns;
    return { get: id => { const i = id ? ids.indexOf(id) : -1; return i < 0 ? undefined : i; } };
  }

  // The ties as objects, made on demand: for those who want only some of them.
  get links() { return this.linked ||= Array.from({ length: this.ties.length }, (_, e) => this.link(e)); }
  link(e) {
    const kind = this.ties.kind[e];
    return { a: this.ties.a[e], b: this.ties.b[e], name: this.ties.kinds[kind], kind: this.kinds[kind], n: this.ties.count(e), mark: this.marks.get(e) };
  }

  // For each node the ties at it, in one list (compressed rows): first[i] to first[i + 1].
  adjacent() {
    const { a, b, length } = this.ties, first = new Uint32Array(this.nodes.length + 1);
    for (let e = 0; e < length; e++) { first[a[e] + 1]++; first[b[e] + 1]++; }
    for (let i = 0; i < this.nodes.length; i++) first[i + 1] += first[i];
    const fill = first.slice(), at = new Uint32Array(2 * length);
    for (let e = 0; e < length; e++) { at[fill[a[e]]++] = e; at[fill[b[e]]++] = e; }
    this.first = first;
    this.tiesAt = at;
  }

  tiesOf(i) { return this.tiesAt.subarray(this.first[i], this.first[i + 1]); }
  other(e, i) { return this.ties.a[e] === i ? this.ties.b[e] : this.ties.a[e]; }
  neighbours(i) { return [...new Set(Array.from(this.tiesOf(i), e => this.other(e, i)))]; }

  // Everybody by importance; worked out when somebody asks first, for the first picture can do without.
  get order() { return this.ordered ||= this.byImportance(); }

  // How many others each node is tied to.
  degrees() {
    const { a, b } = this.ties, seen = new Int32Array(this.nodes.length).fill(-1), out = new Uint32Array(this.nodes.length);
    for (let i = 0; i < out.length; i++)
      for (let at = this.first[i]; at < this.first[i + 1]; at++) {
        const e = this.tiesAt[at], j = a[e] === i ? b[e] : a[e];
        if (seen[j] !== i) { seen[j] = i; out[i]++; }
      }
    return out;
  }

  // Everybody, the most important first: by members of a fold and neighbours, then by name.
  byImportance() {
    const { labels, more } = this.columns, weight = this.degrees();
    if (more.members) more.members.at.forEach((i, n) => { weight[i] += more.members.is[n]; });
    const order = new Uint32Array(weight.length);
    if (order.length <= SORTED_BY_NAME) {
      const byName = new Intl.Collator(this.data.language);
      return order.map((_, i) => i).sort((p, q) => weight[q] - weight[p] || byName.compare(labels[p], labels[q]));
    }
    let most = 0;
    for (const w of weight) most = Math.max(most, w);
    const first = new Uint32Array(most + 2);               // where those of each weight begin, the heaviest at 0
    for (const w of weight) first[most - w + 1]++;
    for (let w = 0; w <= most; w++) first[w + 1] += first[w];
    weight.forEach((w, i) => { order[first[most - w]++] = i; });
    return order;
  }

  // Ties that pass from bow to bow go behind the boxes of the middle column; between the boxes they can be followed.
  behind(e) {
    if (!this.rowsAndBows) return false;
    const a = this.ties.a[e], b = this.ties.b[e];
    return !this.boxed(a) && !this.boxed(b) && this.nodes[a].side !== this.nodes[b].side;
  }

  // Ties that look alike are stroked as one path: thousands of them stay fluid, and crossings do not darken.
  batch() {
    const groups = new Map();
    for (let e = 0; e < this.ties.length; e++) {
      const n = this.ties.count(e), broad = n > 1 ? Math.min(3, Math.floor(Math.log2(n))) : 0;
      const mark = this.marks.get(e) || "", kind = this.kinds[this.ties.kind[e]];
      const key = this.ties.kind[e] * 16 + broad * 4 + ["", "+", "-"].indexOf(mark);
      if (!groups.has(key)) groups.set(key, { kind, mark, width: tieWidth(kind, n), ties: [] });
      groups.get(key).ties.push(e);
    }
    return [...groups.values()];
  }

  // Outline of a hull's members in the unit square, [[x, y], ...]; worked out once, and again when somebody was moved.
  outline(hull) {
    if (this.outlines.moves !== this.columns.moves) this.outlines = { moves: this.columns.moves, of: new Map() };
    if (!this.outlines.of.has(hull)) this.outlines.of.set(hull, convexHull(outermost(hull.nodes, this.columns)));
    return this.outlines.of.get(hull);
  }
}

// Several seats or several members behind a fold: a wider line, by doublings, up to 2.5 times.
function tieWidth(kind, n) {
  return kind.width * Math.min(2.5, 1 + 0.5 * Math.floor(Math.log2(Math.max(1, n))));
}
