// Polygons. Which of them are buttons follows from what is chosen: the parts of a chosen area and of everything above it; and all that are filled.

class AreaTree {
  constructor(areas) {
    this.areas = areas;
    this.byId = new Map(areas.map(area => [area.id, area]));
    this.children = new Map();
    for (const area of areas) this.children.set(area.parent, [...(this.children.get(area.parent) || []), area]);
    const roots = this.children.get(null) || [];
    this.root = roots.length === 1 ? roots[0].id : null;
    this.finest = Math.max(0, ...areas.map(area => area.level));
    this.shaded = new Set();
    this.covered = new Set();
  }

  hasParts(id) { return this.children.has(id); }

  // The area and all above it.
  *path(id) { for (let at = id; at; at = this.byId.get(at)?.parent) yield at; }

  // Opens the chosen areas and all above them; a single outermost area is always open.
  choose(ids) {
    this.chosen = new Set(ids.filter(id => this.byId.has(id)));
    this.open = new Set([null, this.root]);
    if (!this.steady) for (const id of this.chosen) for (const at of this.path(id)) this.open.add(at);
  }

  // These areas are filled; what is above them lies under them.
  shade(ids) {
    this.shaded = new Set(ids.filter(id => this.byId.has(id)));
    this.covered = new Set();
    for (const id of this.shaded) for (const at of this.path(this.byId.get(id).parent)) this.covered.add(at);
  }

  isButton(area) { return this.shaded.has(area.id) || (this.open.has(area.parent) && !(this.open.has(area.id) && this.hasParts(area.id))); }

  // What a click on a button chooses: the area, or what it belongs to where it alone is chosen already.
  target(area) { return !this.steady && this.chosen.size === 1 && this.chosen.has(area.id) ? area.parent : area.id; }

  // The choice with this area added, or taken off. An area takes the place of its parts and of what it is a part of.
  toggled(id) {
    if (this.chosen.has(id)) return [...this.chosen].filter(other => other !== id);
    const above = new Set(this.path(id));
    return [...this.chosen].filter(other => !above.has(other) && ![...this.path(other)].includes(id)).concat(id);
  }

  // The areas that carry a name: buttons that nothing covers, and what is chosen.
  named() {
    return this.areas.filter(area => (this.isButton(area) && !this.covered.has(area.id)) || (this.chosen.has(area.id) && !this.hasParts(area.id)));
  }

  inFocus() { return this.chosen.size ? this.areas.filter(area => this.chosen.has(area.id)) : this.areas; }
}

