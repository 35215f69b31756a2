// What stands around the map, in HTML: tools, legend of the fills, and what is spoken.

class MapFrame {
  constructor(root, actions) {
    this.root = root;
    this.tools = html("div", "tools");
    this.tools.setAttribute("role", "group");
    this.stage = html("div", "stage");
    this.stage.tabIndex = 0;
    this.stage.setAttribute("role", "group");
    this.legend = html("div", "legend");
    this.live = html("div", "live");
    this.live.setAttribute("aria-live", "polite");
    this.actions = actions;
    root.replaceChildren(this.tools, this.stage, this.legend, this.live);
  }

  // Words, tools and legend of this data.
  update(data) {
    const { words } = data, { actions } = this;
    this.root.classList.toggle("small", Boolean(data.small));
    this.stage.setAttribute("aria-label", `${data.title}. ${words.keys}`);
    this.tools.setAttribute("aria-label", words.tools);
    const buttons = [["+", words.bigger, actions.bigger], ["−", words.smaller, actions.smaller], ["⤢", words.everything, actions.everything]];
    if (!data.small) buttons.push([words.full, words.fullLong, actions.full], ["SVG", words.saveLong, actions.save]);
    const names = buttons.map(([, label]) => label).join();
    if (names !== this.names) this.tools.replaceChildren(...buttons.map(parts => this.tool(...parts)));
    this.names = names;
    const lines = data.legend.map(entry => {
      const line = html("span", "line");
      line.append(this.sample(entry, data), html("span", "", entry.text));
      return line;
    });
    const held = this.legend.contains(this.root.getRootNode().activeElement) ? this.root.getRootNode().activeElement.dataset.value : null;
    const switches = data.switches.map(offered => this.switch(offered));
    this.legend.replaceChildren(...(lines.length && data.legendTitle ? [html("b", "", data.legendTitle)] : []), ...lines, ...switches);
    this.legend.hidden = !lines.length;
    if (held) [...this.legend.querySelectorAll("button")].find(button => button.dataset.value === held)?.focus({ preventScroll: true });
  }

  tool(text, label, act) {
    const button = html("button", text.length > 1 ? "word" : "", text);
    Object.assign(button, { type: "button", title: label, onclick: act });
    button.setAttribute("aria-label", label);
    return button;
  }

  // One of a few: a row of buttons, the one that holds pressed.
  switch({ name, label, options }) {
    const group = html("span", "switch");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", label);
    for (const { value, text, about, on } of options) {
      const button = html("button", "", text);
      Object.assign(button, { type: "button", title: about, onclick: () => this.actions.choose(name, value) });
      button.dataset.value = value;
      button.setAttribute("aria-pressed", String(on));
      group.append(button);
    }
    return group;
  }

  sample({ colour, state }, data) {
    const sample = svg("svg", { class: "sample", width: 22, height: 16, viewBox: "0 0 22 16", "aria-hidden": "true" });
    sample.append(...swatch(0, 0, 22, 16, colour, state, data, "sample-hatch"));
    return sample;
  }

  // Only what is new is said: the same text again would be read again.
  announce(text) { if (this.live.textContent !== text) this.live.textContent = text; }
}

// The sign of a class in a legend, as it is on the map.
function swatch(x, y, width, height, colour, state, data, hatch) {
  const { palette } = data, unknown = state === "unknown", checked = state === "checked", inset = checked ? 1.5 : 0.5;
  const box = svg("rect", { x: x + inset, y: y + inset, width: width - 2 * inset, height: height - 2 * inset, rx: 2, fill: unknown ? `url(#${hatch})` : colour, stroke: checked ? data.checked : palette.border, "stroke-width": checked ? 3 : 1 });
  const defs = svg("defs");
  if (unknown) defs.append(hatchPattern(hatch, data.hatch));
  return [defs, box];
}
