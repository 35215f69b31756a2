// What is drawn: nodes, ties and who is next to whom, as Python sent them, with places in the lists instead of ids.

class Scene {
  constructor(data) {
    this.data = data;
    this.nodes = data.nodes;
    this.rowsAndBows = data.name === "steuerungsbild";
    this.links = data.ties.map(([a, b, kind, n]) => ({ a, b, kind: data.kinds[kind], n }));
    this.near = this.nodes.map(() => []);
    for (const { a, b } of this.links) {
      if (!this.near[a].includes(b)) this.near[a].push(b);
      if (!this.near[b].includes(a)) this.near[b].push(a);
    }
    this.index = new Map(this.nodes.map((node, i) => [node.id, i]));
    const weight = i => (this.nodes[i].members || 0) + this.near[i].length;
    const byName = new Intl.Collator(data.language);
    this.order = this.nodes.map((_, i) => i).sort((p, q) => weight(q) - weight(p) || byName.compare(this.nodes[p].label, this.nodes[q].label));
    this.batches = this.batch();
  }

  type(i) { return this.data.types[this.nodes[i].type]; }
  boxed(i) { return this.nodes[i].side === "p"; }

  // Ties that pass from bow to bow go behind the middle column.
  behind({ a, b }) {
    return this.rowsAndBows && !this.boxed(a) && !this.boxed(b) && this.nodes[a].side !== this.nodes[b].side;
  }

  // Ties that look alike are stroked as one path: thousands of them stay fluid, and crossings do not darken.
  batch() {
    const groups = new Map();
    for (const link of this.links) {
      const key = `${link.kind.label}|${tieWidth(link)}|${this.behind(link)}`;
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(link);
    }
    return [...groups.values()];
  }
}

// Several seats or several members behind a fold: a wider line, by doublings, up to 2.5 times.
function tieWidth({ kind, n }) {
  return kind.width * Math.min(2.5, 1 + 0.5 * Math.floor(Math.log2(Math.max(1, n))));
}
