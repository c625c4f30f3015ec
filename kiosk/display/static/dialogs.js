// Override and emergency: nothing happens on one press.

import { id, say, show } from "./dom.js";
import { press } from "./net.js";

const SHORTEST = 4;
const NOTICE_MS = 4000;
const OVERRIDABLE_MS = 120000;

let words = null;
let current = null;
let judged = null; // the last verdict that may be decided over, for as long as the gate allows

export function begin(theWords) {
  words = theWords;
  if (!id("emergency")) return;
  const override = twoSteps(id("override-dialog"), {
    check: () => {
      const text = id("override-words").value.trim();
      say(id("override-quote"), text);
      return text.length < SHORTEST ? words.label.override_short : "";
    },
    act: (turn) => ({ act: "override", words: id("override-words").value.trim(), turn }),
  });
  id("override").addEventListener("click", () => {
    id("override-words").value = "";
    const shown = judged.shown;
    say(id("override-who"), shown ? `${shown.name} · ${words.label.id_tail} ${shown.id_tail}` : "");
    override();
  });
  const emergency = twoSteps(id("emergency-dialog"), {
    check: () => "",
    act: () => ({ act: "emergency" }),
  });
  id("emergency").addEventListener("click", emergency);
  id("turn-round").addEventListener("click", async () => {
    const direction = current?.view?.direction === "in" ? "out" : "in";
    notice(await press({ act: "direction", direction }));
  });
}

export function renderDialogs(state) {
  current = state;
  const button = id("override");
  if (!button) return;
  const { decision, phase, shown } = state.view;
  const measuring = phase === "temperature" || phase === "mask";
  if (decision && !measuring) {
    const open = decision.outcome !== "ADMIT";
    const until = judged?.turn === state.turn ? judged.until : state.now + OVERRIDABLE_MS;
    judged = open ? { turn: state.turn, shown, until } : null;
  }
  if (judged && (judged.turn !== state.turn || state.now > judged.until)) judged = null;
  button.disabled = !judged;
}

// `turn` is kept from when the dialog opened: the words are about that person.
function twoSteps(dialog, { check, act }) {
  let turn = -1;
  const button = (name) => dialog.querySelector(`[data-do=${name}]`);
  const error = dialog.querySelector(".error");

  function step(confirm) {
    for (const part of dialog.querySelectorAll("[data-step]")) {
      show(part, (part.dataset.step === "confirm") === confirm);
    }
    show(button("next"), !confirm);
    show(button("send"), confirm);
    say(error, "");
  }

  button("cancel").addEventListener("click", () => dialog.close());
  button("next").addEventListener("click", () => {
    const wrong = check();
    if (wrong) return say(error, wrong);
    step(true);
    return button("cancel").focus();
  });
  button("send").addEventListener("click", async () => {
    button("send").disabled = true;
    const wrong = await press(act(turn));
    button("send").disabled = false;
    if (wrong) return say(error, words.error[wrong] ?? wrong);
    dialog.close();
    return notice("");
  });
  return () => {
    turn = current?.turn ?? -1;
    step(false);
    dialog.showModal();
  };
}

let fading = 0;

function notice(error) {
  clearTimeout(fading);
  say(id("notice"), error ? words.error[error] ?? error : words.label.sent);
  id("notice").classList.toggle("error", Boolean(error));
  fading = setTimeout(() => say(id("notice"), ""), NOTICE_MS);
}
