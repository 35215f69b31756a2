// The list under the box: shown and hidden, filled, and walked through. The focus stays in the box; the active row is told by its id.

class Popup {
  constructor(input) {
    this.input = input;
    this.element = piece("div", "popup");
    this.note = piece("p", "note");
    this.list = piece("div", "list");
    this.list.id = "list";
    this.list.setAttribute("role", "listbox");
    this.element.append(this.note, this.list);
    this.element.onpointerdown = event => event.preventDefault();           // a press takes no focus from the box
    this.list.onclick = event => event.target.closest(".option")?.act();
    this.rows = [];
    this.active = -1;
    this.hide();
  }

  get shown() { return !this.element.hidden; }

  hide() {
    this.element.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.activate(-1);
  }

  show() {
    if (!this.rows.length && !this.note.textContent) return this.hide();
    this.element.hidden = false;
    this.input.setAttribute("aria-expanded", String(this.rows.length > 0));
  }

  // Fills the list with groups of rows; `keep` is the place of the row that stays active.
  fill(label, note, groups, keep = -1) {
    const top = keep >= 0 ? this.element.scrollTop : 0;
    this.note.textContent = note;
    this.list.setAttribute("aria-label", label);
    this.list.replaceChildren(...groups);
    this.rows = [...this.list.querySelectorAll(".option")];
    this.rows.forEach((row, i) => { row.id = `option-${i}`; });
    this.active = -1;
    this.show();
    this.element.scrollTop = top;
    this.activate(Math.min(keep, this.rows.length - 1));
  }

  activate(i) {
    this.rows[this.active]?.setAttribute("aria-selected", "false");
    this.active = i;
    const row = this.rows[i];
    if (!row) { this.input.removeAttribute("aria-activedescendant"); return; }
    row.setAttribute("aria-selected", "true");
    this.input.setAttribute("aria-activedescendant", row.id);
    this.reveal(row);
  }

  // Scrolls the list, never the page; a group's heading comes along with its first row.
  reveal(row) {
    const first = row.previousElementSibling?.classList.contains("head") ? row.previousElementSibling : row;
    const box = this.element.getBoundingClientRect(), top = first.getBoundingClientRect().top, bottom = row.getBoundingClientRect().bottom;
    if (top < box.top) this.element.scrollTop -= box.top - top;
    else if (bottom > box.bottom) this.element.scrollTop += bottom - box.bottom + 6;
  }

  step(by) {
    const count = this.rows.length;
    if (count) this.activate(this.active < 0 ? (by > 0 ? 0 : count - 1) : (this.active + by + count) % count);
  }

  act(i = this.active) { this.rows[i]?.act(); }
}
