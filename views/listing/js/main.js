// One table per place on the page. Data with the same version only move the selection; scroll position and focus are kept.

const listings = new WeakMap();

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

// Fills {name} places of a sentence that Python sent.
function say(sentence, values) { return sentence.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? ""); }

class Listing {
  constructor(root) {
    this.root = root;
    window.addEventListener("beforeprint", this.whole = () => this.show(true));
    window.addEventListener("afterprint", this.part = () => this.show());
  }

  receive(data, send) {
    this.send = (name, value) => send(name, { value, at: Date.now() });
    const same = this.data && this.data.version === data.version, moved = !same || data.selected !== this.selected;
    this.selected = data.selected;
    if (!same) this.build(data);
    if (!same || data.order !== this.order) this.sort(data.order);
    this.show();
    if (!moved) return;
    this.reveal();
    this.show();
  }

  build(data) {
    this.data = data;
    this.order = null;
    this.active = 0;
    this.numbers = new Intl.NumberFormat(data.language);
    const { words } = data, table = make("table"), head = make("tr");
    table.setAttribute("role", "grid");
    table.setAttribute("aria-rowcount", String(data.ids.length + 1));
    table.setAttribute("aria-label", say(words.rows, { title: data.title, n: this.numbers.format(data.ids.length) }));
    const columns = make("colgroup"), total = data.columns.reduce((sum, column) => sum + column.width, 0);
    this.heads = data.columns.map(column => {
      const col = make("col");
      col.style.width = `${(100 * column.width) / total}%`;
      columns.append(col);
      const th = make("th", column.kind), button = make("button");
      th.scope = "col";
      button.type = "button";
      button.append(make("span", "", column.label), make("span", "arrow"));
      button.onclick = () => this.turn(column.name);
      th.append(button);
      head.append(th);
      return th;
    });
    this.body = make("tbody");
    const thead = make("thead");
    thead.append(head);
    table.append(columns, thead, this.body);
    this.window = make("div", "window");
    this.window.append(table);
    if (!data.ids.length) this.window.append(make("p", "empty", words.empty));
    this.window.onscroll = () => { if (!this.pending) this.pending = requestAnimationFrame(() => { this.pending = 0; this.show(); }); };
    this.body.onkeydown = event => this.key(event);
    this.body.onclick = event => {
      const row = event.target.closest("tr.row");
      if (row) this.choose(Number(row.dataset.place));
    };
    this.live = make("div", "live");
    this.live.setAttribute("aria-live", "polite");
    this.root.replaceChildren(this.window, this.live);
  }

  turn(name) {
    const order = this.order === name ? `-${name}` : name;
    this.sort(order);
    this.window.scrollTop = 0;
    this.active = 0;
    this.show();
    this.send("sorted", order);
  }

  sort(order) {
    this.order = order;
    this.rows = sortedRows(this.data, order);
    const { words, columns } = this.data;
    this.heads.forEach((th, at) => {
      const { name, label } = columns[at], up = order === name, down = order === `-${name}`;
      th.setAttribute("aria-sort", up ? "ascending" : down ? "descending" : "none");
      th.firstChild.title = say(up ? words.up : down ? words.down : words.sort, { column: label });
      th.querySelector(".arrow").textContent = up ? "▲" : down ? "▼" : "";
    });
  }

  // Makes the rows in sight; room above and below keeps the length of the whole table. For print all rows are made.
  show(whole = false) {
    if (!this.rows) return;
    const [first, last] = whole ? [0, this.rows.length] : rowsInSight(this.window.scrollTop, this.window.clientHeight || 600, this.rows.length);
    const held = this.body.contains(this.root.getRootNode().activeElement);
    const rows = [];
    for (let place = first; place < last; place++) rows.push(this.row(place));
    this.body.replaceChildren(this.room(first), ...rows, this.room(this.rows.length - last));
    if (held) this.focus();
  }

  room(count) {
    const row = make("tr", "room"), cell = make("td");
    row.setAttribute("aria-hidden", "true");
    cell.colSpan = this.data.columns.length;
    cell.style.height = `${count * ROW_HEIGHT}px`;
    row.append(cell);
    row.hidden = !count;
    return row;
  }

  row(place) {
    const at = this.rows[place], id = this.data.ids[at], row = make("tr", id ? "row can" : "row");
    row.dataset.place = place;
    row.tabIndex = place === this.active ? 0 : -1;
    row.setAttribute("aria-rowindex", String(place + 2));
    row.setAttribute("aria-selected", String(Boolean(id) && id === this.selected));
    this.data.columns.forEach((column, n) => {
      const value = column.values[at], text = column.kind === "number" ? (value === null ? "" : this.numbers.format(value)) : value;
      const cell = make(n ? "td" : "th", column.kind, text);
      if (!n) cell.scope = "row";
      cell.title = text;
      row.append(cell);
    });
    return row;
  }

  focus() { this.body.querySelector('tr[tabindex="0"]')?.focus({ preventScroll: true }); }

  key(event) {
    const page = Math.max(1, Math.floor(this.window.clientHeight / ROW_HEIGHT) - 2), last = this.rows.length - 1;
    const moves = { ArrowDown: this.active + 1, ArrowUp: this.active - 1, PageDown: this.active + page, PageUp: this.active - page, Home: 0, End: last };
    if (event.key in moves) {
      this.active = Math.max(0, Math.min(last, moves[event.key]));
      this.keepInSight();
      this.show();
      this.focus();
    } else if (event.key === "Enter" || event.key === " ") this.choose(this.active);
    else if (event.key === "Escape") this.send("selected", null);
    else return;
    event.preventDefault();
  }

  choose(place) {
    const at = this.rows[place], id = this.data.ids[at];
    if (!id) return;
    this.active = place;
    this.selected = id;
    this.live.textContent = say(this.data.words.chosen, { name: this.data.columns[0].values[at] });
    this.show();
    this.focus();
    this.send("selected", id);
  }

  // Scrolls to who was chosen elsewhere.
  reveal() {
    const place = this.rows.findIndex(at => this.data.ids[at] && this.data.ids[at] === this.selected);
    if (place < 0) return;
    this.active = place;
    this.keepInSight();
  }

  keepInSight() {
    const { window } = this, top = this.active * ROW_HEIGHT, room = window.clientHeight - 2 * ROW_HEIGHT;
    if (top < window.scrollTop) window.scrollTop = top;
    else if (top > window.scrollTop + room) window.scrollTop = top - room;
  }

  stop() {
    cancelAnimationFrame(this.pending);
    window.removeEventListener("beforeprint", this.whole);
    window.removeEventListener("afterprint", this.part);
  }
}

export default function ({ data, parentElement, setStateValue }) {
  if (!data) return undefined;
  let found = listings.get(parentElement);
  if (!found) {
    found = new Listing(parentElement.querySelector(".listing"));
    listings.set(parentElement, found);
  }
  found.receive(data, setStateValue);
  return () => { found.stop(); listings.delete(parentElement); };
}
