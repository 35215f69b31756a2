// What stands around the canvas, in HTML, so that keyboard and screen reader reach it: chips (legend and filter), tools, line samples, live text.

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

// Fills {name} places of a sentence that Python sent.
function say(sentence, values) { return sentence.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? ""); }

class Frame {
  constructor(root, data, actions) {
    this.data = data;
    this.numbers = new Intl.NumberFormat(data.language);
    root.classList.toggle("show", data.presentation);
    const legend = make("div", "legend");
    legend.setAttribute("role", "group");
    legend.setAttribute("aria-label", data.words.legend);
    for (const chip of data.chips) legend.append(this.chip(chip, actions.types));
    legend.append(this.tools(actions), this.kinds(actions.ties));
    this.stage = make("div", "stage");
    this.canvas = make("canvas");
    this.note = make("div", data.note ? "note below" : "note");
    this.live = make("div", "live");
    this.live.setAttribute("aria-live", "polite");
    this.stage.append(this.canvas);
    if (data.message) this.stage.append(make("p", "message", data.message));
    const [above, below] = data.presentation && data.caption ? talkParts(data) : [[], []];
    const parts = data.presentation ? [...above, this.stage, legend, ...below] : [legend, this.stage];
    root.replaceChildren(...parts, this.note, this.live);
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "application");
    this.canvas.setAttribute("aria-label", say(data.words.about, { title: data.title, actors: this.numbers.format(data.nodes.length), ties: this.numbers.format(data.ties.length) }));
  }

  chip(chip, toggle) {
    const { types, words, chips } = this.data, type = types[chip.type];
    const button = make("button", "chip");
    button.type = "button";
    button.dataset.type = chip.type;
    button.setAttribute("aria-pressed", String(chip.on));
    button.append(symbolSample(type, chip.on), make("span", "", type.plural), make("b", "", this.numbers.format(chip.count)));
    button.title = chip.reason || say(chip.on ? words.hide : words.show, { types: type.plural });
    button.disabled = Boolean(chip.reason);
    button.onclick = () => toggle(chips.filter(other => (other === chip ? !other.on : other.on)).map(other => other.type));
    return button;
  }

  tools(actions) {
    const { words, opened } = this.data, tools = make("div", "tools");
    const add = (text, label, act, className = "") => {
      const button = make("button", className, text);
      button.type = "button";
      button.title = label;
      button.setAttribute("aria-label", label);
      button.onclick = act;
      tools.append(button);
    };
    if (this.data.moved) this.resetButton(tools, actions.rearrange);
    if (opened.length) add(words.fold, words.foldLong, actions.foldAgain, "word");
    add("+", words.bigger, () => actions.zoom(1.25));
    add("−", words.smaller, () => actions.zoom(0.8));
    add("⤢", words.everything, actions.everything);
    if (this.data.caption) {
      add("SVG", words.saveSvg, () => actions.save("svg"), "word");
      add("PNG", words.savePng, () => actions.save("png"), "word");
    }
    add(words.full, words.fullLong, actions.full, "word");
    return tools;
  }

  // Takes back what was dragged. It asks once more, because it cannot be undone.
  resetButton(tools, act) {
    const { words } = this.data, button = make("button", "word", words.rearrange);
    button.type = "button";
    button.title = words.rearrangeLong;
    button.onclick = () => {
      if (button.dataset.sure) { act(); return; }
      button.dataset.sure = "1";
      button.textContent = words.sure;
      setTimeout(() => { delete button.dataset.sure; button.textContent = words.rearrange; }, 5000);
    };
    tools.append(button);
  }

  // Lines are told apart here, and switched off and on: the legend is the filter.
  kinds(toggle) {
    const { words, samples, presentation, signs, palette } = this.data, kinds = make("div", "kinds");
    for (const sign of signs) {
      const item = make("span", "kind");
      item.append(signSample(sign.mark, palette), make("span", "", sign.label));
      kinds.append(item);
    }
    for (const sample of samples) {
      if (presentation && !drawnKind(this.data, sample)) continue;
      const item = make(presentation ? "span" : "button", "kind"), kind = sample.line;
      item.append(sample.cell ? cellSample(kind.color, sample.cell) : lineSample(kind), make("span", "", sample.label));
      if (!presentation) {
        item.append(make("b", "", this.numbers.format(sample.count)));
        item.type = "button";
        item.dataset.type = sample.kinds[0];
        item.setAttribute("aria-pressed", String(sample.on));
        item.title = say(sample.on ? words.hide : words.show, { types: sample.label });
        const off = samples.filter(other => (other === sample ? other.on : !other.on));
        item.onclick = () => toggle(off.flatMap(other => other.kinds));
      }
      kinds.append(item);
    }
    return kinds;
  }

  hidden(count) {
    const { words, presentation } = this.data;
    const hidden = count && !presentation ? say(count === 1 ? words.hiddenOne : words.hiddenMany, { n: this.numbers.format(count) }) : "";
    this.note.textContent = [hidden, this.data.note].filter(Boolean).join(" · ");
  }

  // The tooltip: full name, and what the number in a box counts.
  tip(scene, i, row = -1) {
    if (i < 0) return "";
    const { words } = this.data, node = scene.nodes[i], cell = scene.matrix && row >= 0 ? scene.matrix.at(row, i) : null;
    if (cell) return this.cellTip(scene, cell);
    if (node.members) return say(words.foldTip, { name: node.label });
    if (node.seats === 0) return say(words.noSeatTip, { name: node.label });
    return node.seats === undefined ? node.label : say(node.seats === 1 ? words.seatTip : words.seatsTip, { name: node.label, n: this.numbers.format(node.seats) });
  }

  // The tooltip of a cell: both names, the seats, and what else joins the two.
  cellTip(scene, { row, column, n, others }) {
    const { words } = this.data, told = others.map(kind => kind.label);
    if (n) told.unshift(say(n === 1 ? words.cellOne : words.cellMany, { n: this.numbers.format(n) }));
    return `${scene.nodes[row].label} – ${scene.nodes[column].label}: ${told.join(", ")}`;
  }

  announce(scene, i) {
    const { words } = this.data;
    if (i < 0) { this.live.textContent = words.nobody; return; }
    const near = scene.near[i], names = near.slice(0, 8).map(j => scene.nodes[j].label).join(", ");
    const ties = say(near.length === 1 ? words.tieOne : words.tieMany, { n: this.numbers.format(near.length) });
    const fold = scene.nodes[i].members ? " " + words.foldHint : "";
    this.live.textContent = `${scene.type(i).one} ${scene.nodes[i].label}, ${ties}${names ? ": " + names : ""}.${fold}`;
  }
}
