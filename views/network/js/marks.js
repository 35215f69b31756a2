// What has changed since a day: a filled plus for who joined or began, an empty minus for who left or ended.

const SIGN = 7;            // px, radius of a sign

function paintMarks(painter, g) {
  const { scene, view } = painter, { big } = view;
  const { left, top, right, bottom } = view.window;
  for (const [e, mark] of scene.marks) {
    const sign = view.middle(e);
    if (sign[0] > left && sign[0] < right && sign[1] > top && sign[1] < bottom) paintSign(painter, g, mark, ...sign, SIGN * 0.8 * big);
  }
  scene.nodes.forEach((node, i) => {
    if (!node.mark || !painter.visible(i)) return;
    const x = view.nodeX(i), y = view.nodeY(i), r = view.radius(i);
    if (node.side === "p") paintSign(painter, g, node.mark, x - view.half, y - view.boxHeight / 2, SIGN * big);
    else paintSign(painter, g, node.mark, x + r * 0.9, y - r * 0.9, SIGN * big);
  });
}

function paintSign({ palette }, g, mark, x, y, r) {
  g.setLineDash([]);
  g.beginPath();
  g.arc(x, y, r, 0, 7);
  g.fillStyle = mark === "+" ? palette.ink : palette.paper;
  g.strokeStyle = mark === "+" ? palette.paper : palette.ink;
  g.lineWidth = 1.5;
  g.fill();
  g.stroke();
  g.strokeStyle = mark === "+" ? palette.paper : palette.ink;
  g.lineWidth = 2;
  g.beginPath();
  g.moveTo(x - r * 0.55, y);
  g.lineTo(x + r * 0.55, y);
  if (mark === "+") {
    g.moveTo(x, y - r * 0.55);
    g.lineTo(x, y + r * 0.55);
  }
  g.stroke();
}

// For the legend.
function signSample(mark, palette) {
  const canvas = sampleCanvas(28, 28, "symbol");
  paintSign({ palette }, canvas.getContext("2d"), mark, 14, 14, 12);
  return canvas;
}
