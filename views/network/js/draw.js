// Paints a scene through a view: background, ties, symbols, names. Chosen and hovered ones come forward, the rest steps back.

const TITLES_ALWAYS = 8;      // of more hulls than this only those with room get their title
const BETWEEN_RINGS = 0.2, DIM_TIE = 0.09, DIM_SYMBOL = 0.28, DIM_NAME = 0.55;

class Painter {
  constructor(scene, view) {
    this.scene = scene;
    this.view = view;
    this.palette = scene.data.palette;
    this.wrapped = new Map();
    this.least = 0;          // px: no symbol is drawn with a smaller radius
  }

  radius(i) { return Math.max(this.least, this.view.radius(i)); }

  // chosen: index of the selected node or -1; hovered: index under the pointer or -1. Returns how many names found no place.
  paint(g, chosen, hovered) {
    const { scene } = this, still = scene.story && scene.data.presentation;   // a mouse that rests on the picture does not interrupt
    const lead = chosen >= 0 ? chosen : still ? -1 : hovered;
    this.chosen = chosen;
    this.hovered = still ? -1 : hovered;
    // The one in the middle of rings is chosen already by the picture: nobody steps back for it.
    const led = lead >= 0 && !scene.inTheMiddle(lead);
    this.told = led ? null : scene.story;    // a story is told until somebody is chosen
    this.focus = led ? new Set([lead, ...scene.neighbours(lead)]) : this.told && this.told.focus;
    this.blank(g);
    if (scene.matrix) return paintMatrix(this, g, lead);
    if (scene.crowded) return paintCrowd(this, g);
    this.hulls(g);
    this.rings(g);
    this.frames(g);
    this.ties(g, lead);
    for (const i of [...scene.order].reverse()) if (this.visible(i)) scene.boxed(i) ? this.box(g, i) : this.symbol(g, i);
    if (scene.data.since) paintMarks(this, g);
    this.bandTitles(g);
    return scene.rowsAndBows ? this.sideNames(g) : this.freeNames(g);
  }

  blank(g) {
    const { left, top, right, bottom } = this.view.window;
    g.fillStyle = this.palette.paper;
    g.fillRect(left, top, right - left, bottom - top);
  }

  visible(i) {
    const { view } = this, x = view.nodeX(i), y = view.nodeY(i), room = this.scene.nodes[i].side === "c" ? 90 : view.width;
    const { left, top, right, bottom } = view.window;
    return x > left - room && x < right + room && y > top - 40 && y < bottom + 40;
  }

  // ---- behind the symbols

  bandTitles(g) {
    const { view } = this;
    setFont(g, view.big, view.titleFont);
    g.fillStyle = this.palette.muted;
    g.textAlign = "center";
    g.textBaseline = "middle";
    for (const band of this.scene.data.bands) haloText(g, band.label.toUpperCase(), view.x(0.5), view.y(band.y), this.palette, view.big);
  }

  // Sectors: a rounded rail behind their symbols, the title above the first one.
  frames(g) {
    const { view, palette } = this, big = view.big;
    for (const frame of this.scene.data.frames) {
      const points = frame.nodes.map(i => [view.nodeX(i), view.nodeY(i)]);
      g.strokeStyle = palette.rail;
      g.lineWidth = 22 * big;
      g.lineCap = g.lineJoin = "round";
      g.beginPath();
      points.forEach((p, i) => g[i ? "lineTo" : "moveTo"](p[0], p[1]));
      if (points.length === 1) g.lineTo(points[0][0], points[0][1] + 0.1);
      g.stroke();
      g.lineCap = "butt";
      setFont(g, big, view.titleFont);
      g.fillStyle = palette.muted;
      g.textBaseline = "middle";
      g.textAlign = frame.side === "l" ? "right" : "left";
      const inwards = (frame.side === "l" ? 1 : -1) * 8 * big;
      haloText(g, frame.label.toUpperCase(), view.x(frame.x) + inwards, view.y(frame.y), palette, big);
    }
  }

