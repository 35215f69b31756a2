// Pointer, wheel and keyboard. Dragging a symbol moves it, dragging the ground moves the picture. The wheel zooms only while the drawing has the focus, so that the page scrolls.

const STEP = 50;

function listen(drawing, canvas) {
  const at = event => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  let drag = null;

  canvas.onpointerdown = event => {
    if (event.button) return;
    const [x, y] = at(event), { tx, ty } = drawing.view;
    drag = { x, y, tx, ty, far: 0, node: drawing.view.movable(drawing.view.hit(x, y)) };
    canvas.setPointerCapture(event.pointerId);
  };
  canvas.onpointermove = event => {
    const [x, y] = at(event);
    if (!drag) { drawing.hover(drawing.view.hit(x, y)); return; }
    drag.far = Math.max(drag.far, Math.hypot(x - drag.x, y - drag.y));
    if (drag.far <= 4) return;
    if (drag.node >= 0) drawing.drag(drag.node, x, y);
    else drawing.moveTo(drag.tx + x - drag.x, drag.ty + y - drag.y);
  };
  canvas.onpointerup = event => {
    if (drag && drag.far <= 4) drawing.press(drawing.view.hit(...at(event)));
    else if (drawing.dragging) drawing.drop();
    drag = null;
  };
  canvas.onpointercancel = () => {
    if (drawing.dragging) drawing.drop();
    drag = null;
  };
  canvas.onpointerleave = () => drawing.hover(-1);

  canvas.addEventListener("wheel", event => {
    const focused = canvas.getRootNode().activeElement === canvas;
    if (!event.ctrlKey && (!focused || drawing.scrolls)) return;
    event.preventDefault();
    drawing.zoom(Math.exp(-event.deltaY * 0.0015), ...at(event));
  }, { passive: false });

  canvas.onkeydown = event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrows = { ArrowLeft: [STEP, 0], ArrowRight: [-STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] };
    const keys = {
      "+": () => drawing.zoom(1.25),
      "-": () => drawing.zoom(0.8),
      0: () => drawing.everything(),
      f: () => drawing.full(),
      F: () => drawing.full(),
      Escape: () => drawing.choose(-1),
      Enter: () => drawing.openChosen(),
      PageDown: () => drawing.step(1),
      PageUp: () => drawing.step(-1),
    };
    if (arrows[event.key]) drawing.moveTo(drawing.view.tx + arrows[event.key][0], drawing.view.ty + arrows[event.key][1]);
    else if (keys[event.key]) keys[event.key]();
    else return;
    event.preventDefault();
  };
}
