// Names of areas and of the chosen actor: never over each other, moved a little to leave the points free.

const SHIFTS = [0, -16, 16, -28, 28];

class NameLayer {
  constructor(data, tree) {
    this.data = data;
    this.tree = tree;
    this.element = svg("g", { "pointer-events": "none" });
    this.pen = document.createElement("canvas").getContext("2d");
  }

  draw(place, width, height, points, chosenPoint) {
    const { palette } = this.data, taken = [], elements = [];
    const meets = (a, b) => a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];
    const put = (text, x, y, size, weight, fill) => {
      elements.push(svg("text", { x, y, "font-size": size, "font-weight": weight, fill, "text-anchor": "middle", "dominant-baseline": "central", stroke: palette.paper, "stroke-width": 4, "paint-order": "stroke", "stroke-linejoin": "round" }, text));
    };
    const boxOf = (text, x, y, size, weight) => {
      this.pen.font = `${weight} ${size}px ${FONT}`;
      const half = this.pen.measureText(text).width / 2;
      return [x - half, y - size * 0.6, x + half, y + size * 0.6];
    };
    if (chosenPoint) {
      const { name, x, y } = chosenPoint, half = (boxOf(name, 0, 0, 14, 700)[2]);
      const at = [Math.max(half + 4, Math.min(width - half - 4, x)), y + 28];
      put(name, ...at, 14, 700, palette.ink);
      taken.push(boxOf(name, ...at, 14, 700));
    }
    const strength = area => (this.tree.chosen.has(area.id) ? 0 : this.tree.chosen.has(area.parent) ? 1 : 2);
    for (const area of this.tree.named().sort((a, b) => strength(a) - strength(b))) {
      const [x, y] = place(...area.spot), strong = strength(area) < 2, weight = strength(area) === 0 ? 650 : 500;
      if (x < 0 || x > width || y < 0 || y > height) continue;
      const half = boxOf(area.name, 0, 0, 13, weight)[2], inside = Math.max(half + 2, Math.min(width - half - 2, x));
      const boxes = SHIFTS.map(shift => boxOf(area.name, inside, y + shift, 13, weight));
      const clear = boxes.filter(box => box[1] >= 0 && box[3] <= height && !taken.some(other => meets(box, other)));
      const covered = clear.map(box => points.filter(point => meets(box, point)).length);
      const box = clear[covered.indexOf(Math.min(...covered))];
      if (!box) continue;
      put(area.name, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, 13, weight, strong ? palette.ink : palette.muted);
      taken.push(box);
    }
    this.element.replaceChildren(...elements);
  }
}
