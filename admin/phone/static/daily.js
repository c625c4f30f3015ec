// The card of the daily declaration: asks, says what waits, what is done and what was refused.

import { dayOf, declare, send, standing } from "./declaration.js";

const AGAIN_MS = 15_000;
const CLOCK_MS = 60_000;
const at = (id) => document.getElementById(id);
const form = at("declaration");
const symptoms = [...form.querySelectorAll("[name=symptom]")];
const none = at("no-symptom");
let holder;
let asking = false;
let shownDay = "";

const only = (shown) => {
  for (const part of document.querySelectorAll("#daily [data-part]")) {
    part.hidden = !shown.includes(part.dataset.part);
  }
};

const hours = (id, ms) => {
  const time = at(id);
  time.dateTime = new Date(ms).toISOString();
  time.textContent = new Date(ms).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" });
};

const show = async (more = []) => {
  const { unsent, declared } = await standing();
  const today = dayOf(Date.now());
  shownDay = today;
  if (unsent) {
    asking = false;
    only(["waiting", ...more]);
  } else if (declared?.day === today && !asking) {
    hours("declared-at", declared.at);
    hours("declared-at-en", declared.at);
    only(["done", "again", ...more]);
  } else {
    only(["form", ...more]);
  }
};

// Of another day: it waited over midnight, or this phone's calendar is wrong.
const partOf = ({ why, now, day }) => {
  if (why !== "day") return `refused-${why}`;
  const right = Math.abs(Date.now() - now) <= CLOCK_MS && day !== dayOf(Date.now());
  return right ? "refused-day" : "refused-clock";
};

const trySending = async () => {
  const told = await send();
  if (told.why) await show([partOf(told)]);
  else if (told.at) await show(told.needs_look ? ["look"] : []);
};

const needOne = () => {
  const answered = none.checked || symptoms.some((box) => box.checked);
  none.setCustomValidity(answered ? "" : none.dataset.told);
};

const answers = () => ({
  temperature_c: at("temperature").value === "" ? null : Math.round(at("temperature").valueAsNumber * 100),
  symptoms: symptoms.filter((box) => box.checked).map((box) => box.value),
  contact: at("contact-yes").checked,
});

const submitted = async (event) => {
  event.preventDefault();
  at("declare").disabled = true;
  try {
    await declare(holder, answers(), Date.now());
    form.reset();
    needOne();
    await show();
    at("daily").focus();
    await trySending();
  } finally {
    at("declare").disabled = false;
  }
};

const listen = () => {
  needOne();
  none.addEventListener("change", () => {
    if (none.checked) symptoms.forEach((box) => { box.checked = false; });
    needOne();
  });
  for (const box of symptoms) {
    box.addEventListener("change", () => {
      if (box.checked) none.checked = false;
      needOne();
    });
  }
  form.addEventListener("submit", submitted);
  at("again").addEventListener("click", async () => {
    asking = true;
    await show();
    at("temperature").focus();
  });
  addEventListener("online", trySending);
  document.addEventListener("visibilitychange", trySending);
  setInterval(async () => {
    await trySending();
    if (shownDay !== dayOf(Date.now())) await show();
  }, AGAIN_MS);
};

export const beginDaily = async (held) => {
  if (held.pass.kind !== "worker") return;
  holder = held;
  listen();
  await show();
  at("daily").hidden = false;
  await trySending();
};
