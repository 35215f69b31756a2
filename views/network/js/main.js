// One drawing per place on the page. Data with the same version only move the selection; zoom and focus are kept.

const FLUID = 12;          // ms: a picture that takes longer is moved as a bitmap and redrawn now and then
const REDRAW = 90;         // ms between two such redraws
const PATIENCE = 2000;     // ms that the page gets to take up a choice before its own counts again
const drawings = new WeakMap();

class NetworkDrawing {
  constructor(root) {
    this.root = root;
    this.chosen = this.hovered = -1;
    this.watch = new ResizeObserver(() => this.measure());
    this.paper = new Paper(this);
    document.fonts.ready.then(() => this.measure());
  }

  receive(data, send) {
    // With the time, so that choosing the same once more counts, too.
    this.send = (name, value) => send(name, { value, at: Date.now() });
    this.root.style.setProperty("--above", `${data.above || 0}px`);
    if (this.data && this.data.version === data.version) {
      this.follow(data.selected);
      if (this.talk) this.talk.follow();
      return;
    }
    const held = this.focused(), before = this.data && this.data.view === data.view ? this.view : null;
    const scrolled = before ? this.frame.stage.scrollTop : 0;
    data = unpack(data);
    this.data = data;
    this.backing = null;
    this.scene = new Scene(data);
    this.view = new View(this.scene);
    if (before) Object.assign(this.view, { k: before.k, tx: before.tx, ty: before.ty });
    this.painter = new Painter(this.scene, this.view);
    this.frame = new Frame(this.root, data, {
      types: types => this.send("types", types),
      ties: kinds => this.send("hidden_ties", kinds),
      rearrange: () => this.send("rearranged", true),
      zoom: factor => this.zoom(factor),
      everything: () => this.everything(),
      full: () => this.full(),
      save: kind => savePicture(this, kind),
      foldAgain: () => this.send("opened", []),
    });
    this.canvas = this.frame.canvas;
    this.g = this.canvas.getContext("2d");
    this.hovered = -1;
    this.chosen = this.scene.index.get(data.selected) ?? -1;
    listen(this, this.canvas);
    this.watch.disconnect();
    this.watch.observe(this.frame.stage);
    this.measure();
    for (const weight of [400, 600, 700]) document.fonts.load(`${weight} 14px ${FONT}`).then(() => this.measure());
    this.frame.stage.scrollTop = scrolled;
    this.refocus(held);
    if (data.turning) (this.talk ||= new Talk(this)).follow();
  }

  // Who had the focus inside the drawing before it was made anew: the same chip, or the canvas. Nobody else loses it.
  focused() {
    const active = this.root.getRootNode().activeElement;
    return active && this.root.contains(active) ? active.dataset.type || "canvas" : null;
  }

  refocus(held) {
    if (!held) return;
    const chip = [...this.root.querySelectorAll(".chip")].find(button => button.dataset.type === held);
    (chip || this.canvas).focus({ preventScroll: true });
  }

  get scrolls() { return this.view.height > this.frame.stage.clientHeight + 1; }
  get isFull() { return this.root.getRootNode().fullscreenElement === this.root; }

  measure() {
    if (!this.frame) return;
    const { clientWidth: width, clientHeight: height } = this.frame.stage;
    if (!width || !height) return;
    this.ratio = Math.min(2, window.devicePixelRatio || 1);
    this.painter.wrapped.clear();
    const needed = this.view.measure(this.g, width, height, this.isFull);
    this.canvas.style.height = `${needed}px`;
    const wide = Math.round(width * this.ratio), high = Math.round(needed * this.ratio);
    if (this.canvas.width !== wide || this.canvas.height !== high) Object.assign(this.canvas, { width: wide, height: high });
    this.stale = true;
    this.paint();
  }

  paint() {
    if (!this.view.width) return;
    if (this.scene.crowded) { this.paintBacked(); return; }
    const start = performance.now();
    this.g.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    const hidden = this.painter.paint(this.g, this.chosen, this.hovered);
    this.frame.hidden(hidden);
    this.took = performance.now() - start;
    this.painted = performance.now();
    this.bitmap = null;
  }

  // A crowd: first at once what is quickly painted; then the picture behind, where the view stands, and whom the reader has chosen over it.
  paintBacked() {
    const { view, painter } = this;
    Object.assign(painter, { chosen: this.chosen, hovered: this.hovered });
    if (!this.backing || !this.backing.fits(view.width, view.height, this.ratio)) {
      this.backing = new Backing(view.width, view.height, this.ratio);
      this.g.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
      sketchCrowd(painter, this.g);
      this.later();
      return;
    }
    const { moves } = this.scene.columns;
    if (this.backing.moves !== undefined && this.backing.moves !== moves) this.stale = true;      // somebody was dragged
    this.backing.moves = moves;
    const resting = performance.now() - (this.moved || 0) > IDLE;
    const wanted = resting ? this.stale || !this.backing.matches(view) : !this.backing.covers(view);
    if (!this.backing.job && wanted) {
      this.backing.begin(painter);
      this.stale = false;
    }
    if (this.backing.front) {
      this.backing.show(this.g, view, this.data.palette.paper);
      paintFocus(painter, this.g);
    }
    const fresh = this.backing.work(SLICE);
    if (fresh) this.frame.hidden(this.backing.hidden);
    if (fresh || this.backing.job || !resting || this.stale || !this.backing.matches(view)) this.later();
  }

  later() {
    if (this.pending) return;
    this.pending = requestAnimationFrame(() => { this.pending = 0; this.paint(); });
  }

