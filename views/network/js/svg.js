// A drawing context that writes SVG: the part of CanvasRenderingContext2D that the painter uses. Names become real text.

const SVG_FONT = "'Source Sans', 'Source Sans 3', 'Source Sans Pro', 'Segoe UI', Arial, sans-serif";
const ARC = Math.PI / 2;

// Text for XML: nothing in it can open a tag, and what XML forbids is left out.
function xmlText(text) {
  const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return String(text).replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "").replace(/[&<>"']/g, sign => entities[sign]);
}

function rounded(value) { return String(Math.round(value * 100) / 100); }

class SvgContext {
  constructor() {
    this.ruler = document.createElement("canvas").getContext("2d");
    this.parts = [];
    this.clips = new Map();
    this.saved = [];
    this.path = "";
    this.state = { matrix: [1, 0, 0, 1, 0, 0], clip: "", dash: [] };
    Object.assign(this, {
      fillStyle: "#000000", strokeStyle: "#000000", lineWidth: 1, lineCap: "butt", lineJoin: "miter", globalAlpha: 1,
      font: "10px sans-serif", textAlign: "start", textBaseline: "alphabetic",
    });
  }

  // ---- state

  save() {
    const { fillStyle, strokeStyle, lineWidth, lineCap, lineJoin, globalAlpha, font, textAlign, textBaseline, state } = this;
    this.saved.push({ fillStyle, strokeStyle, lineWidth, lineCap, lineJoin, globalAlpha, font, textAlign, textBaseline, state });
  }

  restore() { if (this.saved.length) Object.assign(this, this.saved.pop()); }
  setLineDash(dash) { this.state = { ...this.state, dash: [...dash] }; }
  setTransform(...matrix) { this.state = { ...this.state, matrix }; }

  transform(a, b, c, d, e, f) {
    const [A, B, C, D, E, F] = this.state.matrix;
    this.setTransform(A * a + C * b, B * a + D * b, A * c + C * d, B * c + D * d, A * e + C * f + E, B * e + D * f + F);
  }

  translate(x, y) { this.transform(1, 0, 0, 1, x, y); }
  scale(x, y) { this.transform(x, 0, 0, y, 0, 0); }
  rotate(angle) { this.transform(Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle), 0, 0); }

  // A point of the path on the paper.
  at(x, y) {
    const [a, b, c, d, e, f] = this.state.matrix;
    return `${rounded(a * x + c * y + e)} ${rounded(b * x + d * y + f)}`;
  }

  get grown() {
    const [a, b, c, d] = this.state.matrix;
    return Math.sqrt(Math.abs(a * d - b * c));
  }

  // ---- paths

  beginPath() { this.path = ""; }
  moveTo(x, y) { this.path += `M${this.at(x, y)}`; }
  lineTo(x, y) { this.path += `${this.path ? "L" : "M"}${this.at(x, y)}`; }
  quadraticCurveTo(cx, cy, x, y) { this.path += `Q${this.at(cx, cy)} ${this.at(x, y)}`; }
  bezierCurveTo(c1x, c1y, c2x, c2y, x, y) { this.path += `C${this.at(c1x, c1y)} ${this.at(c2x, c2y)} ${this.at(x, y)}`; }
  closePath() { if (this.path) this.path += "Z"; }

  rect(x, y, width, height) {
    this.moveTo(x, y);
    for (const [px, py] of [[x + width, y], [x + width, y + height], [x, y + height]]) this.lineTo(px, py);
    this.closePath();
  }

  roundRect(x, y, width, height, radius) {
    const r = Math.min(radius, width / 2, height / 2);
    this.moveTo(x + r, y);
    this.lineTo(x + width - r, y);
    this.corner(x + width - r, y + r, r, r, -ARC);
    this.lineTo(x + width, y + height - r);
    this.corner(x + width - r, y + height - r, r, r, 0);
    this.lineTo(x + r, y + height);
    this.corner(x + r, y + height - r, r, r, ARC);
    this.lineTo(x, y + r);
    this.corner(x + r, y + r, r, r, 2 * ARC);
    this.closePath();
  }

  arc(x, y, radius, start, end) { this.ellipse(x, y, radius, radius, 0, start, end); }

  ellipse(x, y, rx, ry, turn, start, end) {
    const whole = Math.min(end - start, 4 * ARC), pieces = Math.max(1, Math.ceil(whole / ARC - 1e-9));
    if (turn) throw new Error("a turned ellipse is not written");
    this.lineTo(x + rx * Math.cos(start), y + ry * Math.sin(start));
    for (let n = 0; n < pieces; n++) this.corner(x, y, rx, ry, start + (whole * n) / pieces, whole / pieces);
  }

  // Part of an ellipse as a curve (error under 0.03 % of the radius for a quarter).
  corner(x, y, rx, ry, start, by = ARC) {
    const reach = (4 / 3) * Math.tan(by / 4), end = start + by;
    const [c1, s1, c2, s2] = [Math.cos(start), Math.sin(start), Math.cos(end), Math.sin(end)];
    this.bezierCurveTo(x + rx * (c1 - reach * s1), y + ry * (s1 + reach * c1), x + rx * (c2 + reach * s2), y + ry * (s2 - reach * c2), x + rx * c2, y + ry * s2);
  }

  clip(rule = "nonzero") {
    const { clip } = this.state, key = `${this.path}|${rule}|${clip}`;
    if (!this.clips.has(key)) this.clips.set(key, { id: `picture-clip${this.clips.size + 1}`, path: this.path, rule, clip });
    this.state = { ...this.state, clip: this.clips.get(key).id };
  }

  // ---- marks

  get common() {
    const { clip } = this.state;
    return (this.globalAlpha < 1 ? ` opacity="${rounded(this.globalAlpha)}"` : "") + (clip ? ` clip-path="url(#${clip})"` : "");
  }

  get line() {
    const { dash } = this.state, join = this.lineJoin === "miter" ? "" : ` stroke-linejoin="${this.lineJoin}"`, cap = this.lineCap === "butt" ? "" : ` stroke-linecap="${this.lineCap}"`;
    const dashes = dash.length ? ` stroke-dasharray="${dash.map(d => rounded(d * this.grown)).join(" ")}"` : "";
    return ` stroke="${xmlText(this.strokeStyle)}" stroke-width="${rounded(this.lineWidth * this.grown)}"${join}${cap}${dashes}`;
  }

  fill() { this.mark(`fill="${xmlText(this.fillStyle)}"`, this.fillStyle); }
  stroke() { this.mark(`fill="none"${this.line}`, this.strokeStyle); }

  mark(style, color) {
    if (!this.path || color === "transparent" || !this.globalAlpha) return;
    this.parts.push(`<path d="${this.path}" ${style}${this.common}/>`);
  }

  fillRect(x, y, width, height) {
    const { path } = this;
    this.path = "";
    this.rect(x, y, width, height);
    this.fill();
    this.path = path;
  }

  // ---- text

  measureText(text) {
    Object.assign(this.ruler, { font: this.font, textAlign: "left", textBaseline: "alphabetic" });
    return this.ruler.measureText(text);
  }

  // A halo is kept back until its text is filled: both are one piece of text, found once.
  strokeText(text, x, y) { this.halo = { text, x, y, line: this.line }; }

  fillText(text, x, y) {
    const halo = this.halo && this.halo.text === text && this.halo.x === x && this.halo.y === y ? this.halo.line + ` paint-order="stroke"` : "";
    this.halo = null;
    if (!String(text).trim() || !this.globalAlpha) return;
    const [, weight, size] = this.font.match(/^(\d+) ([\d.]+)px/) || ["", "400", "10"], { width } = this.measureText(text);
    const anchor = { right: "end", center: "middle" }[this.textAlign], [a, b, c, d] = this.state.matrix, plain = a === 1 && !b && !c && d === 1;
    const down = y + this.baseline(), [px, py] = plain ? this.at(x, down).split(" ") : [rounded(x), rounded(down)];
    this.parts.push(
      `<text x="${px}" y="${py}" font-size="${rounded(Number(size))}" font-weight="${weight}" fill="${xmlText(this.fillStyle)}"`
      + `${anchor ? ` text-anchor="${anchor}"` : ""} textLength="${rounded(width)}" lengthAdjust="spacingAndGlyphs"${halo}`
      + `${plain ? "" : ` transform="matrix(${this.state.matrix.map(v => Math.round(v * 1e5) / 1e5).join(" ")})"`}${this.common}>${xmlText(text)}</text>`,
    );
  }

  // From the line that text stands on in the drawing to the one that every reader of SVG knows. Measured, because few know the others.
  baseline() {
    if (this.textBaseline !== "middle") return 0;
    const upper = this.measureText("x").fontBoundingBoxAscent;
    this.ruler.textBaseline = "middle";
    return upper - this.ruler.measureText("x").fontBoundingBoxAscent;
  }

  // The whole file. title and description are read by screen readers.
  document(width, height, title, description) {
    const clips = [...this.clips.values()].map(({ id, path, rule, clip }) => `<clipPath id="${id}"${clip ? ` clip-path="url(#${clip})"` : ""}><path d="${path}" clip-rule="${rule}"/></clipPath>`);
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" width="${rounded(width)}" height="${rounded(height)}" viewBox="0 0 ${rounded(width)} ${rounded(height)}" role="img" aria-labelledby="picture-title picture-description" font-family="${SVG_FONT}">`,
      `<title id="picture-title">${xmlText(title)}</title>`,
      `<desc id="picture-description">${xmlText(description)}</desc>`,
      clips.length ? `<defs>${clips.join("")}</defs>` : "",
      ...this.parts,
      "</svg>",
    ].filter(Boolean).join("\n");
  }
}
