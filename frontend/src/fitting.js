// How a drawing is brought into sight: whole, in the middle, clear of the edges.

const PADDING = 24;

/** Show the whole drawing with room around it, more of it at the `left` where something stands, never larger than life and a fifth. */
export function fit(canvas, left = PADDING) {
  const box = canvas.viewbox().inner;
  const { width, height } = canvas.getSize();
  if (!width || !height || !box.width) return;
  const scale = Math.min(1.2, (width - left - PADDING) / box.width, (height - 2 * PADDING) / box.height);
  canvas.viewbox({
    x: box.x - left / scale - ((width - left - PADDING) / scale - box.width) / 2,
    y: box.y - (height / scale - box.height) / 2,
    width: width / scale,
    height: height / scale,
  });
}
