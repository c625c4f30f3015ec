// Whom an act is about: fixed when the dialog opens, whoever comes to the gate meanwhile.

import { make, put, say } from "./dom.js";

const MINUTES_FROM_S = 120;

// Entries to choose from in a node; `why` gives the words under each name.
export function list(node, why, words) {
  let entries = [];

  function open(newestLast, now) {
    entries = [...newestLast].reverse();
    node.replaceChildren(...entries.map(row));
    age(now);
  }

  // A name stays on the page no longer than it is needed.
  function close() {
    entries = [];
    node.replaceChildren();
  }

  const chosen = () => node.querySelector("input:checked")?.value ?? "";

  function age(now) {
    for (const [n, time] of node.querySelectorAll("time").entries()) {
      const seconds = Math.max(0, Math.round((now - entries[n].at) / 1000));
      const ago = seconds < MINUTES_FROM_S ? words.label.ago_seconds : words.label.ago_minutes;
      say(time, put(ago, { n: seconds < MINUTES_FROM_S ? seconds : Math.floor(seconds / 60) }));
    }
  }

  function row(entry, n) {
    const line = make("label", "");
    const choice = make("input", "");
    Object.assign(choice, { type: "radio", name: node.id, value: entry.entry, checked: n === 0 });
    const said = make("span", "");
    said.append(make("b", "", named(entry.shown, words)), make("small", "", why(entry).join(" · ")));
    line.append(choice, said, make("time", ""));
    return line;
  }

  return { open, close, chosen, age };
}

function named(shown, words) {
  if (!shown) return words.label.nobody_known;
  const tail = shown.id_tail ? `${words.label.id_tail} ${shown.id_tail}` : "";
  return [shown.name, tail, shown.plate === shown.name ? "" : shown.plate].filter(Boolean).join(" · ");
}