  // While a large picture moves, the last one is shifted and stretched as a bitmap; it is drawn anew every REDRAW ms and at rest.
  moving() {
    if (this.scene.crowded) {
      this.moved = performance.now();
      this.later();
      return;
    }
    if (this.took < FLUID) { this.later(); return; }
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.paint(), REDRAW);
    if (performance.now() - this.painted > REDRAW + this.took) { this.later(); return; }
    if (!this.bitmap) {
      const copy = document.createElement("canvas");
      copy.width = this.canvas.width;
      copy.height = this.canvas.height;
      copy.getContext("2d").drawImage(this.canvas, 0, 0);
      this.bitmap = { copy, ...this.shown };
    }
    const { copy, k, tx, ty } = this.bitmap, { view, ratio } = this, grow = view.k / k;
    this.g.setTransform(1, 0, 0, 1, 0, 0);
    this.g.fillStyle = this.data.palette.paper;
    this.g.fillRect(0, 0, this.canvas.width, this.canvas.height);
    this.g.setTransform(grow, 0, 0, grow, (view.tx - tx * grow) * ratio, (view.ty - ty * grow) * ratio);
    this.g.drawImage(copy, 0, 0);
  }

  // ---- what people do

  change(act) {
    if (!this.bitmap) this.shown = { k: this.view.k, tx: this.view.tx, ty: this.view.ty };
    act();
    this.moving();
  }

  moveTo(tx, ty) { this.change(() => Object.assign(this.view, { tx, ty })); }
  zoom(factor, x = this.view.width / 2, y = this.view.height / 2) { this.change(() => this.view.zoom(factor, x, y)); }
  everything() { this.view.reset(); this.paint(); }

  full() {
    if (this.isFull) document.exitFullscreen();
    else if (this.root.requestFullscreen) this.root.requestFullscreen();
  }

  hover(i) {
    if (i === this.hovered && this.view.row === this.row) return;
    this.hovered = i;
    this.row = this.view.row;
    this.canvas.style.cursor = i < 0 ? "grab" : "pointer";
    this.canvas.title = this.frame.tip(this.scene, i, this.row);
    this.later();
  }

  press(i) {
    if (i >= 0 && this.scene.nodes[i].members) this.open(i);
    else this.choose(i);
  }

  open(i) { this.send("opened", [...this.data.opened, this.scene.nodes[i].id]); }
  openChosen() { if (this.chosen >= 0 && this.scene.nodes[this.chosen].members) this.open(this.chosen); }

  step(by) {
    const { order } = this.scene;
    if (!order.length) return;
    const at = order.indexOf(this.chosen);
    this.choose(order[((at < 0 && by < 0 ? 0 : at) + by + order.length) % order.length]);
    this.reveal();
  }

  choose(i) {
    if (i === this.chosen) return;
    this.chosen = i;
    this.frame.announce(this.scene, i);
    this.paint();
    if (this.talk) this.talk.enable();
    // A fold is no actor: it can be looked at and opened, but the rest of the page keeps its choice.
    if (i >= 0 && this.scene.nodes[i].members) return;
    this.waiting = { id: i < 0 ? null : this.scene.nodes[i].id, until: performance.now() + PATIENCE };
    this.send("selected", this.waiting.id);
  }

  // The page says who is chosen. An answer to an earlier click does not take back a later one.
  follow(id) {
    if (this.waiting && id !== this.waiting.id && performance.now() < this.waiting.until) return;
    this.waiting = null;
    this.show(id);
  }

  // Somebody is dragged to another place: at once here, then kept by the page.
  drag(i, px, py) {
    if (!this.dragging) this.dragging = { i, from: { x: this.scene.nodes[i].x, y: this.scene.nodes[i].y } };
    this.view.place(i, px, py);
    this.later();
  }

  drop() {
    const { i } = this.dragging, { id, x, y } = this.scene.nodes[i];
    this.dragging = null;
    this.view.grid = null;
    this.frame.live.textContent = say(this.data.words.moved, { name: this.scene.nodes[i].label });
    this.send("moved", { id, x, y });
  }

  // The page has chosen somebody, in the search or on the map.
  show(id) {
    const i = this.scene.index.get(id) ?? -1;
    if (i === this.chosen) return;
    this.chosen = i;
    this.frame.announce(this.scene, i);
    this.reveal();
    this.paint();
  }

  // Brings the chosen one into sight: by scrolling where there are many rows, else by moving the picture.
  reveal() {
    if (this.chosen < 0) return;
    const { view, frame: { stage } } = this, x = view.nodeX(this.chosen), y = view.nodeY(this.chosen), edge = 40;
    if (this.scrolls && (y < stage.scrollTop + edge || y > stage.scrollTop + stage.clientHeight - edge)) stage.scrollTop = y - stage.clientHeight / 2;
    if (x < 0 || x > view.width) view.tx += view.width / 2 - x;
    if (y < 0 || y > view.height) view.ty += view.height / 2 - y;
    this.paint();
  }

  stop() {
    this.paper.stop();
    if (this.talk) this.talk.stop();
    this.watch.disconnect();
    cancelAnimationFrame(this.pending);
    clearTimeout(this.rest);
  }
}

export default function ({ data, parentElement, setStateValue }) {
  if (!data) return undefined;
  let drawing = drawings.get(parentElement);
  if (!drawing) {
    drawing = new NetworkDrawing(parentElement.querySelector(".net"));
    drawings.set(parentElement, drawing);
  }
  drawing.receive(told(data, parentElement), setStateValue);
  return () => { drawing.stop(); drawings.delete(parentElement); };
}
