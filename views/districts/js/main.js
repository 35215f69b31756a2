// The district map: areas, points and names in layers, moved and zoomed together.

const ZOOM_MOST = 40, ZOOM_LEAST = 0.7;
const PATIENCE = 2000;     // ms that the page gets to take up a choice before its own counts again
const FLUID = 9;           // ms: a map drawn within this is drawn anew for every frame
const REST = 150;          // ms without movement, after which a larger one is drawn anew
const LARGE = 1.6;         // letters and symbols on the whole screen
const maps = new WeakMap();

class DistrictMap {
  constructor(root) {
    this.root = root;
    this.watch = new ResizeObserver(() => this.measure());
    this.size = 1;
    this.took = 0;
    this.frame = new MapFrame(root, {
      bigger: () => this.zoom(1.4), smaller: () => this.zoom(1 / 1.4), everything: () => this.everything(), full: () => this.full(),
      choose: (name, value) => this.send(name, value),
      save: () => saveFile(this.data.file, mapFile(this)),
    });
    this.stage = this.frame.stage;
    this.place = (x, y) => [this.ox + x * this.k, this.oy + y * this.k];
    listenMap(this, this.stage);
    this.print = matchMedia("print");
    this.onPrint = () => { if (this.print.matches) this.everything(); };
    this.print.addEventListener("change", this.onPrint);
  }

  receive(data, send) {
    // With the time, so that choosing the same once more counts, too.
    this.send = (name, value) => send(name, { value, at: Date.now() });
    this.root.classList.toggle("small", Boolean(data.small));
    this.root.classList.toggle("steady", Boolean(data.steady));
    const last = this.data, fresh = last?.version !== data.version, rebuilt = last?.ground !== data.ground, now = performance.now();
    if (this.brushed && (data.chosen.join() === this.brushed.ids || now > this.brushed.until)) this.brushed = null;
    const shown = this.brushed ? [...this.tree.chosen] : data.chosen;
    const moved = rebuilt || this.tree.key !== shown.join();
    const waits = this.waiting && data.selected !== this.waiting.id && now < this.waiting.until;
    if (!waits) this.waiting = null;
    this.data = { ...data, selected: waits ? this.waiting.id : data.selected };
    this.frame.update(this.data);
    if (rebuilt) this.build();
    else if (fresh) this.marks.take(this.data);
    else this.marks.data = this.data;
    if (moved || rebuilt || last.shade !== data.shade) this.dress(shown);
    if (moved && (rebuilt || !this.data.steady)) this.fit();
    this.draw();
    if (last) this.speak(last, moved);
    if (!moved && this.data.selected && this.data.selected !== last.selected) this.reveal(this.data.selected);
  }

  build() {
    const { data } = this, held = this.focusedArea();
    this.tree = new AreaTree(data.areas);
    this.areaLayer = new AreaLayer(data, this.tree, (area, more) => this.press(area, more));
    this.marks = new Marks(data, this.tree);
    this.pointLayer = new PointLayer(data, { select: id => this.select(id), area: area => this.press(area, false), open: spot => this.open(spot) });
    this.dotLayer = new DotLayer(data);
    this.nameLayer = new NameLayer(data, this.tree);
    this.below = svg("svg", { class: "below" });
    this.ground = svg("rect", { width: "100%", height: "100%", fill: "transparent" });
    this.ground.onclick = () => this.select(null);
    this.hatch = hatchPattern(HATCH, data.hatch);
    const defs = svg("defs");
    defs.append(this.hatch);
    this.world = svg("g");
    this.world.append(this.areaLayer.element, this.areaLayer.borders, this.areaLayer.casing, this.areaLayer.outlines);
    this.below.append(defs, this.ground, this.world);
    this.above = svg("svg", { class: "above" });
    this.above.append(this.pointLayer.element, this.nameLayer.element);
    this.scale = svg("g");
    this.fixed = svg("svg", { class: "fixed" });
    this.fixed.append(this.scale);
    this.moving = html("div", "moving");
    this.moving.append(this.below, this.dotLayer.element, this.above);
    this.bandElement = html("div", "band");
    this.stage.replaceChildren(this.moving, this.fixed, this.bandElement);
    if (!data.areas.length && !data.points.ids.length) this.stage.append(html("p", "message", data.words.empty));
    this.watch.disconnect();
    this.watch.observe(this.stage);
    if (held) this.areaLayer.paths.get(held)?.focus({ preventScroll: true });
  }

  // Chosen and filled areas, and what is a button by that. A button that is none any more hands the focus to the map.
  dress(chosen) {
    const held = this.focusedArea();
    this.tree.steady = Boolean(this.data.steady);
    this.tree.choose(chosen);
    this.tree.key = chosen.join();
    this.tree.shade(Object.keys(this.data.fills));
    this.areaLayer.update(this.data);
    if (held && !this.areaLayer.paths.get(held)?.hasAttribute("tabindex")) this.stage.focus({ preventScroll: true });
  }

