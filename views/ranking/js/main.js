// A ranked list: each line a button with rank, title, evidence, bar and number. Arrow keys go through it, Enter chooses; one tab stop.

const rankings = new WeakMap();

const part = (tag, className, text = "") => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
};

class Ranking {
  constructor(root) { this.root = root; this.at = 0; }

  receive(data, send) {
    // With the time, so that choosing the same once more counts, too.
    this.send = value => send("chosen", { value, at: Date.now() });
    const fresh = this.data?.version !== data.version, held = this.root.contains(this.root.getRootNode().activeElement);
    this.data = data;
    if (fresh) this.build();
    const place = data.lines.findIndex(line => line.id === data.selected);
    this.lines.forEach((line, n) => line.setAttribute("aria-pressed", String(n === place)));
    if (place >= 0 || fresh) this.move(Math.max(0, place));
    if (fresh && held) this.lines[this.at]?.focus({ preventScroll: true });
  }

  build() {
    const { data } = this, list = part("ol");
    list.setAttribute("aria-label", data.title);
    this.lines = data.lines.map((line, n) => {
      const item = part("li"), button = part("button", line.quiet ? "quiet" : "");
      button.type = "button";
      button.tabIndex = -1;
      const text = part("span", "text"), bar = part("span", "bar"), fill = part("i");
      text.append(part("b", "", line.title), part("span", `state ${line.state}`, line.sign), part("small", "", line.evidence));
      fill.style.width = `${Math.max(1, Math.round(100 * line.share))}%`;
      bar.setAttribute("aria-hidden", "true");
      bar.append(fill);
      const value = part("span", "value", line.value);
      value.append(part("small", "", line.range));
      button.append(part("span", "rank", line.rank), text, bar, value);
      button.onclick = () => { this.move(n); this.send(line.id); };
      button.onkeydown = event => this.key(event, n);
      item.append(button);
      list.append(item);
      return button;
    });
    const nodes = [list];
    if (!this.lines.length) nodes.unshift(part("p", "empty", data.empty));
    this.root.replaceChildren(...nodes);
    list.hidden = !this.lines.length;
  }

  move(n) {
    if (this.lines[this.at]) this.lines[this.at].tabIndex = -1;
    this.at = n;
    if (this.lines[n]) this.lines[n].tabIndex = 0;
  }

  key(event, n) {
    const to = { ArrowDown: n + 1, ArrowUp: n - 1, Home: 0, End: this.lines.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.move(Math.max(0, Math.min(this.lines.length - 1, to)));
    this.lines[this.at].focus();
  }
}

export default function ({ data, parentElement, setStateValue }) {
  if (!data) return undefined;
  let found = rankings.get(parentElement);
  if (!found) {
    found = new Ranking(parentElement.querySelector(".ranking"));
    rankings.set(parentElement, found);
  }
  found.receive(data, setStateValue);
  return () => rankings.delete(parentElement);
}
