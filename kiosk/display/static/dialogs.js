// Override, annulment and emergency: nothing happens on one press.

import { id, say, show } from "./dom.js";
import { press } from "./net.js";
import { list } from "./about.js";

const SHORTEST = 4;
const NOTICE_MS = 4000;
const SETTLE_MS = 400;

let words = null;
let current = null;
let refusals = null;
let admissions = null;

export function begin(theWords) {
  words = theWords;
  if (!id("emergency")) return;
  refusals = list(id("override-who"), (one) => one.reasons.map((code) => words.reason[code]?.title ?? code), theWords);
  admissions = list(id("annul-who"), (one) => [words.direction[one.direction]], theWords);
  const written = id("override-words");
  const override = twoSteps(id("override-dialog"), {
    check: () => {
      const text = written.value.trim();
      say(id("override-quote"), text);
      return text.length < SHORTEST ? words.label.override_short : "";
    },
    act: () => ({ act: "override", words: written.value.trim(), entry: refusals.chosen() }),
  });
  id("override").addEventListener("click", () => {
    written.value = "";
    refusals.open(current.view.overridable, current.now);
    override.open();
  });
  id("override-dialog").addEventListener("close", refusals.close);
  const annul = twoSteps(id("annul-dialog"), {
    check: () => "",
    act: () => ({ act: "annul", entry: admissions.chosen() }),
  });
  id("annul").addEventListener("click", () => {
    admissions.open(current.view.annullable, current.now);
    annul.open();
  });
  id("annul-dialog").addEventListener("close", admissions.close);
  for (const usual of document.querySelectorAll("[data-usual]")) {
    usual.addEventListener("click", () => {
      written.value = usual.textContent;
      override.next();
    });
  }
  const emergency = twoSteps(id("emergency-dialog"), {
    check: () => "",
    act: () => ({ act: "emergency" }),
  });
  id("emergency").addEventListener("click", emergency.open);
  id("turn-round").addEventListener("click", async () => {
    const direction = current?.view?.direction === "in" ? "out" : "in";
    notice(await press({ act: "direction", direction }));
  });
}

export function renderDialogs(state) {
  current = state;
  if (!id("override")) return;
  id("override").disabled = state.view.overridable.length === 0;
  id("annul").disabled = state.view.annullable.length === 0;
}

// Ages in the dialog go on while nothing else is new.
export function tickDialogs(now) {
  if (id("override-dialog")?.open) refusals.age(now);
  if (id("annul-dialog")?.open) admissions.age(now);
}

function twoSteps(dialog, { check, act }) {
  const button = (name) => dialog.querySelector(`[data-do=${name}]`);
  const error = dialog.querySelector(".error");

  function step(confirm) {
    for (const part of dialog.querySelectorAll("[data-step]")) {
      show(part, (part.dataset.step === "confirm") === confirm);
    }
    show(button("next"), !confirm);
    show(button("send"), confirm);
    say(error, "");
    if (confirm) settle(button("send"));
  }

  function next() {
    const wrong = check();
    if (wrong) return say(error, wrong);
    step(true);
    return button("cancel").focus();
  }

  button("cancel").addEventListener("click", () => dialog.close());
  button("next").addEventListener("click", next);
  button("send").addEventListener("click", async () => {
    button("send").disabled = true;
    const wrong = await press(act());
    button("send").disabled = false;
    if (wrong) return say(error, words.error[wrong] ?? wrong);
    dialog.close();
    return notice("");
  });
  return {
    next,
    open: () => {
      step(false);
      dialog.showModal();
    },
  };
}

// The second half of a double tap lands on whatever has just appeared under the finger.
function settle(button) {
  button.disabled = true;
  setTimeout(() => { button.disabled = false; }, SETTLE_MS);
}

let fading = 0;

function notice(error) {
  clearTimeout(fading);
  say(id("notice"), error ? words.error[error] ?? error : words.label.sent);
  id("notice").classList.toggle("error", Boolean(error));
  fading = setTimeout(() => say(id("notice"), ""), NOTICE_MS);
}
