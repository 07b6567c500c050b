/* Whether text from data became anything but text. */
() => {
  const faults = [];
  if (window.struck !== undefined) faults.push(`a script from the data ran: ${window.struck}`);
  for (const one of document.querySelectorAll('*')) {
    for (const { name, value } of one.attributes) {
      if (name.startsWith('on')) faults.push(`${one.tagName} has ${name}`);
      if (/^\s*(javascript|vbscript|data:text)/i.test(value) && ['href', 'src', 'action', 'formaction', 'xlink:href'].includes(name)) faults.push(`${one.tagName} leads to ${value}`);
      if (['href', 'src', 'action'].includes(name) && /^(https?:)?\/\//i.test(value)) faults.push(`${one.tagName} leads to ${value}`);
    }
    if (['IFRAME', 'BASE', 'OBJECT', 'EMBED', 'FRAME'].includes(one.tagName)) faults.push(`there is a ${one.tagName}`);
    if (one.tagName === 'SCRIPT' && !(one.getAttribute('src') || '').startsWith('/static/') && one.type !== 'application/json') faults.push('there is a script of no file of ours');
  }
  return faults;
}
