// Pointer, wheel and keyboard. The wheel zooms only while the map has the focus, so that the page scrolls.

const CLICK = 5;           // px that a pointer may move within a click
const ARROW = 50;

function listenMap(map, stage) {
  const at = event => {
    const box = stage.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  stage.onpointerdown = event => {
    if (event.button) return;
    const [x, y] = at(event), { ox, oy } = map, lasso = event.shiftKey;
    map.dragged = false;
    const move = now => {
      const [nx, ny] = at(now), dx = nx - x, dy = ny - y;
      if (Math.hypot(dx, dy) > CLICK) map.dragged = true;
      if (!map.dragged) return;
      if (lasso) map.showBand([Math.min(x, nx), Math.min(y, ny), Math.max(x, nx), Math.max(y, ny)]);
      else map.moveTo(ox + dx, oy + dy);
    };
    const stop = () => {
      for (const [name, act] of [["pointermove", move], ["pointerup", up], ["pointercancel", stop]]) window.removeEventListener(name, act);
      if (lasso) map.showBand(null);
      setTimeout(() => { map.dragged = false; }, 0);          // after the click that may follow
    };
    const up = () => {
      if (lasso && map.dragged) map.chooseWithin(map.band);
      stop();
    };
    for (const [name, act] of [["pointermove", move], ["pointerup", up], ["pointercancel", stop]]) window.addEventListener(name, act);
  };

  // Painted symbols are no elements: a click that means one must not reach the area under it.
  stage.addEventListener("click", event => {
    const mark = map.dragged || event.target.closest?.(".point") || event.shiftKey ? null : map.hit(...at(event));
    if (!mark) return;
    event.stopPropagation();
    mark.spot ? map.open(mark.spot) : map.select(mark.point.id);
  }, true);
  stage.onpointermove = event => { if (!event.buttons) map.hover(...at(event)); };

  stage.addEventListener("wheel", event => {
    const focused = map.root.contains(map.root.getRootNode().activeElement);
    if (!event.ctrlKey && !focused) return;
    event.preventDefault();
    map.zoom(Math.exp(-event.deltaY * 0.0015), ...at(event));
  }, { passive: false });

  stage.onkeydown = event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const keys = {
      "+": () => map.zoom(1.4), "-": () => map.zoom(1 / 1.4), 0: () => map.everything(), Escape: () => map.letGo(), PageDown: () => map.step(1), PageUp: () => map.step(-1),
      ArrowLeft: () => map.moveTo(map.ox + ARROW, map.oy), ArrowRight: () => map.moveTo(map.ox - ARROW, map.oy),
      ArrowUp: () => map.moveTo(map.ox, map.oy + ARROW), ArrowDown: () => map.moveTo(map.ox, map.oy - ARROW), f: () => map.full(), F: () => map.full(),
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  };
}