  // Rings of the steps: thin lines behind everything, their names at the top where no symbol stands.
  rings(g) {
    const { view, palette } = this, x = view.x(0.5), y = view.y(0.5);
    setFont(g, view.big, view.titleFont);
    g.textAlign = "center";
    g.textBaseline = "middle";
    g.lineWidth = 2;
    for (const ring of this.scene.data.rings) {
      g.strokeStyle = palette.rail;
      g.beginPath();
      g.ellipse(x, y, view.x(0.5 + ring.r) - x, view.y(0.5 + ring.r) - y, 0, 0, 2 * Math.PI);
      g.stroke();
      g.fillStyle = palette.muted;
      haloText(g, ring.label.toUpperCase(), x, view.y(0.5 - ring.r), palette, view.big);
    }
  }

  // What the names of the rings cover, in the fonts that they were written in.
  ringTitles(g) {
    const { view } = this, { big } = view, x = view.x(0.5);
    setFont(g, big, view.titleFont);
    return this.scene.data.rings.map(ring => {
      const half = g.measureText(ring.label.toUpperCase()).width / 2 + 3 * big, y = view.y(0.5 - ring.r);
      return [x - half, y - 9 * big, x + half, y + 9 * big];
    });
  }

  hulls(g) {
    const { view, palette } = this;
    g.lineJoin = g.lineCap = "round";
    g.strokeStyle = g.fillStyle = palette.rail;
    g.lineWidth = 2 * view.hullRim;
    for (const hull of this.scene.data.hulls) {
      const points = this.scene.outline(hull);
      g.beginPath();
      points.forEach(([x, y], i) => g[i ? "lineTo" : "moveTo"](view.x(x), view.y(y)));
      if (points.length === 1) g.lineTo(view.x(points[0][0]) + 0.1, view.y(points[0][1]));
      g.closePath();
      g.stroke();
      g.fill();
    }
    g.lineCap = "butt";
  }

  // ---- ties

  ties(g, lead) {
    const { scene } = this, { a, b } = scene.ties, mine = e => a[e] === lead || b[e] === lead;
    if (this.told) {
      for (const batch of scene.batches) this.stroke(g, batch, batch.ties.filter(e => this.told.tells(a[e], b[e])), Math.max(0.85, batch.kind.opacity), STORY_TIE);
      return;
    }
    for (const batch of scene.batches) {
      const rest = this.focus ? DIM_TIE : this.opacity(batch);
      this.stroke(g, batch, lead < 0 ? batch.ties : batch.ties.filter(e => !mine(e)), rest);
    }
    if (lead >= 0) for (const batch of scene.batches) this.stroke(g, batch, batch.ties.filter(mine), 1);
    if (lead >= 0) for (const e of scene.tiesOf(lead)) if (scene.ties.count(e) > 1) this.count(g, scene.link(e), lead);
    g.globalAlpha = 1;
  }

  // How strongly ties that look alike are drawn while nobody is chosen.
  opacity({ kind, mark }) {
    const { scene } = this;
    if (scene.data.since) return mark ? 1 : DIM_TIE;
    if (scene.data.rings.length) return BETWEEN_RINGS;
    return kind.quiet ? 0.3 : scene.rowsAndBows ? kind.opacity : Math.max(kind.opacity, 0.4);
  }

  // Draws some ties of a batch (they look alike); share: of their width.
  stroke(g, { kind, width }, ties, alpha, share = 1) {
    if (!ties.length) return;
    const { view } = this;
    g.globalAlpha = alpha;
    g.strokeStyle = g.fillStyle = kind.color;
    g.lineWidth = width * share * Math.sqrt(view.big);
    g.setLineDash(kind.dash.map(d => d * view.big));
    g.beginPath();
    const arrivals = ties.map(e => view.trace(g, e));
    g.stroke();
    g.setLineDash([]);
    if (kind.arrow) ties.forEach((e, n) => this.arrow(g, this.scene.ties.b[e], arrivals[n]));
    g.globalAlpha = 1;
  }

