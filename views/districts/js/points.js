// Actors as symbols. Several at one address stand around it; where too many are in sight, areas carry counts instead.

const MANY_IN_SIGHT = 300;
const FAN_MOST = 6;        // more than these at one address are one sign with their number, until it is opened

class PointLayer {
  constructor(data, tree, actions) {
    this.data = data;
    this.tree = tree;
    this.actions = actions;
    this.element = svg("g");
    this.opened = new Set();
    this.groups = new Map();
    for (const point of data.points) {
      const spot = `${point.x},${point.y}`;
      if (!this.groups.has(spot)) this.groups.set(spot, []);
      this.groups.get(spot).push(point);
    }
    this.numbers = new Intl.NumberFormat(data.language);
  }

  // Draws what is in sight; returns the boxes that names have to keep clear of.
  draw(place, inSight, selected, marked) {
    this.place = place;
    this.selected = selected;
    this.marked = marked;
    this.boxes = [];
    // The others step back only where somebody on the map stands out.
    this.fades = Boolean(selected) && (marked.size > 0 || this.data.points.some(point => point.id === selected));
    const shown = [...this.groups.values()].filter(([first]) => inSight(...place(first.x, first.y)));
    const total = shown.reduce((sum, group) => sum + group.length, 0);
    const elements = [];
    if (total <= MANY_IN_SIGHT) {
      for (const group of shown) elements.push(...this.group(group));
    } else {
      const { counted, single } = this.counts(shown.flat());
      elements.push(...counted);
      for (const point of single) elements.push(this.symbol(point, ...place(point.x, point.y)));
    }
    const rank = element => (element.dataset.actor === selected ? 2 : marked.has(element.dataset.actor) ? 1 : 0);
    elements.sort((a, b) => rank(a) - rank(b));
    this.element.replaceChildren(...elements);
    return this.boxes;
  }

  group(points) {
    const [x, y] = this.place(points[0].x, points[0].y), n = points.length;
    if (n === 1) return [this.symbol(points[0], x, y)];
    const spot = `${points[0].x},${points[0].y}`;
    if (n > FAN_MOST && !this.opened.has(spot)) return [this.stack(points, x, y, spot), ...points.filter(p => p.id === this.selected).map(p => this.symbol(p, x, y - 22))];
    const reach = Math.max(9, (n * 14) / (2 * Math.PI)), foot = svg("circle", { cx: x, cy: y, r: 2, fill: this.data.palette.muted, "pointer-events": "none" });
    const turn = n === 2 ? 0 : -Math.PI / 2;
    return [foot, ...points.map((point, i) => {
      const angle = turn + (2 * Math.PI * i) / n;
      return this.symbol(point, x + reach * Math.cos(angle), y + reach * Math.sin(angle));
    })];
  }

  symbol(point, x, y) {
    const { palette, types } = this.data, type = types[point.type], chosen = point.id === this.selected, marked = this.marked.has(point.id);
    const r = chosen ? 9 : marked ? 8 : 6, group = svg("g", { class: "point" });
    group.dataset.actor = point.id;
    if (chosen) group.append(svg("circle", { cx: x, cy: y, r: 16, fill: palette.select, stroke: palette.ink, "stroke-width": 2.5 }));
    const faded = this.fades && !chosen && !marked;
    group.append(svg("polygon", { points: symbolPoints(type.polygon, x, y, r), fill: type.color, stroke: palette.paper, "stroke-width": 1.8, opacity: faded ? 0.35 : 1 }));
    group.append(svg("title", {}, point.name));
    group.onclick = () => this.actions.select(point.id);
    this.boxes.push([x - r, y - r, x + r, y + r]);
    return group;
  }

  stack(points, x, y, spot) {
    const names = points.slice(0, 12).map(point => point.name).join(", ") + (points.length > 12 ? " …" : "");
    const faded = this.fades && !points.some(p => this.marked.has(p.id) || p.id === this.selected);
    const element = this.sign(x, y, 11, points.length, say(this.data.words.sameSpot, { n: this.numbers.format(points.length), names }), () => this.actions.open(() => this.opened.add(spot)));
    if (faded) element.setAttribute("opacity", 0.45);
    return element;
  }

  // A number on a white disc.
  sign(x, y, least, n, label, act) {
    const { palette } = this.data, text = this.numbers.format(n), r = Math.max(least, 5 + text.length * 4.6);
    const group = svg("g", { class: "point" });
    group.append(svg("circle", { cx: x, cy: y, r, fill: palette.paper, stroke: palette.muted, "stroke-width": 1.5 }));
    group.append(svg("text", { x, y, "font-size": 14, "font-weight": 650, fill: palette.ink, "text-anchor": "middle", "dominant-baseline": "central" }, text), svg("title", {}, label));
    group.onclick = act;
    this.boxes.push([x - r, y - r, x + r, y + r]);
    return group;
  }

  // One number for each named area; who is chosen, marked or in no such area keeps a symbol.
  counts(points) {
    const named = new Map(this.tree.named().map(area => [area.id, area])), held = new Map(), single = [];
    for (const point of points) {
      const area = point.areas.find(id => named.has(id));
      if (!area || point.id === this.selected || this.marked.has(point.id)) single.push(point);
      if (area) held.set(area, (held.get(area) || 0) + 1);
    }
    const { words } = this.data;
    const counted = [...held].map(([id, n]) => {
      const area = named.get(id), [x, y] = this.place(...area.spot);
      const label = say(n === 1 ? words.placeOne : words.placeMany, { name: area.name, n: this.numbers.format(n) });
      return this.sign(x, y - 12, 13, n, label, () => this.actions.area(area));
    });
    return { counted, single };
  }
}
