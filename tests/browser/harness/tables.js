/* Charts without their numbers: every chart stands in a figure with a table of at least one row, and has a name. */
() => [...document.querySelectorAll('svg.chart')].flatMap(chart => {
  const figure = chart.closest('figure');
  const name = figure?.id || chart.getAttribute('aria-label') || 'chart';
  if (!figure) return [`${name} stands in no figure`];
  const rows = figure.querySelectorAll('table tbody tr').length;
  const faults = rows ? [] : [`${name} has no table of its numbers`];
  if (rows && !figure.querySelector('table thead th')) faults.push(`${name}: its table has no titles of columns`);
  if (!figure.querySelector('h2, h3, h4, h5, h6, figcaption')?.textContent.trim()) faults.push(`${name} has no title`);
  return faults;
})