  arrow(g, end, [fromX, fromY, x, y]) {
    const { view } = this, angle = Math.atan2(y - fromY, x - fromX), size = 9 * Math.sqrt(view.big);
    const gap = this.scene.boxed(end) ? 1 : this.radius(end) * 1.05;
    const px = x - gap * Math.cos(angle), py = y - gap * Math.sin(angle);
    g.beginPath();
    g.moveTo(px, py);
    for (const turn of [-0.45, 0.45]) g.lineTo(px - size * Math.cos(angle + turn), py - size * Math.sin(angle + turn));
    g.fill();
  }

  // How many seats or members a tie stands for, written beside its outer end.
  count(g, { a, b, n }, lead) {
    const { view, scene } = this;
    let x = (view.nodeX(a) + view.nodeX(b)) / 2, y = (view.nodeY(a) + view.nodeY(b)) / 2;
    if (scene.rowsAndBows) {
      const outer = scene.boxed(a) ? b : scene.boxed(b) ? a : a === lead ? b : a;
      if (scene.boxed(outer)) return;
      const inwards = scene.nodes[outer].side === "l" ? 1 : -1;
      x = view.nodeX(outer) + inwards * (view.radius(outer) + 13 * view.big);
      y = view.nodeY(outer);
    }
    setFont(g, view.big, view.titleFont);
    g.textAlign = "center";
    g.textBaseline = "middle";
    g.fillStyle = this.palette.ink;
    haloText(g, String(n), x, y, this.palette, view.big);
  }

  // ---- symbols

  dimmed(i) { return this.focus && !this.focus.has(i); }
  stands(i) { return Boolean(this.scene.story && this.scene.story.actors.has(i)); }

  symbol(g, i) {
    const { view, scene } = this, x = view.nodeX(i), y = view.nodeY(i), r = this.radius(i);
    if (i === this.chosen) {
      g.fillStyle = this.palette.select;
      g.strokeStyle = this.palette.ink;
      g.lineWidth = 2.5;
      g.beginPath();
      g.arc(x, y, r * 1.75, 0, 7);
      g.fill();
      g.stroke();
    }
    g.globalAlpha = this.dimmed(i) ? DIM_SYMBOL : 1;
    drawSymbol(g, scene.type(i), x, y, r * (this.stands(i) ? STORY_SYMBOL : 1), { stacked: scene.nodes[i].members ? (scene.rowsAndBows ? 0.22 : 0.3) : 0 });
    g.globalAlpha = 1;
    if (i === this.hovered) {
      tracePolygon(g, scene.type(i).polygon, x, y, r);
      g.strokeStyle = this.palette.ink;
      g.lineWidth = 2;
      g.stroke();
    }
  }

  // A row of the middle column: symbol, name, number of seats (or of ties) in a box; a fold has a second box behind it.
  box(g, i) {
    const { view, scene, palette } = this, node = scene.nodes[i], type = scene.type(i), big = view.big;
    const x = view.nodeX(i), y = view.nodeY(i), width = 2 * view.half, height = view.boxHeight, left = x - width / 2;
    const chosen = i === this.chosen, stands = this.stands(i) && !chosen, dim = this.dimmed(i) && !stands, strong = i === this.hovered;
    g.strokeStyle = chosen || (stands && strong) ? palette.ink : stands ? type.dark : dim ? palette.line : type.color;
    g.lineWidth = chosen ? 3 : 1.5;
    for (const shift of node.members ? [4, 0] : [0]) {
      g.fillStyle = shift ? palette.paper : chosen ? palette.select : stands ? type.dark : strong ? palette.hover : palette.paper;
      g.beginPath();
      g.roundRect(left + shift, y - height / 2 - shift * 0.75, width, height, 6);
      g.fill();
      g.stroke();
    }
    const r = Math.min(view.radius(i), height * 0.36, 9.3 * big), size = Math.min(14.5, (height / big) * 0.76);
    g.globalAlpha = dim ? 0.3 : 1;
    drawSymbol(g, type, left + 17 * big, y, r, { rim: "transparent", fill: stands ? palette.paper : type.color });
    g.globalAlpha = dim ? 0.5 : 1;
    g.textBaseline = "middle";
    g.textAlign = "right";
    setFont(g, big, { size: size * 0.95, weight: 400 });
    g.fillStyle = stands ? palette.paper : chosen ? palette.ink : palette.muted;
    const counted = node.members ? 0 : node.seats ?? scene.neighbours(i).length;     // none recorded is not the number 0
    if (counted) g.fillText(String(counted), left + width - 9 * big, y + big * 0.5);
    g.textAlign = "left";
    setFont(g, big, { ...nodeFont(scene, i), size });
    g.fillStyle = stands ? palette.paper : palette.ink;
    const name = boxName(view, node), max = width - 56 * big;
    g.fillText(g.measureText(name).width <= max ? name : fitName(g, node, max), left + 32 * big, y + big * 0.5);
    g.globalAlpha = 1;
  }

