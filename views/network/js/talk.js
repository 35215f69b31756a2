// The presentation: keys lead from area to area and out again; a few tools show while the mouse moves or one of them has the focus.

const AWAKE = 2500;      // ms that the tools stay after the mouse has moved

class Talk {
  constructor(drawing) {
    this.drawing = drawing;
    this.since = Date.now();
    this.turns = 0;
    this.bar = make("div", "remote");
    this.bar.setAttribute("role", "toolbar");
    this.live = make("div", "live");
    this.live.setAttribute("aria-live", "polite");
    drawing.root.after(this.bar, this.live);
    this.onKey = event => this.key(event);
    this.onMove = () => this.wake();
    document.addEventListener("keydown", this.onKey, true);
    document.addEventListener("pointermove", this.onMove);
  }

  // New data: the tools follow. Spoken is what has changed.
  follow() {
    const { data } = this.drawing, { words, turning } = data;
    if (turning.spoken !== this.spoken) {
      this.spoken = turning.spoken;
      clearTimeout(this.speaking);
      this.speaking = setTimeout(() => { this.live.textContent = this.spoken; }, 150);   // a region that is filled at once is not read
    }
    if (this.version === data.version) return this.enable();
    this.version = data.version;
    const held = this.focused();
    this.bar.setAttribute("aria-label", words.talkTools);
    this.bar.replaceChildren();
    const add = (name, text, label, act) => {
      const button = make("button", name, text);
      button.type = "button";
      button.title = label;
      button.setAttribute("aria-label", label);
      button.onclick = act;
      this.bar.append(button);
    };
    if (turning.areas) {
      add("previous", "‹", words.previous, () => this.turn(-1));
      add("next", "›", words.next, () => this.turn(1));
    }
    add("emphasise", words.emphasise, words.emphasiseLong, () => this.emphasise());
    if (turning.emphasis.length) add("plain", words.plain, words.plain, () => this.drawing.send("emphasised", []));
    add("svg", "SVG", words.saveSvg, () => savePicture(this.drawing, "svg"));
    add("png", "PNG", words.savePng, () => savePicture(this.drawing, "png"));
    add("full", words.full, words.fullLong, () => this.full());
    add("end", words.end, words.endLong, () => this.end());
    if (held) this.bar.querySelector(`.${held}`)?.focus();
    this.enable();
  }

  // Only an actor can be brought forward: nobody chosen, or a fold, and there is nothing to do.
  enable() {
    const button = this.bar.querySelector(".emphasise"), actor = this.actor;
    if (!button) return;
    button.disabled = !actor;
    button.setAttribute("aria-pressed", String(Boolean(actor) && this.drawing.data.turning.emphasis.includes(actor)));
  }

  get actor() {
    const { chosen, scene } = this.drawing;
    return chosen >= 0 && !scene.nodes[chosen].members ? scene.nodes[chosen].id : null;
  }

  focused() {
    const { activeElement } = this.bar.getRootNode();
    return activeElement && this.bar.contains(activeElement) ? activeElement.className : "";
  }

  key(event) {
    if (!this.drawing.root.isConnected) { this.stop(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = event.composedPath()[0], writes = at.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(at.tagName);
    if (writes || (event.key === " " && ["BUTTON", "A"].includes(at.tagName))) return;
    const acts = {
      ArrowRight: () => this.turn(1), PageDown: () => this.turn(1), " ": () => this.turn(event.shiftKey ? -1 : 1),
      ArrowLeft: () => this.turn(-1), PageUp: () => this.turn(-1),
      Escape: () => this.leave(), f: () => this.full(), F: () => this.full(), h: () => this.emphasise(), H: () => this.emphasise(),
    };
    if (!Object.hasOwn(acts, event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    acts[event.key]();
  }

  // The presses are counted, so that none is lost while the page is busy with the one before.
  turn(by) {
    if (!this.drawing.data.turning.areas) return;
    this.turns += by;
    this.drawing.send("turned", { since: this.since, turns: this.turns });
  }

  emphasise() {
    const { actor } = this, { emphasis } = this.drawing.data.turning;
    if (!actor) return;
    this.drawing.send("emphasised", emphasis.includes(actor) ? emphasis.filter(id => id !== actor) : [...emphasis, actor]);
    this.drawing.choose(-1);
  }

  // Escape first leaves the full screen (most browsers do that themselves), then the presentation.
  leave() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.end();
  }

  end() {
    const close = () => this.drawing.send("ended", true);
    if (document.fullscreenElement) document.exitFullscreen().then(close, close);
    else close();
  }

  // The whole page, so that the sentence is in it.
  full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (document.documentElement.requestFullscreen) document.documentElement.requestFullscreen();
  }

  wake() {
    this.bar.classList.add("awake");
    clearTimeout(this.asleep);
    this.asleep = setTimeout(() => this.bar.classList.remove("awake"), AWAKE);
  }

  stop() {
    document.removeEventListener("keydown", this.onKey, true);
    document.removeEventListener("pointermove", this.onMove);
    clearTimeout(this.asleep);
    clearTimeout(this.speaking);
    this.bar.remove();
    this.live.remove();
  }
}

// Sentence and context above the picture, date and sources below it: [above, below].
function talkParts({ caption, note }) {
  const sentence = make("h1", "sentence", caption.sentence), context = make("p", "context");
  for (const [text, bold] of caption.context) context.append(make(bold ? "b" : "span", "", text));
  return [[sentence, context], [make("p", "source", [caption.source, note].filter(Boolean).join(" · "))]];
}
