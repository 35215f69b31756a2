// Names: fonts, the form that fits, and free places for the names of the Netz.

const FONT = '"Source Sans", "Segoe UI", Arial, sans-serif';
const LINE_HEIGHT = 15.5;

function setFont(g, big, { size, weight }) { g.font = `${weight} ${size * big}px ${FONT}`; }

function nodeFont(scene, i, { chosen = false } = {}) {
  const node = scene.nodes[i];
  if (node.side === "p") return { size: 14.5, weight: node.type === "Gremium" || node.members ? 600 : 400 };
  return { size: 14, weight: chosen ? 700 : node.members || scene.type(i).radius > 10 ? 650 : 400 };
}

// In a narrow panel the agreed short name, kept as data: never an ellipsis that hides the difference.
function boxName(view, node) { return (view.narrow && node.short) || node.label; }

// The name, else the agreed short one, else its beginning and its end: what tells two names apart often stands last.
function fitName(g, node, max) {
  for (const text of [node.label, node.short]) if (text && g.measureText(text).width <= max) return text;
  return cut(g, node.short || node.label, max);
}

function cut(g, text, max) {
  let keep = text.length;
  const made = () => `${text.slice(0, Math.ceil(keep * 0.6)).trimEnd()}…${text.slice(text.length - Math.floor(keep * 0.4)).trimStart()}`;
  while (keep > 4 && g.measureText(made()).width > max) keep--;
  return keep < text.length ? made() : text;
}

// At most two lines, broken at a space, a hyphen or a dash, where the longer line is shortest. One long word may stand out.
function wrap(g, text, max) {
  if (g.measureText(text).width <= max) return [text];
  const words = text.split(/(?<=[ –-])/);
  let best = null;
  for (let i = 1; i < words.length; i++) {
    const lines = [words.slice(0, i).join("").trim(), words.slice(i).join("").trim()];
    const width = Math.max(...lines.map(line => g.measureText(line).width));
    if (!best || width < best.width) best = { width, lines };
  }
  return (best ? best.lines : [text]).map(line => (g.measureText(line).width <= max * 1.6 ? line : cut(g, line, max * 1.6)));
}

// Which rectangles are taken, in cells, so that a thousand names need no million comparisons.
class Taken {
  constructor() { this.cells = new Map(); }

  *around(box) {
    for (let x = Math.floor(box[0] / 64); x <= Math.floor(box[2] / 64); x++)
      for (let y = Math.floor(box[1] / 64); y <= Math.floor(box[3] / 64); y++) yield `${x},${y}`;
  }

  add(box, owner = -1) {
    for (const key of this.around(box)) {
      if (!this.cells.has(key)) this.cells.set(key, []);
      this.cells.get(key).push({ box, owner });
    }
  }

  free(box, owner = -2) {
    for (const key of this.around(box))
      for (const other of this.cells.get(key) || [])
        if (other.owner !== owner && box[0] < other.box[2] && box[2] > other.box[0] && box[1] < other.box[3] && box[3] > other.box[1]) return false;
    return true;
  }
}

// Below, above, right, left of a symbol, then the corners, in this order.
function spotsAround(x, y, r, width, height, big) {
  const out = r + 5 * big, side = [x + out, x - out - width], row = [y + r * 0.6, y - r * 0.6 - height];
  return [
    [x - width / 2, y + r + 3 * big],
    [x - width / 2, y - r - 3 * big - height],
    [side[0], y - height / 2],
    [side[1], y - height / 2],
    [side[0] - 6 * big, row[0]],
    [side[1] + 6 * big, row[0]],
    [side[0] - 6 * big, row[1]],
    [side[1] + 6 * big, row[1]],
  ];
}

function haloText(g, text, x, y, palette, big) {
  g.lineJoin = "round";
  g.lineWidth = 4 * big;
  g.strokeStyle = palette.paper;
  g.strokeText(text, x, y);
  g.fillText(text, x, y);
}
