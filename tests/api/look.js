// What is wrong with the page as it stands: texts too pale (WCAG 2.2, 1.4.3), controls that no key reaches or that
// have no name, texts squeezed to a sign a line or cut off.
() => {
  const faults = new Set();
  const parse = (text) => {
    const numbers = (text.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
    return text.startsWith("color(srgb") ? [...numbers.slice(0, 3).map((one) => 255 * one), numbers[3] ?? 1] : [...numbers.slice(0, 3), numbers[3] ?? 1];
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const light = (colour) => {
    const [r, g, b] = colour.slice(0, 3).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, two) => {
    const [high, low] = [light(one), light(two)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const above = (node) => {
    const all = [];
    for (let one = node; one; one = one.parentElement) all.push(one);
    return all;
  };
  const background = (node) => above(node).reverse()
    .reduce((below, one) => over(parse(getComputedStyle(one).backgroundColor), below), [255, 255, 255, 1]);
  const isShown = (node) => {
    if (!node.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    const box = node.getBoundingClientRect();
    return box.width > 1 && box.height > 1;
  };
  const told = (node) => `${node.tagName.toLowerCase()}.${node.className?.baseVal ?? node.className} "${node.textContent.trim().slice(0, 30)}"`;

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement, text = walker.currentNode.textContent.trim();
    if (!text || node.closest("script, style, option, datalist, .leaflet-pane, svg, :disabled, .unseen, .skip") || !isShown(node)) continue;
    const style = getComputedStyle(node), size = parseFloat(style.fontSize);
    const opacity = above(node).reduce((all, one) => all * Number(getComputedStyle(one).opacity), 1);
    const below = background(node), ink = parse(style.color);
    const most = ratio(over([ink[0], ink[1], ink[2], ink[3] * opacity], below), below);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (most < (large ? 3 : 4.5) - 0.005) faults.add(`${told(node)}: contrast ${most.toFixed(2)}`);
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size;
    if (text.length > 3 && lines > 2 && text.length / lines < 2) faults.add(`${told(node)}: ${lines} lines`);
  }
  for (const node of document.querySelectorAll("button, a[href], input, select, textarea, summary")) {
    if (!isShown(node) || node.disabled || node.closest(".leaflet-control-attribution")) continue;
    if (node.tabIndex < 0) faults.add(`${told(node)}: no key reaches it`);
    const name = node.ariaLabel || node.textContent.trim() || node.title || node.placeholder || [...(node.labels || [])].map((one) => one.textContent.trim()).join("");
    if (!name && !node.querySelector("[aria-label], svg[role=img]")) faults.add(`${told(node)} ${node.name || ""}: no name`);
  }
  return [...faults];
}
