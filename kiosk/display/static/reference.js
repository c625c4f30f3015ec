// The thermometer's daily check: how it stands, and the dialog that begins one.

import { id, put, say, show } from "./dom.js";
import { press } from "./net.js";

const LOWEST_C = 3000;
const HIGHEST_C = 4500;

let words = null;
let byHand = false;

export function begin(theWords) {
  words = theWords;
  const dialog = id("reference-dialog");
  if (!dialog) return;
  const error = dialog.querySelector(".error");
  id("reference").addEventListener("click", () => {
    for (const field of ["reference-c", "reference-value"]) id(field).value = "";
    say(error, "");
    dialog.showModal();
  });
  dialog.querySelector("[data-do=cancel]").addEventListener("click", () => dialog.close());
  dialog.querySelector("[data-do=send]").addEventListener("click", async (event) => {
    const act = typed();
    if (!act) return say(error, words.label.reference_wrong);
    event.target.disabled = true;
    const wrong = await press(act);
    event.target.disabled = false;
    if (wrong) return say(error, words.error[wrong] ?? wrong);
    return dialog.close();
  });
}

export function renderReference(view) {
  const { phase, difference_c: difference, typed: hand } = view.reference;
  const advice = words.reference[phase];
  byHand = hand;
  show(id("reference-typed"), hand);
  show(id("reference-standing"), Boolean(advice));
  id("reference-standing").dataset.phase = phase;
  const sign = difference > 0 ? "+" : "";
  const values = { d: `${sign}${(difference / 100).toFixed(2)}\u00a0°C` };
  say(id("reference-word"), advice ? put(advice.title, values) : "");
  say(id("reference-remedy"), advice ? advice.remedy : "");
}

function typed() {
  const reference = hundredths("reference-c");
  const value = byHand ? hundredths("reference-value") : null;
  const who = id("reference-who").value.trim();
  const against = id("reference-dialog").querySelector("[name=against]:checked").value;
  if (Number.isNaN(reference) || Number.isNaN(value) || !who) return null;
  return { act: "reference", against, reference_c: reference, value_c: value, who };
}

function hundredths(field) {
  const text = id(field).value.trim().replace(",", ".");
  const value = /^\d\d(\.\d{0,2})?$/.test(text) ? Math.round(Number(text) * 100) : NaN;
  return value >= LOWEST_C && value <= HIGHEST_C ? value : NaN;
}
