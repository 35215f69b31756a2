// The heat map: a real table whose cells are buttons. Arrow keys move, Enter chooses; one tab stop. Every cell says its state in words.

const heatmaps = new WeakMap();

const make = (tag, className = "", text = "") => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
};

class HeatMap {
  constructor(root) {
    this.root = root;
    this.at = [0, 0];
  }

  receive(data, send) {
    // With the time, so that choosing the same once more counts, too.
    this.send = (name, value) => send(name, { value, at: Date.now() });
    const fresh = this.data?.version !== data.version, held = this.root.contains(this.root.getRootNode().activeElement);
    this.data = data;
    if (fresh) this.build();
    this.mark(data.selected, fresh);
    if (fresh && held) this.focus();
  }

  build() {
    const { data } = this, table = make("table"), head = make("tr");
    table.append(make("caption", "hidden", data.caption));
    const corner = make("th", "corner", data.corner);
    corner.scope = "col";
    head.append(corner);
    this.heads = data.columns.map(column => {
      const th = make("th", "", column.text);
      th.scope = "col";
      th.title = column.name;
      head.append(th);
      return th;
    });
    const thead = make("thead"), body = make("tbody");
    thead.append(head);
    this.cells = data.rows.map((row, r) => {
      const tr = make("tr"), th = make("th");
      th.scope = "row";
      th.append(make("span", "name", row.name));
      th.title = row.tip;
      if (row.note) th.append(make("small", "", row.note));
      tr.append(th);
      const buttons = row.cells.map((cell, c) => {
        const td = make("td");
        td.append(this.button(cell, r, c));
        tr.append(td);
        return td.firstChild;
      });
      body.append(tr);
      return buttons;
    });
    table.append(thead, body);
    const scroll = make("div", "window");
    scroll.append(table);
    this.live = make("div", "hidden");
    this.live.setAttribute("aria-live", "polite");
    this.root.replaceChildren(scroll, this.live);
  }

  button(cell, r, c) {
    const { data } = this, button = make("button", cell.state);
    button.type = "button";
    button.tabIndex = -1;
    button.append(make("span", "", cell.text));
    if (cell.state === "value") {
      button.style.background = cell.colour;
      button.style.color = cell.ink;
    }
    // Written by the style sheet: the words of the cell say both, and its text is the number alone.
    for (const [name, text] of [[cell.insideChecked ? "inside checked" : "inside", cell.inside], ["decided", cell.mark]]) {
      if (!text) continue;
      const sign = make("i", name);
      sign.dataset.text = text;
      button.append(sign);
    }
    // What is seen in the cell is also heard first.
    const said = cell.state === "unknown" || cell.said.startsWith(`${cell.text} `) ? cell.said : `${cell.text}: ${cell.said}`;
    button.setAttribute("aria-label", `${data.rows[r].name}, ${data.columns[c].name}: ${said}`);
    button.title = `${data.columns[c].name}: ${said}`;
    button.onclick = () => this.choose(r, c);
    button.onkeydown = event => this.key(event);
    return button;
  }

  key(event) {
    const [r, c] = this.at, down = this.cells.length - 1, across = this.data.columns.length - 1;
    const moves = { ArrowRight: [r, c + 1], ArrowLeft: [r, c - 1], ArrowDown: [r + 1, c], ArrowUp: [r - 1, c], Home: [r, 0], End: [r, across], PageUp: [0, c], PageDown: [down, c] };
    const to = moves[event.key];
    if (!to) return;
    event.preventDefault();
    this.move(Math.max(0, Math.min(down, to[0])), Math.max(0, Math.min(across, to[1])));
    this.focus();
  }

  move(r, c) {
    const before = this.cells[this.at[0]]?.[this.at[1]];
    if (before) before.tabIndex = -1;
    this.at = [r, c];
    if (this.cells[r]?.[c]) this.cells[r][c].tabIndex = 0;
  }

  focus() { this.cells[this.at[0]]?.[this.at[1]]?.focus({ preventScroll: false }); }

  choose(r, c) {
    this.move(r, c);
    const chosen = [this.data.rows[r].id, this.data.columns[c].id];
    this.mark(chosen, false);
    this.live.textContent = this.cells[r][c].getAttribute("aria-label");
    this.send("cell", chosen);
  }

  // Scrolls the table alone, never the page.
  reveal(r) {
    const scroll = this.root.firstChild, line = this.cells[r][0].closest("tr"), top = line.offsetTop - scroll.querySelector("thead").offsetHeight;
    if (line.offsetTop + line.offsetHeight > scroll.scrollTop + scroll.clientHeight) scroll.scrollTop = top - scroll.clientHeight / 3;
  }

  // The chosen cell; it is where Tab leads to.
  mark(selected, fresh) {
    const { rows, columns } = this.data, r = rows.findIndex(row => row.id === selected?.[0]), c = columns.findIndex(column => column.id === selected?.[1]);
    this.cells.forEach((line, y) => line.forEach((cell, x) => cell.setAttribute("aria-pressed", String(y === r && x === c))));
    this.heads.forEach((head, x) => head.classList.toggle("on", x === c));
    if (r >= 0 && c >= 0) {
      this.move(r, c);
      if (fresh) this.reveal(r);
    }
    else if (fresh) this.move(Math.min(this.at[0], rows.length - 1), Math.min(this.at[1], columns.length - 1));
  }
}

export default function ({ data, parentElement, setStateValue }) {
  if (!data) return undefined;
  let found = heatmaps.get(parentElement);
  if (!found) {
    found = new HeatMap(parentElement.querySelector(".heatmap"));
    heatmaps.set(parentElement, found);
  }
  found.receive(data, setStateValue);
  return () => heatmaps.delete(parentElement);
}
