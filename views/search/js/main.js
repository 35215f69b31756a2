// The search box: a combobox after the ARIA pattern. What is typed is asked of Python after a short rest; an answer counts only for the last question.

const REST = 120;          // ms without a key before a question is asked
const AGAIN = 500;         // ms before a question is asked again while the index is being made
const TRUST = 3000;        // ms that the page gets to take up a choice before its own counts again
const boxes = new WeakMap();

class SearchBox {
  constructor(root) {
    this.root = root;
    this.label = piece("label", "label");
    this.label.htmlFor = "input";
    this.input = piece("input", "");
    Object.assign(this.input, { id: "input", type: "text", autocomplete: "off", spellcheck: false, maxLength: 200 });
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", "list"], ["aria-haspopup", "listbox"]]) this.input.setAttribute(name, value);
    this.clear = piece("button", "clear", "×");
    this.clear.type = "button";
    this.popup = new Popup(this.input);
    this.live = piece("div", "live");
    this.live.setAttribute("role", "status");
    const field = piece("div", "field");
    field.append(this.input, this.clear);
    root.append(this.label, field, this.popup.element, this.live);
    this.at = 0;             // time of the last question
    this.showing = 0;        // time of the question whose answer is shown
    this.typed = false;      // does the box hold a question, or who is chosen?
    this.pending = false;    // is an answer to it missing?
    this.opened = [];
    this.listen();
  }

  receive(data, send) {
    this.send = (name, value) => {
      const at = Math.max(Date.now(), this.at + 1);
      send(name, { value, at });
      return at;
    };
    const before = this.data?.recent ?? [];
    this.data = data;
    if (this.fromRecent && this.popup.shown && data.recent.map(({ id }) => id).join() !== before.map(({ id }) => id).join()) this.offer(before[this.popup.active]?.id);
    this.label.textContent = data.label;
    this.input.placeholder = data.words.placeholder;
    this.clear.setAttribute("aria-label", data.words.clear);
    this.clear.title = data.words.clear;
    if (this.taken && (data.chosen?.id === this.taken.id || performance.now() > this.taken.until)) this.taken = null;
    this.restore();
    const { answer } = data;
    if (answer.at === this.at && this.showing !== this.at && this.typed) this.take(answer);
  }

  // The name of who is chosen, wherever that happened; a question that is being typed stays.
  restore() {
    if (!this.typed) {
      const name = this.taken ? this.taken.name : this.data.chosen?.name ?? "";
      if (this.input.value !== name) this.input.value = name;
      this.input.title = name;
    }
    this.clear.hidden = !this.input.value;
  }

  // ---- asking

  ask(rest = REST) {
    clearTimeout(this.timer);
    this.due = true;
    this.timer = setTimeout(() => {
      this.due = false;
      this.at = this.send("asked", { text: this.input.value, opened: this.opened });
    }, rest);
  }

  take(answer) {
    const { words, types } = this.data;
    if (answer.building) {
      this.popup.fill(words.hits, words.building, []);
      this.say(answer.live);
      this.ask(AGAIN);
      return;
    }
    this.showing = this.at;
    this.pending = answer.text !== this.input.value;                // more was typed since
    const groups = answer.groups.map(found => {
      const group = groupOf(`head-${found.type}`, found.title, found.count, types[found.type]);
      for (const option of found.options) group.append(hitRow(option, types[found.type], words, () => this.pick(option), false));
      if (found.more) {
        const row = optionRow(() => this.open(found.type), "more");
        row.append(piece("span", "told", found.more));
        group.append(row);
      }
      if (found.rest) group.append(Object.assign(piece("div", "rest", found.rest), { role: "presentation" }));
      return group;
    });
    if (!groups.length && answer.suggestion) {
      const row = optionRow(() => this.instead(answer.suggestion), "meant");
      row.append(piece("span", "told", words.meant.replace("{text}", answer.suggestion)));
      groups.push(row);
    }
    const keep = this.keep ?? (answer.groups.length ? 0 : -1);
    this.keep = null;
    this.popup.fill(words.hits, answer.groups.length ? "" : words.nothing.replace("{text}", answer.text.trim()), groups, keep);
    this.say(answer.live);
    if (this.hasty && !this.pending) { this.hasty = false; if (answer.groups.length) this.popup.act(0); }
  }

