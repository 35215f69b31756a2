// The Matrix: names at the heads of rows and columns, a filled cell where a row and a column are tied, seats counted at the margins.

const SLANT = (62 * Math.PI) / 180;              // of the names over the columns
const CELL_LEAST = 15, CELL_MOST = 44;           // px, height and width of a cell
const HEAD_MOST = 0.36;                          // of the panel's height, for names over the columns
const SUM_ROOM = 38;                             // px at the right and below, for the sums
const TIED = 0.82;                               // of a cell's side that its square fills

class MatrixCells {
  constructor(scene, seats) {
    const { nodes, links } = scene;
    const heads = (side, along) => nodes.map((_, i) => i).filter(i => nodes[i].side === side).sort((a, b) => nodes[a][along] - nodes[b][along]);
    this.rows = heads("h", "y");
    this.columns = heads("v", "x");
    this.sums = new Map();
    this.cells = new Map();
    for (const link of links) {
      const [row, column] = nodes[link.a].side === "h" ? [link.a, link.b] : [link.b, link.a];
      const cell = this.at(row, column) || { row, column, n: 0, others: [] };
      this.cells.set(`${row},${column}`, cell);
      if (link.name !== seats) { cell.others.push(link.kind); continue; }
      cell.n += link.n;
      for (const i of [row, column]) this.sums.set(i, (this.sums.get(i) || 0) + link.n);
    }
  }

  at(row, column) { return this.cells.get(`${row},${column}`); }
}

// Margins: row names at the left, slanted column names on top, sums at the right and below. Returns the height that is needed.
function arrangeMatrix(view, g, width, height) {
  const { scene, big } = view, { rows, columns } = scene.matrix;
  const widths = ids => ids.map(i => {
    setFont(g, big, nodeFont(scene, i));
    return g.measureText(scene.nodes[i].label).width;
  });
  const left = Math.min(width * NAME_MOST, Math.max(60 * big, ...widths(rows))) + 40 * big;
  const names = widths(columns), longest = Math.min(Math.max(40 * big, ...names), (height * HEAD_MOST) / Math.sin(SLANT));
  const top = longest * Math.sin(SLANT) + 16 * big;
  const sums = SUM_ROOM * big, cell = Math.min(CELL_MOST * big, (width - left - sums) / Math.max(1, columns.length));
  // The last names lean out to the right of their columns.
  const lean = Math.max(sums, ...names.map((w, i) => Math.min(w, longest) * Math.cos(SLANT) - (columns.length - 1 - i) * cell * 0.85));
  const side = Math.min(CELL_MOST * big, (width - left - lean) / Math.max(1, columns.length));
  const needed = Math.max(height, top + rows.length * CELL_LEAST * big + sums);
  const row = Math.min(CELL_MOST * 0.8 * big, (needed - top - sums) / Math.max(1, rows.length));
  view.headMost = longest;
  view.margin = { l: left, t: top, r: width - left - side * columns.length, b: needed - top - row * rows.length };
  return needed;
}

// The column under a point (over a head: that row or column); the row that was hit, too, is kept in view.row.
function hitMatrix(view, px, py) {
  const { rows, columns } = view.scene.matrix, { margin } = view;
  const place = (ids, value) => { const n = Math.floor(value * ids.length); return n >= 0 && n < ids.length ? ids[n] : -1; };
  const across = (px - view.x(0)) / (view.x(1) - view.x(0)), down = (py - view.y(0)) / (view.y(1) - view.y(0));
  view.row = py > margin.t ? place(rows, down) : -1;
  if (px < margin.l) return view.row;
  if (py >= margin.t) {
    const column = place(columns, across);
    return view.row >= 0 && column >= 0 && view.scene.matrix.at(view.row, column) ? column : -1;
  }
  const leaned = (px - (margin.t - py) / Math.tan(SLANT) - view.x(0)) / (view.x(1) - view.x(0));
  return place(columns, leaned);
}

