// Paints a scene through a view: background, ties, symbols, names. Chosen and hovered ones come forward, the rest steps back.

const DIM_TIE = 0.09, DIM_SYMBOL = 0.28, DIM_NAME = 0.55;

class Painter {
  constructor(scene, view) {
    this.scene = scene;
    this.view = view;
    this.palette = scene.data.palette;
    this.wrapped = new Map();
  }

  // chosen: index of the selected node or -1; hovered: index under the pointer or -1. Returns how many names found no place.
  paint(g, chosen, hovered) {
    const { scene, view } = this, lead = chosen >= 0 ? chosen : hovered;
    this.chosen = chosen;
    this.hovered = hovered;
    this.focus = lead >= 0 ? new Set([lead, ...scene.near[lead]]) : null;
    g.fillStyle = this.palette.paper;
    g.fillRect(0, 0, view.width, view.height);
    this.hulls(g);
    this.frames(g);
    this.ties(g, lead);
    for (const i of [...scene.order].reverse()) if (this.visible(i)) scene.boxed(i) ? this.box(g, i) : this.symbol(g, i);
    this.bandTitles(g);
    return scene.rowsAndBows ? this.sideNames(g) : this.freeNames(g);
  }

  visible(i) {
    const { view } = this, x = view.nodeX(i), y = view.nodeY(i), room = this.scene.nodes[i].side === "c" ? 90 : view.width;
    return x > -room && x < view.width + room && y > -40 && y < view.height + 40;
  }

  // ---- behind the symbols