  focusedArea() {
    const active = this.root.getRootNode().activeElement;
    return active && this.stage.contains(active) ? active.dataset.area : null;
  }

  get isFull() { return this.root.getRootNode().fullscreenElement === this.root; }

  // ---- where things are

  measure() {
    const { clientWidth, clientHeight } = this.stage;
    if (!clientWidth || !clientHeight || (clientWidth === this.width && clientHeight === this.height)) return;
    const middle = this.touched ? [(this.width / 2 - this.ox) / this.k, (this.height / 2 - this.oy) / this.k, this.k / this.home] : null;
    this.width = clientWidth;
    this.height = clientHeight;
    this.size = this.isFull ? LARGE : 1;
    this.fit();
    if (middle) {
      // The reader's section stays where it is.
      this.k = this.home * middle[2];
      this.ox = this.width / 2 - middle[0] * this.k;
      this.oy = this.height / 2 - middle[1] * this.k;
      this.touched = true;
    }
    this.draw();
  }

  // Shows the chosen areas, or everything.
  fit() {
    this.touched = false;
    if (!this.width) return;
    const { steady } = this.data, close = this.tree.chosen.size && !steady, areas = steady ? this.tree.areas : this.tree.inFocus();
    let box = areas.length ? boundsOf(areas) : [0, 0, this.data.grid, this.data.grid];
    if (areas.length && !close) box = this.marks.around(box);
    const share = close ? 0.84 : 0.96;
    this.k = this.home = Math.min(this.width / Math.max(1, box[2] - box[0]), this.height / Math.max(1, box[3] - box[1])) * share;
    this.ox = this.width / 2 - ((box[0] + box[2]) / 2) * this.k;
    this.oy = this.height / 2 - ((box[1] + box[3]) / 2) * this.k;
  }

  everything() { this.fit(); this.draw(); }

  moveTo(ox, oy) { this.shift(() => { this.ox = ox; this.oy = oy; }); }

  zoom(factor, x = this.width / 2, y = this.height / 2) {
    this.shift(() => {
      const k = Math.max(this.home * ZOOM_LEAST, Math.min(this.home * ZOOM_MOST, this.k * factor));
      this.ox = x - ((x - this.ox) * k) / this.k;
      this.oy = y - ((y - this.oy) * k) / this.k;
      this.k = k;
    });
  }