function paintMatrix(painter, g, lead) {
  const { scene, view, palette } = painter, { rows, columns, cells } = scene.matrix, { margin, big } = view;
  const width = (view.x(1) - view.x(0)) / columns.length, height = (view.y(1) - view.y(0)) / rows.length;
  const left = Math.max(margin.l, view.x(0)), right = Math.min(view.width, view.x(1)), top = Math.max(margin.t, view.y(0)), bottom = Math.min(view.height, view.y(1));
  const inSightX = i => { const x = view.nodeX(i); return x > margin.l - 1 && x < view.width; };
  const inSightY = i => { const y = view.nodeY(i); return y > margin.t - 1 && y < view.height; };
  g.save();
  g.beginPath();
  g.rect(margin.l, margin.t, view.width - margin.l, view.height - margin.t);
  g.clip();
  const band = (i, color, alpha) => {
    g.globalAlpha = alpha;
    g.fillStyle = color;
    if (scene.nodes[i].side === "h") g.fillRect(left, view.nodeY(i) - height / 2, right - left, height);
    else g.fillRect(view.nodeX(i) - width / 2, top, width, bottom - top);
    g.globalAlpha = 1;
  };
  rows.forEach((i, n) => { if (n % 2 === 0) band(i, palette.wash, 1); });
  for (const i of [painter.hovered, painter.hovered >= 0 ? view.row : -1]) if (i >= 0) band(i, palette.hover, 1);
  if (painter.chosen >= 0) band(painter.chosen, palette.select, 0.45);
  g.strokeStyle = palette.rail;
  g.lineWidth = 1;
  g.beginPath();
  for (let n = 0; n <= columns.length; n++) {
    const x = Math.round(view.x(n / columns.length)) + 0.5;
    g.moveTo(x, top);
    g.lineTo(x, bottom);
  }
  g.stroke();
  for (const cell of cells.values()) if (inSightX(cell.column) && inSightY(cell.row)) paintCell(painter, g, cell, width, height, lead);
  g.restore();
  matrixNames(painter, g, width, height, inSightX, inSightY);
  return 0;
}

function paintCell({ scene, view, palette, told }, g, { row, column, n, others }, width, height, lead) {
  const x = view.nodeX(column), y = view.nodeY(row), side = Math.min(width, height) * TIED, wide = Math.min(width * TIED, side * 1.6);
  g.globalAlpha = (told ? told.tells(row, column) : lead < 0 || lead === row || lead === column) ? 1 : told ? 0.2 : 0.4;
  if (n) {
    g.fillStyle = n > 1 ? scene.type(row).color : scene.data.kinds[scene.data.cell].color;
    g.beginPath();
    g.roundRect(x - wide / 2, y - side / 2, wide, side, Math.min(4, side / 5));
    g.fill();
    if (n > 1 && side > 11) {
      const text = fitNumber(g, n, String(n), wide - 2, { size: Math.min(14 * view.big, side * 0.78), weight: 650 }, scene.data.words.thousand);
      g.fillStyle = palette.paper;
      g.textAlign = "center";
      g.textBaseline = "middle";
      g.fillText(text, x, y + 0.5);
    }
  }
  others.forEach((kind, place) => {
    const r = Math.max(2.5, side * 0.16), dx = n ? wide / 2 - place * 2.4 * r : place * 2.4 * r;   // at a filled cell on its corner, beside the number
    g.beginPath();
    g.arc(x + dx, n ? y - side / 2 + r * 0.4 : y, r, 0, 7);
    g.fillStyle = kind.color;
    g.strokeStyle = palette.paper;
    g.lineWidth = 1.5;
    g.fill();
    g.stroke();
  });
  g.globalAlpha = 1;
}

// A number as it fits: whole, in smaller letters, in thousands, or not at all; a part of its digits would be another number.
function fitNumber(g, n, whole, most, { size, weight }, thousand) {
  for (const text of n < 1000 ? [whole] : [whole, `${Math.round(n / 1000)}${thousand}`])
    for (let px = size; px >= size * 0.7; px--) {
      setFont(g, 1, { size: px, weight });
      if (g.measureText(text).width <= most) return text;
    }
  return "";
}

