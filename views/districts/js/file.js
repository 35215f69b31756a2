// The map as an SVG file: what is shown, with title, legend and scale bar. Plain shapes, no script, fonts named.

const MARGIN = 24;

function mapFile(map) {
  const { data, width, height } = map, { palette } = data, inner = map.frame.legend.hidden ? [] : data.legend;
  const head = 62, rows = inner.length, legendHigh = rows ? 34 + Math.ceil(rows / legendColumns(width)) * 24 : 0;
  const full = [width + 2 * MARGIN, height + head + legendHigh + 2 * MARGIN];
  const file = svg("svg", { xmlns: SVG, width: full[0], height: full[1], viewBox: `0 0 ${full.join(" ")}`, "font-family": FONT, role: "img" });
  const text = (x, y, px, weight, fill, words, more = {}) => svg("text", { x, y, "font-size": px, "font-weight": weight, fill, ...more }, words);
  const defs = svg("defs"), clip = svg("clipPath", { id: "sight" });
  clip.append(svg("rect", { width, height }));
  defs.append(clip, hatchPattern(HATCH, data.hatch));
  file.append(svg("title", {}, data.title), defs, svg("rect", { width: full[0], height: full[1], fill: palette.paper }));
  file.append(text(MARGIN, MARGIN + 20, 22, 650, palette.ink, data.title), text(MARGIN, MARGIN + 44, 14, 400, palette.muted, data.subtitle));
  const sight = svg("g", { transform: `translate(${MARGIN} ${MARGIN + head})` }), clipped = svg("g", { "clip-path": "url(#sight)" });
  clipped.append(map.areaLayer.plain(map.place));
  const laid = new PointLayer(data, {});
  laid.draw(data, map.laid, false, map.size);
  clipped.append(laid.element, map.nameLayer.element.cloneNode(true));
  sight.append(clipped, map.scale.cloneNode(true));
  file.append(sight);
  const legend = svg("g", { transform: `translate(${MARGIN} ${MARGIN + head + height + 24})` });
  if (rows) legend.append(text(0, 0, 15, 650, palette.ink, data.legendTitle));
  inner.forEach((entry, i) => {
    const columns = legendColumns(width), x = (i % columns) * (width / columns), y = 14 + Math.floor(i / columns) * 24;
    legend.append(...swatch(x, y, 24, 16, entry.colour, entry.state, data, HATCH).slice(1), text(x + 32, y + 13, 14, 400, palette.ink, entry.text));
  });
  file.append(legend);
  // What is for pointer and screen reader on the page means nothing in a file.
  for (const element of file.querySelectorAll("*")) for (const name of ["class", "tabindex", "pointer-events", "data-actor", "data-spot", "aria-label"]) element.removeAttribute(name);
  return new XMLSerializer().serializeToString(file);
}

function legendColumns(width) { return Math.max(1, Math.floor(width / 240)); }

function saveFile(name, content) {
  const link = document.createElement("a"), address = URL.createObjectURL(new Blob([content], { type: "image/svg+xml" }));
  Object.assign(link, { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
