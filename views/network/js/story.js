// A told story: who stands out, who is tied to two or more of them, and which ties are theirs. Everybody else steps back.

const STORY_TIE = 1.5;       // how much wider the ties of a story are
const STORY_SYMBOL = 1.2;    // how much larger the symbols of those who stand out, where they stand in no box

class Story {
  constructor({ actors, several }, ties) {
    this.actors = new Set(actors);
    this.several = new Set(several);
    this.focus = new Set(actors);
    for (let e = 0; e < ties.length; e++)
      if (this.tells(ties.a[e], ties.b[e])) { this.focus.add(ties.a[e]); this.focus.add(ties.b[e]); }
  }

  // Is a tie between these two part of the story?
  tells(a, b) { return this.actors.has(a) || this.actors.has(b); }
}

// The font of a name in a story: bold where it is tied to two or more of those who stand out.
function storyFont(story, i, font) {
  if (!story) return font;
  if (story.actors.has(i)) return { ...font, weight: 650 };
  return story.several.has(i) ? { ...font, weight: 700 } : { ...font, weight: Math.min(font.weight, 400) };
}

// The name of one who stands out, in one line or two, white on the colour of its type; y is its middle.
function storyName(g, lines, x, y, type, palette, big, size) {
  const width = Math.max(...lines.map(line => g.measureText(line).width)), pad = 7 * big, step = LINE_HEIGHT * big, height = (lines.length - 1) * step + size * 1.5;
  const left = g.textAlign === "right" ? x - width : g.textAlign === "center" ? x - width / 2 : x;
  g.fillStyle = type.dark;
  g.beginPath();
  g.roundRect(left - pad, y - height / 2 - big * 0.5, width + 2 * pad, height, 5 * Math.sqrt(big));
  g.fill();
  g.fillStyle = palette.paper;
  lines.forEach((line, n) => g.fillText(line, x, y + step * (n - (lines.length - 1) / 2)));
  g.fillStyle = palette.ink;
}

// Is a line of the legend in the picture: switched on, and, where a story is told, one of its ties.
function drawnKind({ story }, sample) {
  return sample.on && (!story || !story.actors.length || sample.kinds.some(kind => story.kinds.includes(kind)));
}
