// What the gatekeeper types and presses for the person at the gate.

import { celsius, id, make, put, say, show } from "./dom.js";
import { press } from "./net.js";

const LOWEST_C = 3000;
const HIGHEST_C = 4500;
const LONGEST = 5;

export const ASKING = new Set(["temperature", "mask", "plate"]);

let words = null;
let turn = -1;
let question = "";
let typed = "";
let step = "off"; // off, type, confirm, sending, done

export function begin(theWords) {
  words = theWords;
  if (!id("keypad")) return;
  id("keypad").addEventListener("click", (event) => {
    const key = event.target.closest("button")?.dataset.key;
    if (key) onKey(key);
  });
  id("record").addEventListener("click", record);
  id("retype").addEventListener("click", retype);
  document.addEventListener("keydown", onKeyboard);
  id("codeless-begin").addEventListener("click", () => press({ act: "codeless" }));
  id("vehicle-done").addEventListener("click", () => press({ act: "vehicle_done" }));
  for (const button of document.querySelectorAll("[data-mask]")) {
    button.addEventListener("click", () => choose("mask", button.dataset.mask));
  }
  for (const button of document.querySelectorAll("[data-plate]")) {
    button.addEventListener("click", () => choose("plate", button.dataset.plate));
  }
}

// A question is answered once: a new person or a further measurement is a new question.
export function renderAsk(view, theTurn) {
  if (!id("keypad")) return;
  turn = theTurn;
  show(id("codeless"), view.codeless);
  const asked = view.asks && ASKING.has(view.phase);
  plate(asked && view.phase === "plate", view);
  const now = asked ? `${view.phase} ${theTurn} ${view.temperatures_c.length}` : "";
  if (now === question) return;
  question = now;
  show(id("ask-temperature"), asked && view.phase === "temperature");
  show(id("ask-mask"), asked && view.phase === "mask");
  say(id("mask-error"), "");
  say(id("plate-error"), "");
  step = asked && view.phase === "temperature" ? "type" : "off";
  typed = "";
  if (step === "type") title(view.temperatures_c);
  draw();
}

// The plate of the pass, as painted, and what the reader saw where it was not sure.
function plate(asked, view) {
  show(id("ask-plate"), asked);
  if (!asked) return;
  say(id("asked-plate"), view.shown ? `${view.shown.plate.slice(0, 2)}·${view.shown.plate.slice(2)}` : "");
  say(id("plate-read"), view.plate_read ? put(words.label.plate_read, { p: view.plate_read }) : "");
}

function title(earlier) {
  const label = words.label;
  say(id("ask-title"), earlier.length ? put(label.ask_again, { n: earlier.length + 1 }) : label.ask_temperature);
  say(id("ask-earlier"), earlier.length ? put(label.ask_earlier, { t: celsius(earlier.at(-1)) }) : "");
}

function onKeyboard(event) {
  if (step === "off" || event.ctrlKey || event.altKey || event.metaKey) return;
  if (document.querySelector("dialog[open]")) return;
  const onButton = event.target.closest?.("button, a");
  // A button keeps the focus for a moment after it is hidden; Enter is not meant for it then.
  if (event.key === "Enter" && onButton?.checkVisibility()) return;
  const key = event.key === "," ? "." : event.key;
  if (!/^[0-9.]$/.test(key) && !["Enter", "Backspace", "Escape"].includes(key)) return;
  event.preventDefault();
  onKey(key);
}

function onKey(key) {
  if (step === "confirm") {
    if (key === "Enter") record();
    if (key === "Escape" || key === "Backspace") retype();
    return;
  }
  if (step !== "type") return;
  if (key === "Enter") return propose();
  if (key === "Escape") typed = "";
  else if (key === "Backspace") typed = typed.slice(0, -1);
  else typed = append(typed, key);
  draw();
}

// Two digits stand before the point: 3 6 5 is 36.5, which is then shown and confirmed.
function append(text, key) {
  if (key === ".") return text.includes(".") || !text ? text : `${text}.`;
  const longer = /^\d\d$/.test(text) ? `${text}.${key}` : text + key;
  return longer.length > LONGEST ? text : longer;
}

function hundredths() {
  return /^\d\d(\.\d{0,2})?$/.test(typed) ? Math.round(Number(typed) * 100) : NaN;
}

function propose() {
  const value = hundredths();
  if (!(value >= LOWEST_C && value <= HIGHEST_C)) {
    const nonsense = put(words.label.nonsense, { t: typed || "–" });
    typed = "";
    draw();
    say(id("ask-error"), nonsense);
    return;
  }
  step = "confirm";
  draw();
  id("record").focus();
}

function retype() {
  step = "type";
  typed = "";
  draw();
}

async function record() {
  if (step !== "confirm") return;
  const value = hundredths();
  step = "sending";
  draw();
  const error = await press({ act: "temperature", value_c: value, turn });
  if (step !== "sending") return;
  step = error ? "type" : "done";
  if (error) typed = "";
  draw();
  if (error) say(id("ask-error"), words.error[error] ?? error);
}

function draw() {
  const value = hundredths();
  const texts = { confirm: words.label.confirm_temperature, sending: words.label.confirm_temperature, done: words.label.recorded };
  const output = id("typed");
  output.dataset.step = step;
  if (texts[step]) output.textContent = put(texts[step], { t: celsius(value) });
  else output.replaceChildren(make("span", typed ? "" : "blank", typed || "––.–"), make("small", "", " °C"));
  show(id("confirm-temperature"), step === "confirm");
  for (const button of id("keypad").children) button.disabled = step !== "type";
  say(id("ask-error"), "");
}

async function choose(what, choice) {
  const asked = question;
  const buttons = document.querySelectorAll(`[data-${what}]`);
  for (const button of buttons) button.disabled = true;
  const error = await press({ act: what, [what]: choice, turn });
  for (const button of buttons) button.disabled = false;
  if (asked !== question) return;
  const { mask_recorded, plate_recorded, plate_agrees, plate_differs } = words.label;
  const said = what === "mask" ? mask_recorded : plate_recorded;
  const chosen = { ...words.mask, agrees: plate_agrees, differs: plate_differs }[choice];
  const node = id(`${what}-error`);
  node.classList.toggle("fine", !error);
  say(node, error ? words.error[error] ?? error : put(said, { m: chosen }));
}
