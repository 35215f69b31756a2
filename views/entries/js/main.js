// Rows of actors: each a button with symbol, name and what is known of it; what is beyond the first ones opens by a click.

const entries = new WeakMap();

const part = (tag, className, text = "") => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
};

function list(rows, data, choose) {
  const items = part("ul");
  for (const [id, type, name, more, hint] of rows) {
    const item = part("li"), button = part("button"), symbol = part("span", "symbol", data.symbols[type].glyph);
    symbol.style.color = data.symbols[type].color;
    symbol.setAttribute("aria-hidden", "true");
    button.type = "button";
    button.append(symbol, " ", part("span", "name", name));
    if (more) button.append(" ", part("small", "", more));
    if (hint) button.title = hint;
    button.onclick = () => choose({ id, type });
    item.append(button);
    items.append(item);
  }
  return items;
}

function build(data, choose) {
  const nodes = [list(data.rows.slice(0, data.shown), data, choose)];
  if (data.rows.length > data.shown || data.beyond.length) {
    const fold = part("details"), rest = data.rows.slice(data.shown);
    fold.append(part("summary", "", data.further), list(rest, data, choose), ...data.beyond.map(line => part("p", "", line)));
    nodes.push(fold);
  }
  return nodes;
}

export default function ({ data, parentElement, setStateValue }) {
  if (!data) return undefined;
  const found = entries.get(parentElement) ?? { version: "" };
  found.send = value => setStateValue("chosen", { value, at: Date.now() }); // with the time, so that choosing the same once more counts, too
  if (found.version !== data.version) {
    parentElement.querySelector(".entries").replaceChildren(...build(data, value => found.send(value)));
    found.version = data.version;
  }
  entries.set(parentElement, found);
  return () => entries.delete(parentElement);
}
