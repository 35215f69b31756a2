// Polygons. Which of them are buttons follows from what is chosen: the parts of a chosen area and of everything above it.

class AreaTree {
  constructor(areas) {
    this.areas = areas;
    this.byId = new Map(areas.map(area => [area.id, area]));
    this.children = new Map();
    for (const area of areas) this.children.set(area.parent, [...(this.children.get(area.parent) || []), area]);
    const roots = this.children.get(null) || [];
    this.root = roots.length === 1 ? roots[0].id : null;
    this.finest = Math.max(0, ...areas.map(area => area.level));
  }

  hasParts(id) { return this.children.has(id); }

  // Opens the chosen areas and all above them; a single outermost area is always open.
  choose(ids) {
    this.chosen = new Set(ids.filter(id => this.byId.has(id)));
    this.open = new Set([null, this.root]);
    for (const id of this.chosen) for (let at = id; at; at = this.byId.get(at)?.parent) this.open.add(at);
  }

  isButton(area) { return this.open.has(area.parent) && !(this.open.has(area.id) && this.hasParts(area.id)); }

  // What a click on a button chooses: the area, or what it belongs to where it alone is chosen already.
  target(area) { return this.chosen.size === 1 && this.chosen.has(area.id) ? area.parent : area.id; }

  // The buttons that are named, and what is chosen.
  named() { return this.areas.filter(area => this.isButton(area) || (this.chosen.has(area.id) && !this.hasParts(area.id))); }

  inFocus() { return this.chosen.size ? this.areas.filter(area => this.chosen.has(area.id)) : this.areas; }
}

class AreaLayer {
  constructor(data, tree, press) {
    this.data = data;
    this.tree = tree;
    this.element = svg("g");
    this.outlines = svg("g", { "pointer-events": "none", fill: "none", stroke: data.palette.ink, "stroke-width": 1.8, "stroke-linejoin": "round" });
    this.paths = new Map();
    for (const area of tree.areas) {
      const path = svg("path", { d: ringsPath(area.rings), class: "area", "fill-rule": "evenodd", "vector-effect": "non-scaling-stroke", "stroke-linejoin": "round" });
      path.dataset.area = area.id;
      path.append(svg("title"));
      path.onclick = () => press(area);
      path.onkeydown = event => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        press(area);
      };
      this.paths.set(area.id, path);
      this.element.append(path);
    }
  }

  update() {
    const { palette, words } = this.data, { tree } = this;
    this.outlines.replaceChildren();
    for (const area of tree.areas) {
      const path = this.paths.get(area.id), button = tree.isButton(area), chosen = tree.chosen.has(area.id);
      const target = tree.target(area);
      path.setAttribute("fill", chosen ? palette.paper : area.parent === null ? palette.wash : "transparent");
      path.setAttribute("stroke", area.level === tree.finest && area.parent !== null ? palette.line : palette.border);
      path.setAttribute("stroke-width", area.level === tree.finest && area.parent !== null ? 1 : 1.4);
      path.setAttribute("pointer-events", button ? "all" : "none");
      path.classList.toggle("button", button);
      for (const [name, value] of [["tabindex", "0"], ["role", "button"]]) button ? path.setAttribute(name, value) : path.removeAttribute(name);
      const parent = tree.byId.get(area.parent);
      const label = !chosen ? words.choose : target !== area.id && parent ? words.back : words.chosen;
      path.firstChild.textContent = say(label, { name: area.name, parent: parent?.name });
      path.setAttribute("aria-label", path.firstChild.textContent);
      path.setAttribute("aria-pressed", String(chosen));
      if (chosen) this.outlines.append(svg("path", { d: path.getAttribute("d"), "vector-effect": "non-scaling-stroke" }));
    }
  }
}
