/* Where the keyboard is: the number given before, and whether that shows. */
() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const style = getComputedStyle(at);
  const label = at.labels?.[0] ? getComputedStyle(at.labels[0]) : style;
  const shows = one => one.outlineStyle !== 'none' && parseFloat(one.outlineWidth) > 0;
  const box = at.getBoundingClientRect();
  return {
    stop: at.dataset.stop === undefined ? null : Number(at.dataset.stop),
    shows: shows(style) || shows(label),
    on: box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight,
    said: `<${at.tagName.toLowerCase()}> ${(at.textContent || at.name || '').trim().slice(0, 40)}`,
  };
}
