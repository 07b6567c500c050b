/* Faults of layout that can be measured. Evaluated in a page; gives sentences. */
() => {
  const faults = [];
  const seen = node => {
    const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    return element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
  };
  /* Text for screen readers alone is a pixel large, or cut away. */
  const known = new Map();
  const unseen = element => {
    if (!element) return false;
    if (!known.has(element)) {
      const style = getComputedStyle(element);
      const cut = style.clipPath === 'inset(50%)' || (element.offsetWidth <= 1 && style.overflow !== 'visible');
      known.set(element, cut || unseen(element.parentElement));
    }
    return known.get(element);
  };
  /* Where an element's text can be seen: within all that scrolls or cuts around it; and whether it stays while others scroll. */
  const frames = new Map();
  const held = element => {
    if (!element || element === document.body) return { stuck: false, box: { left: -1e9, right: 1e9, top: -1e9, bottom: 1e9 } };
    if (!frames.has(element)) {
      const style = getComputedStyle(element);
      let { stuck, box } = held(element.parentElement);
      if (style.overflowX !== 'visible') {
        const edge = element.getBoundingClientRect();
        box = {
          left: Math.max(box.left, edge.left), right: Math.min(box.right, edge.right),
          top: Math.max(box.top, edge.top), bottom: Math.min(box.bottom, edge.bottom),
        };
      }
      frames.set(element, { stuck: stuck || ['sticky', 'fixed'].includes(style.position), box });
    }
    return frames.get(element);
  };
  const named = element => {
    const role = element.getAttribute('class');
    return `<${element.tagName.toLowerCase()}${role ? ` class="${role}"` : ''}> ${JSON.stringify((element.textContent || '').trim().slice(0, 40))}`;
  };
  /* What is placed absolutely isn't held by a scrolling region that isn't positioned itself. */
  const scrolls = element => {
    for (let at = element; at && at !== document.documentElement;) {
      if (at !== element && getComputedStyle(at).overflowX !== 'visible') return true;
      at = getComputedStyle(at).position === 'absolute' ? at.offsetParent : at.parentElement;
    }
    return false;
  };

  const width = document.documentElement.clientWidth;
  const page = document.scrollingElement;
  if (page.scrollWidth > width) {
    const wide = [...document.body.querySelectorAll('*')]
      .filter(one => one.getBoundingClientRect().right > width + 1 && !scrolls(one));
    faults.push(`the page is ${page.scrollWidth} px wide in a window of ${width}: ${wide.slice(-3).map(named).join('; ')}`);
  }

  for (const one of document.body.querySelectorAll('*')) {
    if (one.closest('svg, input, select, textarea') || !seen(one) || unseen(one) || !one.clientWidth) continue;
    const style = getComputedStyle(one);
    if (['hidden', 'clip'].includes(style.overflowX) && one.scrollWidth > one.clientWidth + 1) faults.push(`cut off at the side: ${named(one)}`);
    if (['hidden', 'clip'].includes(style.overflowY) && one.scrollHeight > one.clientHeight + 1) faults.push(`cut off below: ${named(one)}`);
  }

  /* Every run of text outside charts, and where it can be seen. */
  const runs = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode;
    const element = node.parentElement;
    if (!node.data.trim() || element.closest('svg, script, style, option') || !seen(node) || unseen(element)) continue;
    const size = parseFloat(getComputedStyle(element).fontSize);
    if (size < 11.99) faults.push(`text of ${size.toFixed(1)} px: ${named(element)}`);
    const { stuck, box } = held(element);
    if (stuck) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const edge of range.getClientRects()) {
      const left = Math.max(edge.left, box.left), right = Math.min(edge.right, box.right);
      const pad = edge.height * 0.25;  /* lines may stand closer than ascents and descents are high */
      const top = Math.max(edge.top + pad, box.top), bottom = Math.min(edge.bottom - pad, box.bottom);
      if (right - left > 1 && bottom - top > 1) runs.push({ node, left, right, top, bottom });
    }
  }
  runs.sort((a, b) => a.top - b.top);
  for (let i = 0; i < runs.length; i++) {
    for (let j = i + 1; j < runs.length && runs[j].top < runs[i].bottom - 2; j++) {
      const [a, b] = [runs[i], runs[j]];
      if (a.node !== b.node && Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 && Math.min(a.bottom, b.bottom) - b.top > 2)
        faults.push(`text on text: ${JSON.stringify(a.node.data.trim().slice(0, 30))} and ${JSON.stringify(b.node.data.trim().slice(0, 30))}`);
    }
  }

  /* Colours of segments as the browser writes them: nothing can be read on them. */
  const probe = document.body.appendChild(document.createElement('i'));
  const colours = new Set();
  for (let i = 1; i <= 8; i++) {
    probe.style.color = `var(--seg-${i}, transparent)`;
    colours.add(getComputedStyle(probe).color);
  }
  colours.delete('rgba(0, 0, 0, 0)');
  probe.remove();

  /* Text of charts: as corners on the screen, since labels may be turned. */
  for (const chart of document.querySelectorAll('svg')) {
    if (!seen(chart) || !chart.getBoundingClientRect().width) continue;
    const frame = chart.getBoundingClientRect();
    const label = chart.closest('figure')?.id || chart.getAttribute('aria-label') || chart.getAttribute('class') || 'svg';
    const texts = [];
    const coloured = [...chart.querySelectorAll('rect, path, circle')].filter(mark => {
      const style = getComputedStyle(mark);
      return colours.has(style.fill) && style.fillOpacity * style.opacity > 0.8;
    });
    for (const text of chart.querySelectorAll('text')) {
      if (!text.textContent.trim() || !seen(text)) continue;
      const at = text.getScreenCTM();
      const scale = Math.hypot(at.c, at.d);
      const size = parseFloat(getComputedStyle(text).fontSize) * scale;
      const said = JSON.stringify(text.textContent.trim().slice(0, 40));
      if (size < 11.95 && /[\p{L}\p{N}]/u.test(said)) faults.push(`text of ${size.toFixed(1)} px in chart ${label}: ${said}`);
      const box = text.getBBox();
      const top = box.y + box.height * 0.2, bottom = box.y + box.height * 0.85;
      const corners = [[box.x, top], [box.x + box.width, top], [box.x + box.width, bottom], [box.x, bottom]]
        .map(([x, y]) => [at.a * x + at.c * y + at.e, at.b * x + at.d * y + at.f]);
      const outside = corners.some(([x, y]) => x < frame.left - 1.5 || x > frame.right + 1.5 || y < frame.top - 1.5 || y > frame.bottom + 1.5);
      if (outside && getComputedStyle(chart).overflow !== 'visible') faults.push(`text leaves chart ${label}: ${said}`);
      const middle = new DOMPoint((corners[0][0] + corners[2][0]) / 2, (corners[0][1] + corners[2][1]) / 2);
      if (coloured.some(mark => mark.isPointInFill(middle.matrixTransform(mark.getScreenCTM().inverse()))))
        faults.push(`text on a segment's colour in chart ${label}: ${said}`);
      texts.push({ said, corners });
    }
    const apart = (a, b) => {
      for (const shape of [a, b]) {
        for (let i = 0; i < 4; i++) {
          const [x, y] = [shape[(i + 1) % 4][0] - shape[i][0], shape[(i + 1) % 4][1] - shape[i][1]];
          const length = Math.hypot(x, y) || 1;
          const along = corners => corners.map(([p, q]) => (-y * p + x * q) / length);
          const [first, second] = [along(a), along(b)];
          if (Math.min(...first) > Math.max(...second) - 1 || Math.min(...second) > Math.max(...first) - 1) return true;
        }
      }
      return false;
    };
    for (let i = 0; i < texts.length; i++)
      for (let j = i + 1; j < texts.length; j++)
        if (!apart(texts[i].corners, texts[j].corners)) faults.push(`text on text in chart ${label}: ${texts[i].said} and ${texts[j].said}`);
  }
  return [...new Set(faults)];
}
