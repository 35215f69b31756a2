// The whole picture on one sheet: sentence, context, drawing at rest, legend, date and sources. Painted alike on a canvas and as SVG.

const SHEET_LINE = 1.28, SHEET_GAP = 12;
const SHEET_SIZES = { sentence: 28, context: 16, legend: 15.5, source: 14 };

class Sheet {
  // drawing: what is on the page. aspect: the sheet's width over its height (without it, the drawing is as high as on the page).
  constructor(drawing, g, aspect = 0) {
    const { data, scene, view } = drawing;
    Object.assign(this, { data, scene, chosen: drawing.chosen });
    this.unit = data.presentation ? view.scale : 1;
    this.pad = 22 * this.unit;
    this.lay(g, drawing, view.width, aspect);
    // Many rows make the picture higher than the sheet: then it is laid out wider, not only smaller.
    if (aspect && this.height > (this.width / aspect) * 1.01) this.lay(g, drawing, this.height * aspect, aspect);
  }

  lay(g, drawing, width, aspect) {
    const { caption, note } = this.data, inner = width - 2 * this.pad;
    this.width = width;
    this.sentence = this.wrapped(g, [[caption.sentence, true]], SHEET_SIZES.sentence, 650, inner);
    this.context = this.wrapped(g, caption.context, SHEET_SIZES.context, 400, inner);
    this.legend = this.legendRows(g, inner);
    this.source = this.wrapped(g, [[[caption.source, note].filter(Boolean).join(" · "), false]], SHEET_SIZES.source, 400, inner);
    const gap = SHEET_GAP * this.unit, high = (lines, size) => lines.length * size * SHEET_LINE * this.unit;
    this.head = this.pad * 0.8 + high(this.sentence, SHEET_SIZES.sentence) + high(this.context, SHEET_SIZES.context) + gap;
    const foot = gap + high(this.legend, SHEET_SIZES.legend * 1.2) + gap * 0.7 + high(this.source, SHEET_SIZES.source) + this.pad * 0.8;
    this.view = new View(this.scene);
    this.height = this.head + this.view.measure(g, width, aspect ? Math.max(320, width / aspect - this.head - foot) : drawing.frame.stage.clientHeight, drawing.isFull) + foot;
  }

  setFont(g, size, weight) { setFont(g, this.unit, { size, weight }); }

  // Runs of [text, bold] broken into lines of words that fit; each line is a list of [text, weight, x].
  wrapped(g, runs, size, weight, most) {
    const lines = [[]];
    let x = 0;
    for (const [text, bold] of runs) {
      const heavy = bold ? 650 : weight;
      this.setFont(g, size, heavy);
      const space = g.measureText(" ").width;
      for (const [piece] of text.matchAll(/\S+|\s+/g)) {
        if (!piece.trim()) { x += space; continue; }
        const width = g.measureText(piece).width;
        if (x + width > most && lines.at(-1).length) { lines.push([]); x = 0; }
        const line = lines.at(-1), last = line.at(-1), spaced = last && x - last.end > space / 2;
        // Words that follow each other in one weight are one text, so that it can be searched and marked.
        if (last && last.weight === heavy) {
          last.text += (spaced ? " " : "") + piece;
          last.end = last.x + g.measureText(last.text).width;
          x = last.end;
        } else {
          line.push({ text: piece, weight: heavy, x, end: x + width });
          x += width;
        }
      }
    }
    return lines.filter(line => line.length);
  }

  // What the legend shows, in rows that fit: types, signs and lines that are on.
  legendRows(g, most) {
    const { data, scene } = this, numbers = new Intl.NumberFormat(data.language), items = [];
    for (const chip of data.chips) if (chip.on && !chip.reason) items.push({ symbol: data.types[chip.type], text: data.types[chip.type].plural, count: numbers.format(chip.count) });
    for (const sign of data.signs) items.push({ sign: sign.mark, text: sign.label });
    for (const sample of data.samples) if (drawnKind(data, sample)) items.push({ line: sample.line, square: sample.cell, text: sample.label, count: data.presentation ? "" : numbers.format(sample.count) });
    const rows = [[]], gap = 19 * this.unit;
    let x = 0;
    for (const item of items) {
      item.lead = (item.line && !item.square ? 44 : 26) * this.unit;
      this.setFont(g, SHEET_SIZES.legend, 400);
      item.wide = g.measureText(item.text).width;
      this.setFont(g, SHEET_SIZES.legend, 650);
      item.width = item.lead + item.wide + (item.count ? 6 * this.unit + g.measureText(item.count).width : 0);
      if (x + item.width > most && rows.at(-1).length) { rows.push([]); x = 0; }
      item.x = x;
      rows.at(-1).push(item);
      x += item.width + gap;
    }
    return rows.filter(row => row.length);
  }