  // The last choices, before anything is typed; the row of `active` (an id) stays the active one.
  offer(active) {
    const { recent, types, words } = this.data;
    if (!recent.length) { this.popup.fill(words.recent, "", []); return; }
    const group = groupOf("head-recent", words.recent, "", null);
    for (const option of recent) group.append(hitRow(option, types[option.type], words, () => this.pick(option), true));
    this.popup.fill(words.recent, "", [group], recent.findIndex(option => option.id === active));
  }

  say(text) { this.live.textContent = text; }

  // ---- what people do

  pick(option) {
    clearTimeout(this.timer);
    const name = option.name.map(([text]) => text).join("");
    this.typed = this.hasty = this.due = false;
    this.popup.hide();
    this.say(this.data.words.picked.replace("{name}", name));
    this.send("picked", { id: option.id, type: option.type });
    this.taken = this.data.actors.includes(option.type) ? { id: option.id, name, until: performance.now() + TRUST } : null;
    this.restore();
    this.input.select();
  }

  open(type) {
    this.keep = this.popup.active;
    this.opened = [...this.opened, type];
    this.ask(0);
  }

  instead(text) {
    this.input.value = text;
    this.change();
  }

  change() {
    this.typed = true;
    this.hasty = false;
    this.opened = [];
    this.keep = null;
    this.clear.hidden = !this.input.value;
    if (this.input.value.trim()) {
      if (!this.showing || !this.popup.shown || this.fromRecent) this.popup.fill("", "", []);
      this.fromRecent = false;
      this.pending = true;
      this.ask();
      return;
    }
    clearTimeout(this.timer);
    this.at += 1;                                                   // an answer that is under way counts no more
    this.say("");
    this.recents();
  }

  recents() {
    this.fromRecent = true;
    this.pending = false;
    this.offer();
  }

  // Back to who is chosen.
  leave() {
    clearTimeout(this.timer);
    this.typed = this.hasty = this.due = false;
    this.at += 1;
    this.popup.hide();
    this.restore();
  }

  empty() {
    const anybody = !this.typed && this.data.chosen;
    this.leave();
    if (anybody) {
      this.send("picked", null);
      this.taken = { id: undefined, name: "", until: performance.now() + TRUST };
    }
    this.typed = false;
    this.restore();
    this.input.focus();
  }

  // What is shown may still be the answer to less than what stands in the box; then the first hit of the right one is taken.
  enter() {
    if (!this.typed || !this.pending) { this.popup.act(); return; }
    this.hasty = true;
    if (this.due) this.ask(0);
  }

  listen() {
    const { input, popup } = this;
    input.oninput = () => this.change();
    input.onclick = () => { if (!this.typed && !popup.shown) { input.select(); this.recents(); } };
    input.onfocus = () => { if (!this.typed) input.select(); };
    input.onblur = () => this.leave();
    this.clear.onclick = () => this.empty();
    input.onkeydown = event => {
      if (event.isComposing || event.ctrlKey || event.metaKey) return;
      const walk = by => {
        if (popup.shown) popup.step(by);
        else if (this.typed) this.change();
        else this.recents();
        this.walked = true;
      };
      const edge = i => popup.shown && this.walked && popup.rows.length ? (popup.activate(i), true) : false;
      const keys = {
        ArrowDown: () => (walk(1), true),
        ArrowUp: () => (walk(-1), true),
        Home: () => edge(0),
        End: () => edge(popup.rows.length - 1),
        Enter: () => (this.enter(), true),
        Escape: () => popup.shown || this.typed ? (popup.shown ? popup.hide() : this.leave(), true) : false,
      };
      if (keys[event.key]?.()) { event.preventDefault(); event.stopPropagation(); }
      if (!event.key.startsWith("Arrow") && !["Home", "End"].includes(event.key)) this.walked = false;
    };
  }

  stop() { clearTimeout(this.timer); }
}

export default function ({ data, parentElement, setStateValue }) {
  if (!data) return undefined;
  let box = boxes.get(parentElement);
  if (!box) {
    box = new SearchBox(parentElement.querySelector(".find"));
    boxes.set(parentElement, box);
  }
  box.receive(data, setStateValue);
  return () => { box.stop(); boxes.delete(parentElement); };
}
