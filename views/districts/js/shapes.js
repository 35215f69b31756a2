// SVG elements and the paths of areas and symbols.

const SVG = "http://www.w3.org/2000/svg";
const FONT = '"Source Sans", "Segoe UI", Arial, sans-serif';
const HATCH = "hatch";

function svg(tag, attributes = {}, text) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

function html(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

// Rings are flat lists x, y, x, y. Without a place they stay in grid steps.
function ringsPath(rings, place = (x, y) => [x, y]) {
  return rings.map(ring => {
    let path = "";
    for (let i = 0; i < ring.length; i += 2) path += `${i ? "L" : "M"}${place(ring[i], ring[i + 1]).map(c => Math.round(c * 10) / 10).join(" ")}`;
    return path + "Z";
  }).join("");
}

function symbolPoints(polygon, x, y, r) {
  return polygon.map(([px, py]) => `${(x + px * r).toFixed(1)},${(y + py * r).toFixed(1)}`).join(" ");
}

// The grey hatch of "not surveyed"; inside the scaled map it is scaled back by `scale`.
function hatchPattern(id, [ground, line], scale = 1) {
  const pattern = svg("pattern", { id, width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: `scale(${scale}) rotate(45)` });
  pattern.append(svg("rect", { width: 7, height: 7, fill: ground }), svg("rect", { width: 3, height: 7, fill: line }));
  return pattern;
}

function boundsOf(areas) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const area of areas) for (const ring of area.rings) for (let i = 0; i < ring.length; i += 2) {
    box[0] = Math.min(box[0], ring[i]);
    box[1] = Math.min(box[1], ring[i + 1]);
    box[2] = Math.max(box[2], ring[i]);
    box[3] = Math.max(box[3], ring[i + 1]);
  }
  return box;
}

// Fills {name} places of a sentence that Python sent.
function say(sentence, values) { return sentence.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? ""); }