  paint(g) {
    const { data, unit, pad, view } = this, { palette } = data;
    g.fillStyle = palette.paper;
    g.fillRect(0, 0, this.width, this.height);
    let y = this.lines(g, this.sentence, SHEET_SIZES.sentence, palette.ink, pad * 0.8);
    this.lines(g, this.context, SHEET_SIZES.context, palette.muted, y);
    g.save();
    g.translate(0, this.head);
    new Painter(this.scene, view).paint(g, this.chosen, -1);
    if (data.message) this.message(g);
    g.restore();
    y = this.head + view.height + SHEET_GAP * unit;
    const step = SHEET_SIZES.legend * 1.2 * SHEET_LINE * unit;
    for (const row of this.legend) {
      const left = (this.width - row.at(-1).x - row.at(-1).width) / 2;
      for (const item of row) this.item(g, item, left + item.x, y + step / 2);
      y += step;
    }
    this.lines(g, this.source, SHEET_SIZES.source, palette.muted, y + SHEET_GAP * 0.7 * unit);
  }

  // Lines of text from y downwards; returns where they end.
  lines(g, lines, size, color, y) {
    const step = size * SHEET_LINE * this.unit;
    g.textAlign = "left";
    g.textBaseline = "middle";
    for (const line of lines) {
      for (const { text, weight, x } of line) {
        this.setFont(g, size, weight);
        g.fillStyle = color;
        g.fillText(text, this.pad + x, y + step / 2);
      }
      y += step;
    }
    return y;
  }

  item(g, { symbol, sign, line, square, text, count, lead, wide }, x, y) {
    const { unit } = this, { palette } = this.data;
    if (symbol) drawSymbol(g, symbol, x + 10 * unit, y, 8 * unit, { rim: "transparent" });
    else if (sign) paintSign({ palette }, g, sign, x + 10 * unit, y, 7 * unit);
    else if (square) {
      g.fillStyle = line.color;
      traceCellSign(g, square, x + 9 * unit, y, 7 * unit);
      g.fill();
    } else this.sample(g, line, x, y);
    g.textAlign = "left";
    g.textBaseline = "middle";
    g.fillStyle = palette.ink;
    this.setFont(g, SHEET_SIZES.legend, 400);
    g.fillText(text, x + lead, y);
    if (!count) return;
    this.setFont(g, SHEET_SIZES.legend, 650);
    g.fillText(count, x + lead + wide + 6 * unit, y);
  }

  sample(g, kind, x, y) {
    const { unit } = this, end = x + 36 * unit;
    g.strokeStyle = g.fillStyle = kind.color;
    g.lineWidth = (kind.width + 0.3) * unit;
    g.setLineDash(kind.dash.map(d => d * unit));
    g.beginPath();
    g.moveTo(x, y);
    g.lineTo(end - (kind.arrow ? 7 * unit : 0), y);
    g.stroke();
    g.setLineDash([]);
    if (!kind.arrow) return;
    g.beginPath();
    g.moveTo(end, y);
    g.lineTo(end - 9 * unit, y - 4.5 * unit);
    g.lineTo(end - 9 * unit, y + 4.5 * unit);
    g.fill();
  }

  message(g) {
    g.textAlign = "center";
    g.textBaseline = "middle";
    g.fillStyle = this.data.palette.muted;
    this.setFont(g, SHEET_SIZES.context, 400);
    g.fillText(this.data.message, this.width / 2, this.view.height / 2);
  }
}