class AreaLayer {
  constructor(data, tree, press) {
    this.tree = tree;
    this.element = svg("g");
    // Borders of Bezirke and frames stand over the fills of Stadtteile; the casing keeps the outline clear on dark fills.
    this.borders = svg("g", { class: "borders", "pointer-events": "none", fill: "none", "stroke-linejoin": "round" });
    this.casing = svg("g", { "pointer-events": "none", fill: "none", stroke: data.palette.paper, "stroke-width": 5.5, "stroke-linejoin": "round" });
    this.outlines = svg("g", { "pointer-events": "none", fill: "none", stroke: data.palette.ink, "stroke-width": 1.8, "stroke-linejoin": "round" });
    this.paths = new Map();
    for (const area of tree.areas) {
      const path = svg("path", { d: ringsPath(area.rings), class: "area", "fill-rule": "evenodd", "vector-effect": "non-scaling-stroke", "stroke-linejoin": "round" });
      path.dataset.area = area.id;
      path.append(svg("title"));
      path.onclick = event => press(area, event.shiftKey || event.ctrlKey || event.metaKey);
      path.onkeydown = event => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        event.stopPropagation();
        press(area, event.shiftKey || event.ctrlKey || event.metaKey);
      };
      this.paths.set(area.id, path);
      this.element.append(path);
    }
  }

  // How an area is drawn: what the page and the exported file have in common.
  look(area) {
    const { palette, fills } = this.data, { tree } = this, fill = fills[area.id], chosen = tree.chosen.has(area.id);
    const fine = area.level === tree.finest && area.parent !== null;
    const ground = fill ? (fill.state === "unknown" ? `url(#${HATCH})` : fill.colour) : chosen ? palette.paper : area.parent !== null ? "transparent" : tree.chosen.size ? palette.rail : palette.wash;
    return { fill: ground, stroke: fine ? (fill && fill.state !== "unknown" ? palette.paper : palette.line) : palette.border, width: fine ? 1 : 1.6 };
  }

  // Lines over the fills: (area, colour, width), in the order of drawing.
  lines() {
    const { palette, fills, checked } = this.data, { tree } = this, out = [];
    for (const area of tree.areas) if (this.coarse(area)) out.push([area, tree.shaded.size ? palette.muted : palette.border, 1.8]);
    for (const area of tree.areas) if (fills[area.id]?.state === "checked") out.push([area, checked, 3]);
    return out;
  }

  coarse(area) { return area.parent !== null && area.level < this.tree.finest && this.tree.hasParts(area.id); }

  update(data) {
    this.data = data;
    const { words, fills } = data, { tree } = this;
    for (const group of [this.borders, this.casing, this.outlines]) group.replaceChildren();
    for (const area of tree.areas) {
      const path = this.paths.get(area.id), button = tree.isButton(area), chosen = tree.chosen.has(area.id), fill = fills[area.id];
      const look = this.look(area), target = tree.target(area);
      path.setAttribute("fill", look.fill);
      path.setAttribute("stroke", look.stroke);
      path.setAttribute("stroke-width", look.width);
      path.setAttribute("pointer-events", button ? "all" : "none");
      path.classList.toggle("button", button);
      path.classList.toggle("filled", Boolean(fill));
      for (const [name, value] of [["tabindex", "0"], ["role", "button"]]) button ? path.setAttribute(name, value) : path.removeAttribute(name);
      const parent = tree.byId.get(area.parent);
      const action = say(!chosen ? words.choose : target !== area.id && parent ? words.back : words.chosen, { name: area.name, parent: parent?.name });
      const label = fill?.said ? `${area.name}: ${fill.said}. ${action}` : action;
      path.firstChild.textContent = fill?.said ? `${area.name}: ${fill.said}` : label;
      path.setAttribute("aria-label", label);
      path.setAttribute("aria-pressed", String(chosen));
      if (chosen) for (const group of [this.casing, this.outlines]) group.append(this.line(area));
    }
    this.casing.setAttribute("display", tree.shaded.size ? "inline" : "none");
    this.outlines.setAttribute("stroke-width", tree.shaded.size ? 3 : 1.8);
    for (const [area, stroke, width] of this.lines()) this.borders.append(this.line(area, { stroke, "stroke-width": width }));
  }

  line(area, attributes = {}) {
    return svg("path", { d: this.paths.get(area.id).getAttribute("d"), "vector-effect": "non-scaling-stroke", ...attributes });
  }

  // The same as plain paths in px, for a file: nothing in it depends on how a program reads non-scaling strokes.
  plain(place) {
    const { tree } = this, group = svg("g", { "stroke-linejoin": "round" }), path = (area, attributes) => svg("path", { d: ringsPath(area.rings, place), "fill-rule": "evenodd", fill: "none", ...attributes });
    for (const area of tree.areas) {
      const look = this.look(area);
      group.append(path(area, { fill: look.fill === "transparent" ? "none" : look.fill, stroke: look.stroke, "stroke-width": look.width }));
    }
    for (const [area, stroke, width] of this.lines()) group.append(path(area, { stroke, "stroke-width": width }));
    for (const [over, shown] of [[this.casing, tree.shaded.size], [this.outlines, true]]) for (const area of tree.areas) {
      if (shown && tree.chosen.has(area.id)) group.append(path(area, { stroke: over.getAttribute("stroke"), "stroke-width": over.getAttribute("stroke-width") }));
    }
    return group;
  }
}
