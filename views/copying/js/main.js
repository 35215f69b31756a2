// Copies to the clipboard. Where that is refused (no secure address, no permission) the text is shown, chosen, to be copied by hand.

const SAID = 6000;         // ms that a word of success stays
const copyings = new WeakMap();

class Copying {
  constructor(root) {
    this.root = root;
    this.buttons = document.createElement("div");
    this.buttons.style.display = "contents";
    this.said = document.createElement("div");
    this.said.className = "said";
    this.said.setAttribute("role", "status");
    root.append(this.buttons, this.said);
  }

  receive(data) {
    if (this.data?.version === data.version) return;
    const held = [...this.buttons.children].indexOf(this.root.getRootNode().activeElement);
    this.data = data;
    this.tell("");
    this.buttons.replaceChildren(...data.items.map(item => {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: item.label });
      button.onclick = () => this.copy(item);
      return button;
    }));
    this.buttons.children[held]?.focus({ preventScroll: true });
  }

  // Links lead to the page beside this one, so that they are right behind any address of the server.
  address(item) {
    const url = new URL(this.data.page, location.href);
    url.search = new URLSearchParams(item.query).toString();
    return url.href;
  }

  async copy(item) {
    const link = this.address(item), text = item.text ? `${item.text}\n${this.data.words.link}: ${link}\n` : link;
    if (await taken(text)) this.tell(item.done);
    else this.byHand(text, item.done);
  }

  byHand(text, done) {
    this.tell(this.data.words.byHand);
    this.box = Object.assign(document.createElement("textarea"), { readOnly: true, value: text });
    this.box.setAttribute("aria-label", this.data.words.byHand);
    this.root.append(this.box);
    this.box.focus();
    this.box.select();
    if (document.execCommand("copy")) this.tell(done);
  }

  tell(words) {
    clearTimeout(this.timer);
    this.box?.remove();
    this.box = null;
    this.said.textContent = words;
    if (words && words !== this.data.words.byHand) this.timer = setTimeout(() => { this.said.textContent = ""; }, SAID);
  }
}

async function taken(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;  // no clipboard at all, or it was refused
  }
}

export default function ({ data, parentElement }) {
  if (!data) return undefined;
  let copying = copyings.get(parentElement);
  if (!copying) {
    copying = new Copying(parentElement.querySelector(".copying"));
    copyings.set(parentElement, copying);
  }
  copying.receive(data);
  return () => copyings.delete(parentElement);
}
