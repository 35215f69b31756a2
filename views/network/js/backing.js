// A crowd's picture behind the canvas, larger than the panel: while it moves it is only shifted and stretched; a new one is
// painted meanwhile, a little between two frames, and takes its place when it is finished.

const AROUND = 0.25;       // of the panel's width and height, painted beyond each edge
const SLICE = 6;           // ms of painting between two frames
const IDLE = 110;          // ms without a move until the picture is painted anew for where it stands

class Backing {
  constructor(width, height, ratio) {
    this.width = width;
    this.height = height;
    this.ratio = ratio;
    this.beyond = { x: Math.round(width * AROUND), y: Math.round(height * AROUND) };
    this.front = this.job = null;
    this.spare = [];
    this.hidden = 0;
  }

  canvas() {
    const canvas = document.createElement("canvas");
    canvas.width = Math.round((this.width + 2 * this.beyond.x) * this.ratio);
    canvas.height = Math.round((this.height + 2 * this.beyond.y) * this.ratio);
    // Painted in memory: a picture that is painted in parts must really be painted when its time is measured.
    return { canvas, g: canvas.getContext("2d", { willReadFrequently: true, alpha: false }) };
  }

  fits(width, height, ratio) { return this.width === width && this.height === height && this.ratio === ratio; }

  // Starts painting the crowd as the view stands now.
  begin(painter) {
    const { view } = painter, target = this.spare.pop() || this.canvas();
    const { x, y } = this.beyond, wide = Object.create(view, {
      window: { value: { left: -x, top: -y, right: this.width + x, bottom: this.height + y } },
      k: { value: view.k }, tx: { value: view.tx }, ty: { value: view.ty },
    });
    const still = Object.create(painter, { view: { value: wide }, chosen: { value: -1 }, hovered: { value: -1 }, focus: { value: null }, told: { value: null }, least: { value: 0 } });
    target.g.setTransform(this.ratio, 0, 0, this.ratio, x * this.ratio, y * this.ratio);
    this.job = { target, steps: crowdSteps(still, target.g), k: view.k, tx: view.tx, ty: view.ty };
  }

  // Paints on for so many ms; true where the new picture has just taken its place.
  work(time) {
    if (!this.job) return false;
    const until = performance.now() + time;
    for (;;) {
      const step = this.job.steps.next();
      if (step.done) {
        if (this.front) this.spare.push(this.front.target);
        this.front = this.job;
        this.job = null;
        this.hidden = step.value;
        return true;
      }
      this.job.target.g.getImageData(0, 0, 1, 1);
      if (performance.now() >= until) return false;
    }
  }

  // Is what the view shows inside of what is painted, finely enough?
  covers({ k, tx, ty }) {
    if (!this.front) return false;
    const grow = k / this.front.k, x = tx - this.front.tx * grow, y = ty - this.front.ty * grow;
    return grow < 2 && x - this.beyond.x * grow <= 0 && y - this.beyond.y * grow <= 0
      && x + (this.width + this.beyond.x) * grow >= this.width && y + (this.height + this.beyond.y) * grow >= this.height;
  }

  // Is the picture painted for just this view?
  matches({ k, tx, ty }) { return this.front && this.front.k === k && this.front.tx === tx && this.front.ty === ty; }

  show(g, { k, tx, ty }, paper) {
    const { front, ratio } = this, grow = k / front.k;
    g.setTransform(1, 0, 0, 1, 0, 0);
    if (!this.covers({ k, tx, ty })) {
      g.fillStyle = paper;
      g.fillRect(0, 0, g.canvas.width, g.canvas.height);
    }
    g.setTransform(grow, 0, 0, grow, (tx - front.tx * grow) * ratio, (ty - front.ty * grow) * ratio);
    g.drawImage(front.target.canvas, -this.beyond.x * ratio, -this.beyond.y * ratio);
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
  }
}
