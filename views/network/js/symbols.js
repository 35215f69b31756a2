// Symbols and line samples. A symbol is a polygon for radius 1 that Python sends; this file knows no types.

function tracePolygon(g, polygon, x, y, r) {
  g.beginPath();
  polygon.forEach(([px, py], i) => g[i ? "lineTo" : "moveTo"](x + r * px, y + r * py));
  g.closePath();
}

// A fold is a small stack of its type's symbol: two copies behind the front one, each stacked radii further out.
function drawSymbol(g, type, x, y, r, { stacked = 0, rim = "#FFFFFF", fill = type.color } = {}) {
  g.lineJoin = "round";
  g.strokeStyle = rim;
  g.fillStyle = fill;
  for (const step of stacked ? [2 * stacked, stacked, 0] : [0]) {
    tracePolygon(g, type.polygon, x + step * r, y - step * r, r);
    g.lineWidth = step || stacked ? 2 : 3;
    g.stroke();
    g.fill();
  }
}

function symbolSample(type, on) {
  const canvas = sampleCanvas(40, 40, "symbol");
  const g = canvas.getContext("2d");
  g.lineJoin = "round";
  tracePolygon(g, type.polygon, 20, 20, 14);
  g.fillStyle = g.strokeStyle = type.color;
  g.lineWidth = 3.5;
  if (on) g.fill();
  g.stroke();
  return canvas;
}

function lineSample(kind) {
  const canvas = sampleCanvas(68, 28, "line");
  const g = canvas.getContext("2d");
  g.scale(2, 2);
  g.strokeStyle = g.fillStyle = kind.color;
  g.lineWidth = kind.width + 0.3;
  g.setLineDash(kind.dash);
  g.beginPath();
  g.moveTo(1, 7);
  g.lineTo(kind.arrow ? 26 : 33, 7);
  g.stroke();
  if (kind.arrow) {
    g.setLineDash([]);
    g.beginPath();
    g.moveTo(34, 7);
    g.lineTo(25, 2.5);
    g.lineTo(25, 11.5);
    g.fill();
  }
  return canvas;
}

function sampleCanvas(width, height, className) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.className = className;
  canvas.setAttribute("aria-hidden", "true");
  return canvas;
}