  // ---- names

  nameFont(i) {
    const font = nodeFont(this.scene, i, { chosen: i === this.chosen });
    return this.told ? storyFont(this.told, i, font) : font;
  }

  // Whose name stands white on the colour of its type.
  pill(i) { return this.stands(i) && i !== this.chosen; }

  sideNames(g) {
    const { view, scene } = this, big = view.big;
    g.textBaseline = "middle";
    g.fillStyle = this.palette.ink;
    scene.nodes.forEach((node, i) => {
      if (node.side === "p" || !this.visible(i)) return;
      const font = this.nameFont(i);
      setFont(g, big, font);
      const out = node.side === "l" ? -1 : 1, r = view.radius(i);
      const gap = (i === this.chosen ? r * 1.75 : r * (node.members && out > 0 ? 1.44 : 1)) + 6 * big;
      const bowed = (node.side === "l" ? node.x : 1 - node.x) * (view.width - view.margin.l - view.margin.r);
      const room = (node.side === "l" ? view.margin.l : view.margin.r) + bowed - gap - 2 * big;
      g.textAlign = node.side === "l" ? "right" : "left";
      g.globalAlpha = this.dimmed(i) ? DIM_NAME : 1;
      const spot = [fitName(g, node, room), view.nodeX(i) + out * gap, view.nodeY(i) + big * 0.5];
      if (this.pill(i)) storyName(g, [spot[0]], spot[1] + out * 6 * big, spot[2], scene.type(i), this.palette, big, font.size * big);
      else haloText(g, ...spot, this.palette, big);
    });
    g.globalAlpha = 1;
    return 0;
  }

  // Names of the Netz: chosen first, then neighbours, then by ties. A name that would cover another is left out and counted.
  freeNames(g) {
    const { scene } = this, taken = new Taken();
    g.textBaseline = "middle";
    g.textAlign = "center";
    const lead = i => !this.focus || this.focus.has(i);
    this.takeSymbols(taken, lead);
    this.hullTitles(g, taken);
    for (const box of this.ringTitles(g)) taken.add(box);
    let hidden = 0, stepped = !this.focus;
    const rank = i => (i === this.chosen || this.stands(i) ? 0 : this.focus && this.focus.has(i) ? 1 : scene.nodes[i].members ? 2 : 3);
    for (const i of [...scene.order].sort((p, q) => rank(p) - rank(q))) {
      if (!this.visible(i)) continue;
      if (!stepped && !lead(i)) {            // names of the chosen one's neighbours may cover symbols that stepped back
        stepped = true;
        this.takeSymbols(taken, j => !lead(j));
      }
      if (!this.nameAt(g, taken, i, i === this.chosen || i === this.hovered)) hidden++;
    }
    g.globalAlpha = 1;
    return hidden;
  }

