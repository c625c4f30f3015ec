// Small hands for the page. Text goes in as text, never as markup.

export const id = (name) => document.getElementById(name);

export function say(node, text) {
  if (node && node.textContent !== text) node.textContent = text;
}

export function show(node, yes) {
  if (node && node.hidden === yes) node.hidden = !yes;
}

export function make(tag, className, text = "") {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

// Builds anew only when the content changed, so that a live region speaks once.
export function fill(node, key, build) {
  if (node.dataset.key === key) return;
  node.dataset.key = key;
  node.replaceChildren(...build());
}

export const put = (template, values) =>
  template.replace(/\{(\w)\}/g, (whole, name) => values[name] ?? whole);

export const celsius = (hundredths) => `${(Math.round(hundredths / 10) / 10).toFixed(1)}\u00a0°C`;
