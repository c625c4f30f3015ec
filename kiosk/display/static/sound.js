// What is heard: a tone for each verdict, and short words where this machine can speak them.
// The words are those of the screen. No name and no reason is spoken: others hear it.

import { id, say } from "./dom.js";
import * as speech from "./speech.js";

const TONES = {
  ADMIT: [[880, 0], [1320, 0.14]],
  REFER: [[660, 0], [660, 0.25]],
  DENY: [[220, 0], [220, 0.22], [220, 0.44]],
};
const TONE_S = 0.13;
const LOUDEST = 0.25;
const SEVERAL_MS = 1500;
const KEY = "sibao-sound";

const { sound, voice, volume } = document.body.dataset;
const level = Number(volume) / 100;

let words = null;
let context = null;
let on = sound === "yes";
let last = null;
let several = null;

export function begin(theWords) {
  words = theWords;
  const button = id("sound");
  if (!button) return;
  on = localStorage.getItem(KEY) !== "off";
  speech.wake();
  const draw = () => {
    button.setAttribute("aria-pressed", String(on));
    say(button, on ? words.label.sound_on : words.label.sound_off);
  };
  button.addEventListener("click", () => {
    on = !on;
    localStorage.setItem(KEY, on ? "on" : "off");
    if (!on) speech.hush();
    draw();
  });
  draw();
}

// What stood there before the page was opened is not news.
export function renderSound(state) {
  const view = state.view;
  hearSeveral(view);
  const judged = view.decision && (view.phase === "verdict" || view.phase === "clear");
  const news = judged
    ? `${state.turn} ${view.decision.outcome}`
    : `${state.turn} ${view.phase} ${view.temperatures_c.length}`;
  const first = last === null;
  if (news === last) return;
  last = news;
  if (first || !on) return;
  if (judged) announce(view.decision.outcome);
  else if (view.by_hand) prompt("by_hand");
  else if (view.phase in words.spoken) prompt(view.phase);
}

function announce(outcome) {
  speech.hush();
  chime(TONES[outcome]);
  speak(outcome);
}

// A prompt never cuts off a verdict.
function prompt(key) {
  if (!speech.busy()) speak(key);
}

function speak(key) {
  if (voice === "yes") speech.speak(key, words, audio(), level);
}

// The clear largest of several codes counts within a moment; what lasts must be mended.
function hearSeveral(view) {
  const lasts = view.several_codes && view.phase === "waiting";
  if (!lasts) {
    clearTimeout(several);
    several = null;
  } else if (several === null) {
    several = setTimeout(() => on && prompt("several_codes"), SEVERAL_MS);
  }
}

function audio() {
  context ??= new AudioContext();
  if (context.state === "suspended") context.resume();
  return context;
}

function chime(tones) {
  const out = audio();
  for (const [pitch, delay] of tones) {
    const tone = out.createOscillator();
    const gain = out.createGain();
    const from = out.currentTime + delay;
    tone.frequency.value = pitch;
    gain.gain.setValueAtTime(Math.max(LOUDEST * level, 0.002), from);
    gain.gain.exponentialRampToValueAtTime(0.001, from + TONE_S);
    tone.connect(gain).connect(out.destination);
    tone.start(from);
    tone.stop(from + TONE_S);
  }
}
