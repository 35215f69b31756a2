// Reads the packed columns that views/packing.py makes: numbers are base64 of little-endian arrays.

const FORMS = { f4: Float32Array, u4: Uint32Array, u2: Uint16Array, u1: Uint8Array };

function column(text, form) {
  const Form = FORMS[form];
  if (Uint8Array.fromBase64) return new Form(Uint8Array.fromBase64(text).buffer);
  const letters = atob(text), bytes = new Uint8Array(letters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = letters.charCodeAt(i);
  return new Form(bytes.buffer);
}

// One node as an object: its place in the columns. What only some nodes have (short, members, seats) it has as a property of its own.
class Node {
  constructor(columns, i) {
    this.columns = columns;
    this.i = i;
  }

  get id() { return this.columns.ids[this.i]; }
  get label() { return this.columns.labels[this.i]; }
  get type() { return this.columns.types[this.columns.type[this.i]]; }
  get side() { return this.columns.sides.length === 1 ? this.columns.sides : this.columns.sides[this.i]; }
  get size() { return this.columns.size ? this.columns.size[this.i] / 50 : 1; }
  get x() { return this.columns.x[this.i]; }
  get y() { return this.columns.y[this.i]; }
  set x(value) { this.columns.x[this.i] = value; this.columns.moves++; }
  set y(value) { this.columns.y[this.i] = value; this.columns.moves++; }
}

// The ties as columns; in a loop they come as [from, to, kind, how many].
class Ties {
  constructor({ kinds, a, b, kind, n }) {
    this.kinds = kinds;
    this.a = column(a, "u4");
    this.b = column(b, "u4");
    this.kind = column(kind, "u1");
    this.n = n === undefined ? null : column(n, "u2");
    this.length = this.a.length;
  }

  count(e) { return this.n ? this.n[e] : 1; }
  *[Symbol.iterator]() { for (let e = 0; e < this.length; e++) yield [this.a[e], this.b[e], this.kinds[this.kind[e]], this.count(e)]; }
  map(make) { return Array.from(this, make); }
}

function unpack(data) {
  const packed = data.nodes;
  const columns = {
    ...packed,
    x: column(packed.x, "f4"),
    y: column(packed.y, "f4"),
    type: column(packed.type, "u1"),
    size: packed.size === undefined ? null : column(packed.size, "u1"),
    moves: 0,                                // grows when a node is put elsewhere
  };
  const nodes = new Array(packed.ids.length);
  for (let i = 0; i < nodes.length; i++) nodes[i] = new Node(columns, i);
  for (const [name, { at, is }] of Object.entries(packed.more)) at.forEach((i, n) => { nodes[i][name] = is[n]; });
  const hulls = data.hulls.map(hull => ({ ...hull, nodes: column(hull.nodes, "u4") }));
  return { ...data, nodes, columns, hulls, ties: new Ties(data.ties) };
}