  // While a large map moves, what was drawn last is shifted and stretched; it is drawn anew at rest, or where it has moved far.
  shift(act) {
    act();
    this.touched = true;
    if (this.took < FLUID) { this.later(); return; }
    const { ox, oy, k } = this.drawn, grown = this.k / k, dx = this.ox - ox * grown, dy = this.oy - oy * grown;
    this.moving.style.willChange = "transform";
    this.moving.style.transform = `translate(${dx}px, ${dy}px) scale(${grown})`;
    this.scaleBar();
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.draw(), REST);
  }

  reveal(id) {
    const point = this.marks.byId.get(id);
    if (!point || !this.width) return;
    const [x, y] = this.place(point.x, point.y);
    if (x > 20 && x < this.width - 20 && y > 20 && y < this.height - 40) return;
    this.ox += this.width / 2 - x;
    this.oy += this.height / 2 - y;
    this.draw();
  }

  // ---- drawing

  later() { this.pending ||= requestAnimationFrame(() => this.draw()); }

  draw() {
    cancelAnimationFrame(this.pending);
    clearTimeout(this.rest);
    this.pending = 0;
    if (!this.width) return;
    const start = performance.now(), { width, height, data, place, size } = this;
    for (const layer of [this.below, this.above, this.fixed]) {
      layer.setAttribute("viewBox", `0 0 ${width} ${height}`);
      layer.setAttribute("width", width);
      layer.setAttribute("height", height);
    }
    this.world.setAttribute("transform", `translate(${this.ox.toFixed(3)} ${this.oy.toFixed(3)}) scale(${this.k.toPrecision(8)})`);
    this.hatch.setAttribute("patternTransform", `scale(${1 / this.k}) rotate(45)`);
    this.moving.style.transform = this.moving.style.willChange = "";
    this.drawn = { ox: this.ox, oy: this.oy, k: this.k };
    const laid = this.laid = this.marks.lay(place, width, height, size, data.selected, new Set(data.marked)), { painted } = this.marks;
    this.pointLayer.draw(data, laid, painted, size);
    this.dotLayer.element.hidden = !painted;
    if (painted) this.dotLayer.draw(data, laid, width, height, size);
    const chosen = laid.symbols.find(symbol => symbol.chosen), boxed = signs => signs.map(({ x, y, r }) => [x - r, y - r, x + r, y + r]);
    const boxes = boxed([...laid.symbols, ...laid.heaps]);
    this.nameLayer.draw(data, { place, width, height, k: this.k, size }, boxes.length < 1500 ? boxes : [], boxed(laid.counts), chosen && { name: chosen.point.name, x: chosen.x, y: chosen.y });
    this.scaleBar();
    this.took = performance.now() - start;
  }

  // The longest of 1, 2, 5 times a power of ten metres that is at most 90 px long.
  scaleBar() {
    const { metres, grid, palette, language } = this.data, { size } = this, perPixel = metres / grid / this.k;
    const most = perPixel * 90 * size, power = 10 ** Math.floor(Math.log10(most));
    const length = [5, 2, 1].map(n => n * power).find(n => n <= most) || power, px = length / perPixel;
    const text = length >= 1000 ? `${(length / 1000).toLocaleString(language)} km` : `${length.toLocaleString(language)} m`;
    const x = 10, y = this.height - 10, d = `M${x} ${y - 5}V${y}H${x + px}V${y - 5}`;
    this.scale.replaceChildren(
      svg("path", { d, fill: "none", stroke: palette.paper, "stroke-width": 4 }),
      svg("path", { d, fill: "none", stroke: palette.muted, "stroke-width": 1.5 }),
      svg("text", { x: x + px / 2, y: y - 12 * size, "font-size": 12 * size, fill: palette.muted, "text-anchor": "middle", stroke: palette.paper, "stroke-width": 3, "paint-order": "stroke" }, text),
    );
  }

  // ---- what people do

  press(area, more) {
    if (this.dragged) return;
    if (more) this.brush(this.tree.toggled(area.id));
    else this.send("area", this.tree.target(area));
  }

  // Several areas: shown at once and without moving the map, so that the next one is still under the pointer.
  brush(ids) {
    this.brushed = { ids: ids.join(), until: performance.now() + PATIENCE };
    this.dress(ids);
    this.draw();
    this.sayAreas();
    this.send("areas", ids);
  }

  chooseWithin(box) {
    const within = area => { const [x, y] = this.place(...area.spot); return x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3]; };
    const found = this.tree.named().filter(within).map(area => area.id);
    if (found.length) this.brush(found);
  }

  showBand(box) {
    this.band = box;
    this.bandElement.style.display = box ? "block" : "none";
    if (box) Object.assign(this.bandElement.style, { left: `${box[0]}px`, top: `${box[1]}px`, width: `${box[2] - box[0]}px`, height: `${box[3] - box[1]}px` });
  }

  hit(x, y) { return this.marks?.painted ? this.dotLayer.hit(x, y) : null; }

  hover(x, y) {
    const mark = this.hit(x, y), tip = mark ? mark.label || mark.point.name : "";
    if (tip === this.stage.title) return;
    this.stage.title = tip;
    this.stage.classList.toggle("over", Boolean(mark));
  }

  select(id) {
    if (this.dragged || id === this.data.selected) return;
    const last = this.data;
    this.data = { ...last, selected: id };
    this.draw();
    this.speak(last, false);
    this.waiting = { id, until: performance.now() + PATIENCE };
    this.send("selected", id);
  }

  open(spot) {
    if (this.dragged) return;
    this.marks.opened.add(spot);
    this.draw();
  }

  // Escape: what is unfolded closes, nobody is chosen.
  letGo() {
    this.marks.opened.clear();
    this.select(null);
    this.draw();
  }

  // The next actor from the top down, or the one before.
  step(by) {
    const order = this.marks.order();
    if (!order.length) return;
    const at = order.indexOf(this.data.selected), id = order[((at < 0 && by < 0 ? 0 : at) + by + order.length) % order.length];
    this.marks.opened.add(this.marks.spot(this.marks.byId.get(id)));
    this.select(id);
    this.reveal(id);
  }

  full() {
    if (this.isFull) document.exitFullscreen();
    else if (this.root.requestFullscreen) this.root.requestFullscreen();
  }

  speak(last, moved) {
    const { data, marks } = this, point = marks.byId.get(data.selected);
    if (data.selected !== last.selected && (point || !data.selected)) this.frame.announce(point ? say(data.words.spoken, { type: data.types[point.type].one, name: point.name }) : data.words.nobody);
    else if (moved) this.sayAreas();
  }

  sayAreas() {
    const { data, tree } = this, names = [...tree.chosen].map(id => tree.byId.get(id).name + (data.fills[id]?.said ? ` (${data.fills[id].said})` : ""));
    this.frame.announce(names.length ? say(names.length === 1 ? data.words.areaOne : data.words.areaMany, { n: names.length, names: names.join(", ") }) : data.words.noArea);
  }

  stop() {
    this.watch.disconnect();
    this.print.removeEventListener("change", this.onPrint);
    cancelAnimationFrame(this.pending);
    clearTimeout(this.rest);
  }
}

export default function ({ data, parentElement, setStateValue }) {
  if (!data) return undefined;
  let map = maps.get(parentElement);
  if (!map) {
    map = new DistrictMap(parentElement.querySelector(".map"));
    maps.set(parentElement, map);
  }
  map.receive(told(data, parentElement), setStateValue);
  return () => { map.stop(); maps.delete(parentElement); };
}