  // Writes a name where it finds a free place, the short one where the long one finds none; "must" writes it anyway. Was it written?
  nameAt(g, taken, i, must = false) {
    const chosen = i === this.chosen, { short } = this.scene.nodes[i], big = this.view.big;
    let name = this.wrappedName(g, i, chosen);
    if (short && name.lines.some(line => line.includes("…"))) name = this.wrappedName(g, i, chosen, short);   // agreed before cut
    let spot = this.freeSpot(taken, i, name);
    if (!spot && short) {
      const brief = this.wrappedName(g, i, chosen, short), found = this.freeSpot(taken, i, brief);
      if (found) [name, spot] = [brief, found];
    }
    if (!spot && must) spot = this.spots(i, name)[0];
    if (!spot) return false;
    const { lines, width, height } = name;
    taken.add([spot[0] - 2, spot[1], spot[0] + width + 2, spot[1] + height], i);
    g.globalAlpha = this.dimmed(i) ? DIM_NAME : 1;
    g.fillStyle = this.palette.ink;
    g.textAlign = "center";
    g.textBaseline = "middle";
    const font = this.nameFont(i), middle = spot[0] + width / 2;
    setFont(g, big, font);
    if (this.pill(i)) storyName(g, lines, middle, spot[1] + height / 2, this.scene.type(i), this.palette, big, font.size * big);
    else lines.forEach((line, n) => haloText(g, line, middle, spot[1] + LINE_HEIGHT * big * (n + 0.5), this.palette, big));
    g.globalAlpha = 1;
    return true;
  }

  spots(i, { width, height }) {
    const { view } = this;
    return spotsAround(view.nodeX(i), view.nodeY(i), this.radius(i) * (i === this.chosen ? 1.8 : 1), width, height, view.big);
  }

  freeSpot(taken, i, name) {
    const { view } = this, { left, top, right, bottom } = view.window;
    // Where more is painted than the panel shows, a name lies on one side of the panel's edges.
    const cut = (from, size, edge) => from < edge && from + size > edge;
    const whole = ([x, y]) => !cut(x, name.width, 0) && !cut(x, name.width, view.width) && !cut(y, name.height, 0) && !cut(y, name.height, view.height);
    const free = ([x, y]) => x >= left && x <= right - name.width && y >= top && y <= bottom - name.height && whole([x, y]) && taken.free([x, y, x + name.width, y + name.height], i);
    return this.spots(i, name).find(free);
  }

  takeSymbols(taken, which) {
    const { view } = this;
    this.scene.nodes.forEach((_, i) => {
      if (!which(i) || !this.visible(i)) return;
      const r = view.radius(i) - 2, x = view.nodeX(i), y = view.nodeY(i);
      taken.add([x - r, y - r, x + r, y + r], i);
    });
  }

  wrappedName(g, i, chosen, text = this.scene.nodes[i].label) {
    const key = `${i}${chosen}${Boolean(this.told)}${text}`, { big } = this.view;
    if (!this.wrapped.has(key)) {
      setFont(g, big, this.nameFont(i));
      const lines = wrap(g, text, 118 * big);
      this.wrapped.set(key, { lines, width: Math.max(...lines.map(line => g.measureText(line).width)), height: lines.length * LINE_HEIGHT * big });
    }
    return this.wrapped.get(key);
  }

  // Titles of hulls stand above them, or below where symbols are in the way. They keep their room; names move away.
  hullTitles(g, taken) {
    const { view } = this, big = view.big;
    setFont(g, big, view.titleFont);
    g.fillStyle = this.palette.muted;
    for (const hull of this.scene.data.hulls) {
      const points = this.scene.outline(hull), xs = points.map(([x]) => view.x(x)), ys = points.map(([, y]) => view.y(y));
      const text = hull.label.toUpperCase(), width = g.measureText(text).width, top = Math.min(...ys);
      const middle = (Math.min(...xs) + Math.max(...xs)) / 2;
      const bottom = Math.max(...ys), away = view.hullRim + 10 * big;
      if (middle + width / 2 < 0 || middle - width / 2 > view.width || bottom < 0 || top > view.height) continue;
      const x = Math.max(width / 2 + 4, Math.min(view.width - width / 2 - 4, middle));
      const boxes = [Math.max(10 * big, top - away), Math.min(view.height - 10 * big, bottom + away)].map(y => [x - width / 2 - 4, y - 9 * big, x + width / 2 + 4, y + 9 * big]);
      const box = boxes.find(b => taken.free(b)) || (this.scene.data.hulls.length <= TITLES_ALWAYS ? boxes[0] : null);
      if (!box) continue;
      haloText(g, text, x, (box[1] + box[3]) / 2, this.palette, big);
      taken.add(box);
    }
  }
}