// Names and sums stay at the edges while the cells are moved and enlarged.
function matrixNames(painter, g, width, height, inSightX, inSightY) {
  const { scene, view, palette } = painter, { rows, columns, sums } = scene.matrix, { margin, big } = view, numbers = new Intl.NumberFormat(scene.data.language);
  const scale = Math.min(1, (height * 0.92) / (14.5 * big), 1.15), across = Math.min(1, (width * 0.96) / (14 * big));
  const { told, focus } = painter, lit = i => i === painter.chosen || (told ? told.actors.has(i) || told.several.has(i) : focus && focus.has(i));
  const back = i => focus && !lit(i) && !(told && focus.has(i));
  g.textBaseline = "middle";
  const sum = (i, x, y, align, most) => {
    const n = sums.get(i) || 0;
    const text = fitNumber(g, n, numbers.format(n), most, { size: 12.5 * big, weight: i === painter.chosen ? 700 : 400 }, scene.data.words.thousand);
    g.textAlign = align;
    g.fillStyle = palette.muted;
    haloText(g, text, x, y, palette, big);
  };
  for (const i of rows) {
    if (!inSightY(i)) continue;
    const y = view.nodeY(i), font = nodeFont(scene, i, { chosen: lit(i) });
    setFont(g, big, { ...font, size: font.size * scale });
    g.textAlign = "right";
    g.fillStyle = palette.ink;
    g.globalAlpha = back(i) ? DIM_NAME : 1;
    headName(painter, g, i, fitName(g, scene.nodes[i], margin.l - 36 * big), margin.l - 26 * big, y);
    drawSymbol(g, scene.type(i), margin.l - 13 * big, y, Math.min(8 * big, height * 0.36), { rim: "transparent" });
    g.globalAlpha = 1;
    sum(i, Math.min(view.x(1), view.width - SUM_ROOM * big) + 8 * big, y, "left", Infinity);
  }
  for (const i of columns) {
    if (!inSightX(i)) continue;
    const x = view.nodeX(i), font = nodeFont(scene, i, { chosen: lit(i) });
    g.save();
    g.translate(x, margin.t - 8 * big);
    g.rotate(-SLANT);
    setFont(g, big, { ...font, size: font.size * across });
    g.textAlign = "left";
    g.fillStyle = palette.ink;
    g.globalAlpha = back(i) ? DIM_NAME : 1;
    headName(painter, g, i, fitName(g, scene.nodes[i], view.headMost), 0, 0);
    g.restore();
    if (width > 13 * big) sum(i, x, Math.min(view.y(1), view.height - 20 * big) + 11 * big, "center", width);
  }
  setFont(g, big, view.titleFont);
  g.fillStyle = palette.muted;
  g.textAlign = "left";
  g.fillText(scene.data.words.seats.toUpperCase(), Math.min(view.x(1), view.width - SUM_ROOM * big) + 8 * big, Math.min(view.y(1), view.height - 20 * big) + 11 * big);
}

// A name at a head; the chosen one's on yellow.
function headName(painter, g, i, text, x, y) {
  const { chosen, palette, scene, view } = painter;
  if (painter.pill(i)) {
    storyName(g, [text], x, y, scene.type(i), palette, view.big, 11.5 * view.big);
    return;
  }
  if (i === chosen) {
    g.lineJoin = "round";
    g.lineWidth = 7;
    g.strokeStyle = palette.select;
    g.strokeText(text, x, y);
  }
  g.fillText(text, x, y);
}

// What stands in a cell, for the legend: the square of a seat, or the dot of another tie.
function cellSample(color, sign) {
  const canvas = sampleCanvas(28, 28, "symbol"), g = canvas.getContext("2d");
  traceCellSign(g, sign, 14, 14, 11);
  g.fillStyle = color;
  g.fill();
  return canvas;
}

function traceCellSign(g, sign, x, y, r) {
  g.beginPath();
  if (sign === "dot") g.arc(x, y, r * 0.55, 0, 7);
  else g.roundRect(x - r, y - r, 2 * r, 2 * r, r * 0.45);
}
