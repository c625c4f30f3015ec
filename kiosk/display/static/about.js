// Whom an override is about: fixed when the dialog opens, whoever comes to the gate meanwhile.

import { id, make, put, say } from "./dom.js";

let words = null;
let refusals = [];

export function begin(theWords) {
  words = theWords;
}

export function open(state) {
  refusals = [...state.view.overridable].reverse();
  id("override-who").replaceChildren(...refusals.map(row));
  age(state.now);
}

// A name stays on the page no longer than it is needed.
export function close() {
  refusals = [];
  id("override-who").replaceChildren();
}

export const chosen = () => id("override-who").querySelector("input:checked")?.value ?? "";

export function age(now) {
  for (const [n, node] of id("override-who").querySelectorAll("time").entries()) {
    const seconds = Math.max(0, Math.round((now - refusals[n].at) / 1000));
    say(node, put(words.label.ago_seconds, { n: seconds }));
  }
}

function row(refusal, n) {
  const line = make("label", "");
  const choice = make("input", "");
  Object.assign(choice, { type: "radio", name: "override-entry", value: refusal.entry, checked: n === 0 });
  const why = refusal.reasons.map((code) => words.reason[code]?.title ?? code).join(" · ");
  const said = make("span", "");
  said.append(make("b", "", named(refusal.shown)), make("small", "", why));
  line.append(choice, said, make("time", ""));
  return line;
}

function named(shown) {
  if (!shown) return words.label.nobody_known;
  const tail = shown.id_tail ? `${words.label.id_tail} ${shown.id_tail}` : "";
  return [shown.name, tail, shown.plate === shown.name ? "" : shown.plate].filter(Boolean).join(" · ");
}
