// The same symbols and heaps on a canvas, for thousands of them; who is under the pointer is found through a grid.

const CELL = 24;
const REACH = 11;          // px around a symbol that still mean it

class DotLayer {
  constructor(data) {
    this.palette = data.palette;
    this.element = html("canvas", "dots");
    this.sprites = new Map();
  }

  draw(data, laid, width, height, size) {
    const margin = Math.max(20, 0.2 * Math.min(width, height)), ratio = Math.max(1, devicePixelRatio || 1), { element } = this;
    const [w, h] = [width + 2 * margin, height + 2 * margin].map(px => Math.ceil(px * ratio));
    if (element.width !== w || element.height !== h) {
      Object.assign(element, { width: w, height: h });
      Object.assign(element.style, { left: `${-margin}px`, top: `${-margin}px`, width: `${w / ratio}px`, height: `${h / ratio}px` });
    }
    const g = element.getContext("2d");
    g.setTransform(1, 0, 0, 1, 0, 0);
    g.clearRect(0, 0, w, h);
    this.cells = new Map();
    this.size = size;
    for (const symbol of laid.symbols) {
      if (symbol.chosen || symbol.marked) continue;
      const sprite = this.sprite(data.types[symbol.point.type], symbol.r, ratio, symbol.faded);
      g.drawImage(sprite, Math.round((symbol.x + margin) * ratio - sprite.width / 2), Math.round((symbol.y + margin) * ratio - sprite.height / 2));
      this.keep(symbol);
    }
    g.setTransform(ratio, 0, 0, ratio, margin * ratio, margin * ratio);
    for (const [x, y] of laid.feet) this.disc(g, x, y, 2 * size, this.palette.muted);
    for (const heap of laid.heaps) { this.heap(g, heap); this.keep(heap); }
  }

  sprite(type, r, ratio, faded) {
    const key = `${type.color} ${type.polygon.length} ${r} ${ratio} ${faded}`;
    if (!this.sprites.has(key)) {
      const canvas = html("canvas"), side = Math.ceil((2 * 1.4 * r + 6) * ratio), g = canvas.getContext("2d");
      canvas.width = canvas.height = side;
      g.setTransform(ratio, 0, 0, ratio, side / 2, side / 2);
      g.globalAlpha = faded ? 0.35 : 1;
      g.beginPath();
      type.polygon.forEach(([x, y], i) => (i ? g.lineTo(x * r, y * r) : g.moveTo(x * r, y * r)));
      g.closePath();
      Object.assign(g, { fillStyle: type.color, strokeStyle: this.palette.paper, lineWidth: 1.8, lineJoin: "round" });
      g.fill();
      g.stroke();
      this.sprites.set(key, canvas);
    }
    return this.sprites.get(key);
  }

  disc(g, x, y, r, fill, stroke) {
    g.beginPath();
    g.arc(x, y, r, 0, 2 * Math.PI);
    Object.assign(g, { fillStyle: fill, strokeStyle: stroke || fill, lineWidth: 1.5 });
    g.fill();
    if (stroke) g.stroke();
  }

  heap(g, { x, y, r, text, faded }) {
    g.globalAlpha = faded ? 0.45 : 1;
    this.disc(g, x, y, r, this.palette.paper, this.palette.muted);
    Object.assign(g, { font: `650 ${14 * this.size}px ${FONT}`, fillStyle: this.palette.ink, textAlign: "center", textBaseline: "middle" });
    g.fillText(text, x, y + 1);
    g.globalAlpha = 1;
  }

  keep(mark) {
    const key = `${Math.floor(mark.x / CELL)},${Math.floor(mark.y / CELL)}`;
    if (!this.cells.has(key)) this.cells.set(key, []);
    this.cells.get(key).push(mark);
  }

  // The nearest symbol or heap that a point of the screen means; null for none.
  hit(x, y) {
    let best = null, least = Infinity;
    const reach = Math.ceil((REACH * this.size + 12) / CELL), cx = Math.floor(x / CELL), cy = Math.floor(y / CELL);
    for (let i = cx - reach; i <= cx + reach; i++) for (let j = cy - reach; j <= cy + reach; j++) {
      for (const mark of this.cells?.get(`${i},${j}`) || []) {
        const far = Math.hypot(mark.x - x, mark.y - y);
        if (far <= Math.max(REACH * this.size, mark.r) && far < least) [best, least] = [mark, far];
      }
    }
    return best;
  }
}
