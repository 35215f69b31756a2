// The district map: one SVG with layers for areas, points and names, moved and zoomed together.

const ZOOM_MOST = 40, ZOOM_LEAST = 0.7;
const CLICK = 5;           // px that a pointer may move within a click
const PATIENCE = 2000;     // ms that the page gets to take up a choice before its own counts again
const maps = new WeakMap();

class DistrictMap {
  constructor(root) {
    this.root = root;
    this.watch = new ResizeObserver(() => this.measure());
  }

  receive(data, send) {
    // With the time, so that choosing the same once more counts, too.
    this.send = (name, value) => send(name, { value, at: Date.now() });
    const fresh = !this.data || this.data.version !== data.version;
    const moved = fresh || this.data.chosen.join() !== data.chosen.join();
    const waits = this.waiting && data.selected !== this.waiting.id && performance.now() < this.waiting.until;
    if (!waits) this.waiting = null;
    const selected = waits ? this.waiting.id : data.selected, before = this.data?.selected;
    this.data = { ...data, selected };
    if (fresh) this.build();
    if (moved) {
      this.tree.choose(data.chosen);
      this.areaLayer.update();
      this.fit();
    }
    this.draw();
    if (!moved && selected && selected !== before) this.reveal(selected);
  }

  build() {
    const { data } = this, held = this.focusedArea();
    this.tree = new AreaTree(data.areas);
    this.tree.choose(data.chosen);
    const press = area => { if (!this.dragged) this.send("area", this.tree.target(area)); };
    this.areaLayer = new AreaLayer(data, this.tree, press);
    this.pointLayer = new PointLayer(data, this.tree, {
      select: id => { if (!this.dragged) this.select(id); },
      area: press,
      open: act => { if (!this.dragged) { act(); this.draw(); } },
    });
    this.nameLayer = new NameLayer(data, this.tree);
    this.svg = svg("svg", { role: "group", "aria-label": data.title });
    this.ground = svg("rect", { width: "100%", height: "100%", fill: "transparent" });
    this.ground.onclick = () => { if (!this.dragged) this.select(null); };
    this.world = svg("g");
    this.world.append(this.areaLayer.element, this.areaLayer.outlines);
    this.scale = svg("g", { "pointer-events": "none" });
    this.svg.append(this.ground, this.world, this.pointLayer.element, this.nameLayer.element, this.scale);
    this.stage = document.createElement("div");
    this.stage.className = "stage";
    this.stage.append(this.svg);
    if (!data.areas.length && !data.points.length) this.stage.append(Object.assign(document.createElement("p"), { className: "message", textContent: data.words.empty }));
    this.root.replaceChildren(this.stage, this.tools());
    this.listen();
    this.watch.disconnect();
    this.watch.observe(this.stage);
    if (held) this.areaLayer.paths.get(held)?.focus({ preventScroll: true });
  }

  focusedArea() { return this.stage && this.stage.contains(this.root.getRootNode().activeElement) ? this.root.getRootNode().activeElement.dataset.area : null; }

  tools() {
    const { words } = this.data, tools = document.createElement("div");
    tools.className = "tools";
    for (const [text, label, act] of [["+", words.bigger, () => this.zoom(1.4)], ["−", words.smaller, () => this.zoom(1 / 1.4)], ["⤢", words.everything, () => { this.fit(); this.draw(); }]]) {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", textContent: text, title: label, onclick: act });
      button.setAttribute("aria-label", label);
      tools.append(button);
    }
    return tools;
  }

  // ---- where things are

  measure() {
    const { clientWidth, clientHeight } = this.stage;
    if (!clientWidth || !clientHeight || (clientWidth === this.width && clientHeight === this.height)) return;
    this.width = clientWidth;
    this.height = clientHeight;
    this.fit();
    this.draw();
  }

  // Shows the chosen areas, or everything.
  fit() {
    if (!this.width) return;
    const areas = this.tree.inFocus();
    let box = boundsOf(areas);
    if (!areas.length) box = [0, 0, this.data.grid, this.data.grid];
    const share = this.tree.chosen.size ? 0.84 : 0.96;
    this.k = this.home = Math.min(this.width / Math.max(1, box[2] - box[0]), this.height / Math.max(1, box[3] - box[1])) * share;
    this.ox = this.width / 2 - ((box[0] + box[2]) / 2) * this.k;
    this.oy = this.height / 2 - ((box[1] + box[3]) / 2) * this.k;
  }

  zoom(factor, x = this.width / 2, y = this.height / 2) {
    const k = Math.max(this.home * ZOOM_LEAST, Math.min(this.home * ZOOM_MOST, this.k * factor));
    this.ox = x - ((x - this.ox) * k) / this.k;
    this.oy = y - ((y - this.oy) * k) / this.k;
    this.k = k;
    this.later();
  }

