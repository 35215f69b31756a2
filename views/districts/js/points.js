// Symbols, heaps and counts as SVG elements.

class PointLayer {
  constructor(data, actions) {
    this.palette = data.palette;
    this.actions = actions;
    this.element = svg("g", { class: "points" });
  }

  // Draws what Marks has laid out. Where points are painted, only those that stand out are elements here.
  draw(data, laid, painted, size) {
    const { focused } = this, elements = [];
    this.types = data.types;
    this.size = size;
    if (!painted) for (const [x, y] of laid.feet) elements.push(svg("circle", { cx: x, cy: y, r: 2 * size, fill: this.palette.muted, "pointer-events": "none" }));
    if (!painted) for (const heap of laid.heaps) elements.push(this.heap(heap));
    for (const symbol of laid.symbols) if (!painted || symbol.chosen || symbol.marked) elements.push(this.symbol(symbol));
    for (const count of laid.counts) elements.push(this.sign(count, () => this.actions.area(count.area))); // last: a number half covered is another number
    this.element.replaceChildren(...elements);
    if (focused) elements.find(element => element.dataset.spot === focused)?.focus({ preventScroll: true });
  }

  get focused() { return this.element.getRootNode().activeElement?.dataset?.spot; }

  symbol({ point, x, y, r, chosen, faded }) {
    const { palette, size } = this, type = this.types[point.type], group = svg("g", { class: "point" });
    group.dataset.actor = point.id;
    if (chosen) group.append(svg("circle", { cx: x, cy: y, r: 16 * size, fill: palette.select, stroke: palette.ink, "stroke-width": 2.5 }));
    group.append(svg("polygon", { points: symbolPoints(type.polygon, x, y, r), fill: type.color, stroke: palette.paper, "stroke-width": 1.8, opacity: faded ? 0.35 : 1 }));
    group.append(svg("title", {}, point.name));
    group.onclick = () => this.actions.select(point.id);
    return group;
  }

  // Opens by click and by Enter.
  heap(heap) {
    const open = () => this.actions.open(heap.spot), element = this.sign(heap, open);
    element.dataset.spot = heap.spot;
    for (const [name, value] of [["tabindex", 0], ["role", "button"], ["aria-label", heap.label]]) element.setAttribute(name, value);
    element.onkeydown = event => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      event.stopPropagation();
      open();
    };
    if (heap.faded) element.setAttribute("opacity", 0.45);
    return element;
  }

  // A number on a white disc.
  sign({ x, y, r, text, label }, act) {
    const { palette, size } = this, group = svg("g", { class: "point" });
    group.append(svg("circle", { cx: x, cy: y, r, fill: palette.paper, stroke: palette.muted, "stroke-width": 1.5 }));
    group.append(svg("text", { x, y, "font-size": 14 * size, "font-weight": 650, fill: palette.ink, "text-anchor": "middle", "dominant-baseline": "central" }, text), svg("title", {}, label));
    group.onclick = act;
    return group;
  }
}