  bandTitles(g) {
    const { view } = this;
    setFont(g, view.big, { size: 12, weight: 650 });
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
      setFont(g, big, { size: 12, weight: 650 });
      g.fillStyle = palette.muted;
      g.textBaseline = "middle";
      g.textAlign = frame.side === "l" ? "right" : "left";
      const inwards = (frame.side === "l" ? 1 : -1) * 8 * big;
      haloText(g, frame.label.toUpperCase(), view.x(frame.x) + inwards, view.y(frame.y), palette, big);
    }
  }

  hulls(g) {
    const { view, palette } = this;
    g.lineJoin = g.lineCap = "round";
    g.strokeStyle = g.fillStyle = palette.rail;
    g.lineWidth = 2 * view.hullRim;
    for (const hull of this.scene.data.hulls) {
      const points = convexHull(hull.nodes.map(i => [view.nodeX(i), view.nodeY(i)]));
      g.beginPath();
      points.forEach((p, i) => g[i ? "lineTo" : "moveTo"](p[0], p[1]));
      if (points.length === 1) g.lineTo(points[0][0] + 0.1, points[0][1]);
      g.closePath();
      g.stroke();
      g.fill();
    }
    g.lineCap = "butt";
  }

  // ---- ties

  ties(g, lead) {
    const { scene, view } = this, mine = link => link.a === lead || link.b === lead;
    for (const links of scene.batches) {
      const kind = links[0].kind;
      const rest = kind.quiet ? 0.3 : scene.rowsAndBows ? kind.opacity : Math.max(kind.opacity, 0.4);
      this.stroke(g, lead < 0 ? links : links.filter(l => !mine(l)), lead < 0 ? rest : DIM_TIE);
    }
    if (lead >= 0) for (const links of scene.batches) this.stroke(g, links.filter(mine), 1);
    if (lead >= 0) for (const link of scene.links) if (link.n > 1 && mine(link)) this.count(g, link, lead);
    g.globalAlpha = 1;
  }

  stroke(g, links, alpha) {
    if (!links.length) return;
    const { view } = this, kind = links[0].kind, behind = this.scene.behind(links[0]);
    g.globalAlpha = alpha;
    g.strokeStyle = g.fillStyle = kind.color;
    g.lineWidth = tieWidth(links[0]) * Math.sqrt(view.big);
    g.setLineDash(kind.dash.map(d => d * view.big));
    if (behind) {
      g.save();
      g.beginPath();
      g.rect(0, 0, view.width, view.height);
      g.rect(view.x(0.5) - view.half, 0, 2 * view.half, view.height);
      g.clip("evenodd");
    }
    g.beginPath();
    const arrivals = links.map(link => view.trace(g, link));
    g.stroke();
    if (behind) g.restore();
    g.setLineDash([]);
    if (kind.arrow) links.forEach((link, i) => this.arrow(g, link.b, arrivals[i]));
    g.globalAlpha = 1;
  }

  arrow(g, end, [fromX, fromY, x, y]) {
    const { view } = this, angle = Math.atan2(y - fromY, x - fromX), size = 9 * Math.sqrt(view.big);
    const gap = this.scene.boxed(end) ? 1 : view.radius(end) * 1.05;
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
    setFont(g, view.big, { size: 12, weight: 650 });
    g.textAlign = "center";
    g.textBaseline = "middle";
    g.fillStyle = this.palette.ink;
    haloText(g, String(n), x, y, this.palette, view.big);
  }

  // ---- symbols

  dimmed(i) { return this.focus && !this.focus.has(i); }

  symbol(g, i) {
    const { view, scene } = this, x = view.nodeX(i), y = view.nodeY(i), r = view.radius(i);
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
    drawSymbol(g, scene.type(i), x, y, r, { stacked: scene.nodes[i].members ? (scene.rowsAndBows ? 0.22 : 0.3) : 0 });
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
    const chosen = i === this.chosen, dim = this.dimmed(i), strong = i === this.hovered;
    g.strokeStyle = chosen ? palette.ink : dim ? palette.line : type.color;
    g.lineWidth = chosen ? 3 : 1.5;
    for (const shift of node.members ? [4, 0] : [0]) {
      g.fillStyle = shift ? palette.paper : chosen ? palette.select : strong ? palette.hover : palette.paper;
      g.beginPath();
      g.roundRect(left + shift, y - height / 2 - shift * 0.75, width, height, 6);
      g.fill();
      g.stroke();
    }
    const r = Math.min(view.radius(i), height * 0.36), size = Math.min(14.5, (height / big) * 0.76);
    g.globalAlpha = dim ? 0.3 : 1;
    drawSymbol(g, type, left + 17 * big, y, r, { rim: "transparent" });
    g.globalAlpha = dim ? 0.5 : 1;
    g.textBaseline = "middle";
    g.textAlign = "right";
    setFont(g, big, { size: size * 0.95, weight: 400 });
    g.fillStyle = chosen ? palette.ink : palette.muted;
    if (!node.members) g.fillText(String(node.seats ?? scene.near[i].length), left + width - 9 * big, y + big * 0.5);
    g.textAlign = "left";
    setFont(g, big, { ...nodeFont(scene, i), size });
    g.fillStyle = palette.ink;
    const name = boxName(view, node), max = width - 56 * big;
    g.fillText(g.measureText(name).width <= max ? name : fitName(g, node, max), left + 32 * big, y + big * 0.5);
    g.globalAlpha = 1;
  }

  // ---- names

  sideNames(g) {
    const { view, scene } = this, big = view.big;
    g.textBaseline = "middle";
    g.fillStyle = this.palette.ink;
    scene.nodes.forEach((node, i) => {
      if (node.side === "p" || !this.visible(i)) return;
      setFont(g, big, nodeFont(scene, i, { chosen: i === this.chosen }));
      const out = node.side === "l" ? -1 : 1, r = view.radius(i);
      const gap = (i === this.chosen ? r * 1.75 : r * (node.members && out > 0 ? 1.44 : 1)) + 6 * big;
      const bowed = (node.side === "l" ? node.x : 1 - node.x) * (view.width - view.margin.l - view.margin.r);
      const room = (node.side === "l" ? view.margin.l : view.margin.r) + bowed - gap - 2 * big;
      g.textAlign = node.side === "l" ? "right" : "left";
      g.globalAlpha = this.dimmed(i) ? DIM_NAME : 1;
      haloText(g, fitName(g, node, room), view.nodeX(i) + out * gap, view.nodeY(i) + big * 0.5, this.palette, big);
    });
    g.globalAlpha = 1;
    return 0;
  }

  // Names of the Netz: chosen first, then neighbours, then by ties. A name that would cover another is left out and counted.
  freeNames(g) {
    const { view, scene } = this, big = view.big, taken = new Taken();
    g.textBaseline = "middle";
    g.textAlign = "center";
    const lead = i => !this.focus || this.focus.has(i);
    this.takeSymbols(taken, lead);
    this.hullTitles(g, taken);
    let hidden = 0, stepped = !this.focus;
    const rank = i => (i === this.chosen ? 0 : this.focus && this.focus.has(i) ? 1 : scene.nodes[i].members ? 2 : 3);
    for (const i of [...scene.order].sort((p, q) => rank(p) - rank(q))) {
      if (!this.visible(i)) continue;
      if (!stepped && !lead(i)) {            // names of the chosen one's neighbours may cover symbols that stepped back
        stepped = true;
        this.takeSymbols(taken, j => !lead(j));
      }
      const chosen = i === this.chosen;
      let name = this.wrappedName(g, i, chosen), spot = this.freeSpot(taken, i, name);
      if (!spot && scene.nodes[i].short) {
        const short = this.wrappedName(g, i, chosen, scene.nodes[i].short), found = this.freeSpot(taken, i, short);
        if (found) [name, spot] = [short, found];
      }
      if (!spot && (chosen || i === this.hovered)) spot = this.spots(i, name)[0];
      if (!spot) { hidden++; continue; }
      const { lines, width, height } = name;
      taken.add([spot[0] - 2, spot[1], spot[0] + width + 2, spot[1] + height], i);
      g.globalAlpha = this.dimmed(i) ? DIM_NAME : 1;
      g.fillStyle = this.palette.ink;
      setFont(g, big, nodeFont(scene, i, { chosen }));
      lines.forEach((line, n) => haloText(g, line, spot[0] + width / 2, spot[1] + LINE_HEIGHT * big * (n + 0.5), this.palette, big));
    }
    g.globalAlpha = 1;
    return hidden;
  }

  spots(i, { width, height }) {
    const { view } = this;
    return spotsAround(view.nodeX(i), view.nodeY(i), view.radius(i) * (i === this.chosen ? 1.8 : 1), width, height, view.big);
  }

  freeSpot(taken, i, name) {
    const { view } = this, right = view.width - name.width, bottom = view.height - name.height;
    const free = ([x, y]) => x >= 0 && x <= right && y >= 0 && y <= bottom && taken.free([x, y, x + name.width, y + name.height], i);
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
    const key = `${i}${chosen}${text}`, { big } = this.view;
    if (!this.wrapped.has(key)) {
      setFont(g, big, nodeFont(this.scene, i, { chosen }));
      const lines = wrap(g, text, 118 * big);
      this.wrapped.set(key, { lines, width: Math.max(...lines.map(line => g.measureText(line).width)), height: lines.length * LINE_HEIGHT * big });
    }
    return this.wrapped.get(key);
  }

  // Titles of hulls stand above them, or below where symbols are in the way. They keep their room; names move away.
  hullTitles(g, taken) {
    const { view } = this, big = view.big;
    setFont(g, big, { size: 12, weight: 650 });
    g.fillStyle = this.palette.muted;
    for (const hull of this.scene.data.hulls) {
      const xs = hull.nodes.map(i => view.nodeX(i)), ys = hull.nodes.map(i => view.nodeY(i));
      const text = hull.label.toUpperCase(), width = g.measureText(text).width, top = Math.min(...ys);
      const middle = (Math.min(...xs) + Math.max(...xs)) / 2;
      const bottom = Math.max(...ys), away = view.hullRim + 10 * big;
      if (middle + width / 2 < 0 || middle - width / 2 > view.width || bottom < 0 || top > view.height) continue;
      const x = Math.max(width / 2 + 4, Math.min(view.width - width / 2 - 4, middle));
      const boxes = [Math.max(10 * big, top - away), Math.min(view.height - 10 * big, bottom + away)].map(y => [x - width / 2 - 4, y - 9 * big, x + width / 2 + 4, y + 9 * big]);
      const box = boxes.find(b => taken.free(b)) || boxes[0];
      haloText(g, text, x, (box[1] + box[3]) / 2, this.palette, big);
      taken.add(box);
    }
  }
}
