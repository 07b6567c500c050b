/* What the keyboard must reach, in the order of the page: each gets a number. Of radio buttons of one name, one is reached. */
() => {
  const wanted = 'a[href], area[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex], [contenteditable]';
  const groups = new Set();
  const found = [];
  for (const one of document.querySelectorAll('body *')) {
    const style = getComputedStyle(one);
    const scrolls = ['auto', 'scroll'].includes(style.overflowX) && one.scrollWidth > one.clientWidth + 1
      || ['auto', 'scroll'].includes(style.overflowY) && one.scrollHeight > one.clientHeight + 1;
    if (!one.matches(wanted) && !(scrolls && !one.querySelector(wanted))) continue;
    if (one.disabled || one.tabIndex === -1 && one.hasAttribute('tabindex')) continue;
    if (!one.checkVisibility({ checkVisibilityCSS: true }) || one.tagName === 'SUMMARY' && one !== one.parentElement.querySelector('summary')) continue;
    if (one.type === 'radio') {
      const group = `${one.form ? [...document.forms].indexOf(one.form) : ''}/${one.name}`;
      const chosen = [...document.getElementsByName(one.name)].some(other => other.form === one.form && other.checked);
      if (chosen ? !one.checked : groups.has(group)) continue;
      groups.add(group);
    }
    one.dataset.stop = found.length;
    found.push(`<${one.tagName.toLowerCase()}> ${(one.getAttribute('aria-label') || one.textContent || one.name || '').trim().slice(0, 40)}`);
  }
  return found;
}