  reveal(id) {
    const point = this.data.points.find(p => p.id === id);
    if (!point || !this.width) return;
    const [x, y] = [this.ox + point.x * this.k, this.oy + point.y * this.k];
    if (x > 20 && x < this.width - 20 && y > 20 && y < this.height - 40) return;
    this.ox += this.width / 2 - x;
    this.oy += this.height / 2 - y;
    this.draw();
  }

  // ---- drawing

  later() {
    if (this.pending) return;
    this.pending = requestAnimationFrame(() => { this.pending = 0; this.draw(); });
  }

  draw() {
    if (!this.width) return;
    const { width, height, data } = this, place = (x, y) => [this.ox + x * this.k, this.oy + y * this.k];
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.setAttribute("width", width);
    this.svg.setAttribute("height", height);
    this.world.setAttribute("transform", `translate(${this.ox} ${this.oy}) scale(${this.k})`);
    const inSight = (x, y) => x > -20 && x < width + 20 && y > -20 && y < height + 20;
    const boxes = this.pointLayer.draw(place, inSight, data.selected, new Set(data.marked));
    this.nameLayer.draw(place, width, height, boxes, this.chosenPoint());
    this.scaleBar();
  }

  chosenPoint() {
    const point = this.data.points.find(p => p.id === this.data.selected);
    const disc = point && [...this.pointLayer.element.children].find(e => e.dataset.actor === point.id)?.querySelector("circle");
    return disc ? { name: point.name, x: Number(disc.getAttribute("cx")), y: Number(disc.getAttribute("cy")) } : null;
  }

  // The longest of 1, 2, 5 times a power of ten metres that is at most 90 px long.
  scaleBar() {
    const { metres, grid, palette, language } = this.data, perPixel = metres / grid / this.k;
    const most = perPixel * 90, power = 10 ** Math.floor(Math.log10(most));
    const length = [5, 2, 1].map(n => n * power).find(n => n <= most) || power, px = length / perPixel;
    const text = length >= 1000 ? `${(length / 1000).toLocaleString(language)} km` : `${length.toLocaleString(language)} m`;
    const x = 10, y = this.height - 10;
    this.scale.replaceChildren(
      svg("path", { d: `M${x} ${y - 5}V${y}H${x + px}V${y - 5}`, fill: "none", stroke: palette.paper, "stroke-width": 4 }),
      svg("path", { d: `M${x} ${y - 5}V${y}H${x + px}V${y - 5}`, fill: "none", stroke: palette.muted, "stroke-width": 1.5 }),
      svg("text", { x: x + px / 2, y: y - 12, "font-size": 12, fill: palette.muted, "text-anchor": "middle", stroke: palette.paper, "stroke-width": 3, "paint-order": "stroke" }, text),
    );
  }

  // ---- what people do

  select(id) {
    if (id === this.data.selected) return;
    this.data.selected = id;
    this.draw();
    this.waiting = { id, until: performance.now() + PATIENCE };
    this.send("selected", id);
  }

  listen() {
    const { stage } = this;
    stage.onpointerdown = event => {
      if (event.button) return;
      const start = { x: event.clientX, y: event.clientY, ox: this.ox, oy: this.oy };
      this.dragged = false;
      const move = now => {
        const dx = now.clientX - start.x, dy = now.clientY - start.y;
        if (Math.hypot(dx, dy) > CLICK) this.dragged = true;
        if (!this.dragged) return;
        this.ox = start.ox + dx;
        this.oy = start.oy + dy;
        this.later();
      };
      const up = () => {
        window.removeEventListener("pointermove", move);
        window.removeEventListener("pointerup", up);
        window.removeEventListener("pointercancel", up);
        setTimeout(() => { this.dragged = false; }, 0);       // after the click that may follow
      };
      window.addEventListener("pointermove", move);
      window.addEventListener("pointerup", up);
      window.addEventListener("pointercancel", up);
    };
    stage.addEventListener("wheel", event => {
      const focused = this.root.contains(this.root.getRootNode().activeElement);
      if (!event.ctrlKey && !focused) return;
      event.preventDefault();
      const box = stage.getBoundingClientRect();
      this.zoom(Math.exp(-event.deltaY * 0.0015), event.clientX - box.left, event.clientY - box.top);
    }, { passive: false });
    stage.onkeydown = event => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const keys = { "+": () => this.zoom(1.4), "-": () => this.zoom(1 / 1.4), 0: () => { this.fit(); this.draw(); }, Escape: () => this.select(null) };
      if (!keys[event.key]) return;
      event.preventDefault();
      keys[event.key]();
    };
  }

  stop() {
    this.watch.disconnect();
    cancelAnimationFrame(this.pending);
  }
}

export default function ({ data, parentElement, setStateValue }) {
  if (!data) return undefined;
  let map = maps.get(parentElement);
  if (!map) {
    map = new DistrictMap(parentElement.querySelector(".map"));
    maps.set(parentElement, map);
  }
  map.receive(data, setStateValue);
  return () => { map.stop(); maps.delete(parentElement); };
}
