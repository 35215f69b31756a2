// What was found, as rows of a list box: groups with a heading, options with the found letters marked. Text only, never markup.

const SVG = "http://www.w3.org/2000/svg";

function piece(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

function typeSymbol(type) {
  const svg = document.createElementNS(SVG, "svg"), shape = document.createElementNS(SVG, "polygon");
  svg.setAttribute("viewBox", "-1.45 -1.45 2.9 2.9");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "symbol");
  shape.setAttribute("points", type.polygon.map(([x, y]) => `${x},${y}`).join(" "));
  shape.setAttribute("fill", type.color);
  svg.append(shape);
  return svg;
}

function markedText(pieces, className) {
  const line = piece("span", className);
  for (const [text, on] of pieces) line.append(on ? piece("b", "", text) : document.createTextNode(text));
  return line;
}

function optionRow(act, className) {
  const row = piece("div", `option ${className}`);
  row.setAttribute("role", "option");
  row.setAttribute("aria-selected", "false");
  row.act = act;
  return row;
}

function hitRow(option, type, words, act, withSymbol) {
  const row = optionRow(act, "hit"), told = piece("span", "told");
  row.dataset.id = option.id;
  row.dataset.type = option.type;
  if (withSymbol) row.append(typeSymbol(type));
  told.append(markedText(option.name, "name"));
  if (option.detail || option.found) {
    const below = piece("span", "below");
    if (option.detail) below.append(piece("span", "detail", option.detail));
    if (option.found) {
      below.append(piece("span", "spoken", `, ${words.foundIn} `));
      const where = piece("span", "where");
      where.append(piece("span", "field", `${option.found.label}: `), markedText(option.found.pieces, ""));
      below.append(where);
    }
    told.append(below);
  }
  row.append(told);
  return row;
}

function groupOf(id, title, count, type) {
  const group = piece("div", "group"), head = piece("div", "head");
  group.setAttribute("role", "group");
  group.setAttribute("aria-labelledby", id);
  head.id = id;
  head.setAttribute("role", "presentation");
  if (type) head.append(typeSymbol(type));
  head.append(piece("span", "title", title));
  if (count) head.append(piece("span", "count", count));
  group.append(head);
  return group;
}
