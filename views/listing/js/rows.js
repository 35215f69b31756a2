// The order of the rows, and which of them are in sight.

const ROW_HEIGHT = 36, AHEAD = 12;       // px; rows that are made beyond the sight

// Places of the rows in the order of a column ("-name" for downwards); what is empty comes last either way.
function sortedRows(data, order) {
  const places = data.ids.map((_, at) => at), name = order.replace(/^-/, ""), down = order.startsWith("-") ? -1 : 1;
  const column = data.columns.find(found => found.name === name);
  if (!column) return places;
  const by = column.by || column.values, empty = value => value === null || value === "";
  const words = new Intl.Collator(data.language, { numeric: true });
  const compare = column.kind === "number" ? (p, q) => p - q : column.kind === "date" ? (p, q) => (p < q ? -1 : p > q ? 1 : 0) : words.compare;
  return places.sort((p, q) => (empty(by[p]) - empty(by[q])) || (empty(by[p]) ? 0 : down * compare(by[p], by[q])) || p - q);
}

// The rows from first to last that are to be made for this scroll position.
function rowsInSight(top, height, count) {
  const first = Math.max(0, Math.floor(top / ROW_HEIGHT) - AHEAD);
  return [first, Math.min(count, Math.ceil((top + height) / ROW_HEIGHT) + AHEAD)];
}
