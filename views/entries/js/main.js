// Rows of actors in parts: each row a button with symbol, name and what is known of it; what is beyond the first ones opens by a click.

const entries = new WeakMap();

const make = (tag, className, ...content) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...content);
  return element;
};

function symbol({ glyph, color }) {
  const found = make("span", "symbol", glyph);
  found.style.color = color;
  found.setAttribute("aria-hidden", "true");
  return found;
}

function list(rows, symbols, choose) {
  const items = make("ul");
  for (const [id, type, name, more, hint] of rows) {
    const button = make("button", "", symbol(symbols[type]), " ", make("span", "name", name));
    button.type = "button";
    if (more) button.append(" ", make("small", "", more));
    if (hint) button.title = hint;
    button.onclick = () => choose({ id, type });
    items.append(make("li", "", button));
  }
  return items;
}

// Rows to be read: "■ Kita Sonne (Anna Amsel); ⬢ Rat".
function paragraph(rows, symbols) {
  const found = make("p");
  rows.forEach(([, type, name, more], i) => found.append(...(i ? ["; "] : []), symbol(symbols[type]), `\u00a0${name}${more ? ` (${more})` : ""}`));
  return found;
}

function built(part, symbols, choose) {
  const nodes = [], { rows, shown } = part;
  if (part.title) {
    const title = make(part.fold ? "h5" : "h4", "", part.title);
    if (part.count) title.append(" ", make("span", "count", `· ${part.count}`));
    nodes.push(title);
  }
  if (part.inline) nodes.push(paragraph(rows, symbols));
  else if (rows.length) nodes.push(list(rows.slice(0, shown), symbols, choose));
  if (!part.inline && (rows.length > shown || part.beyond.length)) {
    nodes.push(make("details", "", make("summary", "", part.further), list(rows.slice(shown), symbols, choose), ...part.beyond.map(line => make("p", "", line))));
  }
  if (part.note) nodes.push(make("p", "", part.note));
  return make("div", "part", ...nodes);
}

function build({ parts, symbols }, choose) {
  const nodes = [];
  let fold = null;
  for (const part of parts) {
    if (!part.fold) nodes.push(built(part, symbols, choose));
    else {
      if (fold?.title !== part.fold || nodes.at(-1) !== fold.box) nodes.push((fold = { title: part.fold, box: make("details", "fold", make("summary", "", part.fold)) }).box);
      fold.box.append(built(part, symbols, choose));
    }
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
