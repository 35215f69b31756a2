// The picture as a file (SVG, PNG) and on paper: what is shown, the whole of it, at rest.

const PNG_WIDTH = 3840, PNG_HIGHEST = 16000;   // px; browsers refuse canvases that are much higher
const PAPER = Math.SQRT2;                      // width over height of A3 and A4 on their side
const PAPER_STYLE = `@page { size: landscape; margin: 8mm; }
@media screen { #picture-on-paper { display: none; } }
@media print {
  html, body { margin: 0; padding: 0; background: #FFFFFF; }
  body > :not(#picture-on-paper) { display: none !important; }
  #picture-on-paper svg { display: block; width: 100%; height: 99vh; }
}`;

// A presentation is saved in the shape of its screen, ready for a slide; another picture as high as it needs to be.
function shapeOf({ data }) { return data.presentation ? window.innerWidth / window.innerHeight : 0; }

function svgOf(drawing, aspect = shapeOf(drawing)) {
  const g = new SvgContext(), sheet = new Sheet(drawing, g, aspect), { caption, title } = drawing.data;
  sheet.paint(g);
  const context = caption.context.map(([text]) => text).join("");
  return g.document(sheet.width, sheet.height, caption.sentence, [title, context, caption.source].filter(Boolean).join(". "));
}

// Painted at its own size, not stretched: letters and lines are as sharp as the screen's.
function pngOf(drawing) {
  const canvas = document.createElement("canvas"), g = canvas.getContext("2d"), sheet = new Sheet(drawing, g, shapeOf(drawing));
  const scale = Math.min(PNG_WIDTH / sheet.width, PNG_HIGHEST / sheet.height);
  canvas.width = Math.round(sheet.width * scale);
  canvas.height = Math.round(sheet.height * scale);
  g.setTransform(scale, 0, 0, scale, 0, 0);
  sheet.paint(g);
  return new Promise(done => canvas.toBlob(done, "image/png"));
}

// Saves the picture; the browser keeps it where it keeps downloads. kind: "svg" or "png".
async function savePicture(drawing, kind) {
  const { caption, words } = drawing.data, file = `${caption.file}.${kind}`;
  const content = kind === "svg" ? new Blob([svgOf(drawing)], { type: "image/svg+xml" }) : await pngOf(drawing);
  if (!content) { drawing.frame.live.textContent = words.notSaved; return; }
  const link = document.createElement("a"), url = URL.createObjectURL(content);
  link.href = url;
  link.download = file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
  drawing.frame.live.textContent = say(words.saved, { file });
}

// On paper stands the picture alone, as SVG, so that it is sharp on every printer. Hidden drawings (behind a table) leave the page as it is.
class Paper {
  constructor(drawing) {
    this.drawing = drawing;
    this.before = () => this.lay();
    this.after = () => this.clear();
    window.addEventListener("beforeprint", this.before);
    window.addEventListener("afterprint", this.after);
  }

  lay() {
    this.clear();
    const { data, root, view } = this.drawing;
    if (!data || !data.caption || !view.width || !root.getClientRects().length) return;
    const style = document.createElement("style"), picture = document.createElement("div");
    style.textContent = PAPER_STYLE;
    picture.id = "picture-on-paper";
    picture.append(style, document.importNode(new DOMParser().parseFromString(svgOf(this.drawing, PAPER), "image/svg+xml").documentElement, true));
    document.body.append(picture);
  }

  clear() { document.getElementById("picture-on-paper")?.remove(); }

  stop() {
    this.clear();
    window.removeEventListener("beforeprint", this.before);
    window.removeEventListener("afterprint", this.after);
  }
}
