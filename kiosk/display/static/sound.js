// A tone for each verdict, and its word where the machine itself can speak it.
// No name is ever spoken.

import { id, say } from "./dom.js";

const TONES = {
  ADMIT: [[880, 0], [1320, 0.14]],
  REFER: [[660, 0], [660, 0.25]],
  DENY: [[220, 0], [220, 0.22], [220, 0.44]],
};
const TONE_S = 0.13;
const KEY = "sibao-sound";

let audio = null;
let on = document.body.dataset.sound === "yes";
let last = "";

export function begin(words) {
  const button = id("sound");
  if (!button) return;
  on = localStorage.getItem(KEY) !== "off";
  const draw = () => {
    button.setAttribute("aria-pressed", String(on));
    say(button, on ? words.label.sound_on : words.label.sound_off);
  };
  button.addEventListener("click", () => {
    on = !on;
    localStorage.setItem(KEY, on ? "on" : "off");
    draw();
  });
  draw();
}

export function renderSound(state, words) {
  const view = state.view;
  const judged = view.decision && (view.phase === "verdict" || view.phase === "clear");
  const key = judged ? `${state.turn} ${view.decision.outcome}` : "";
  const first = last === null;
  if (key && key !== last && on && !first) {
    chime(TONES[view.decision.outcome]);
    speak(words.outcome[view.decision.outcome].title, words.language);
  }
  last = key;
}

// A verdict that stood before the page was opened is not news.
export const forget = () => { last = null; };

function chime(tones) {
  audio ??= new AudioContext();
  if (audio.state === "suspended") audio.resume();
  for (const [pitch, delay] of tones) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const from = audio.currentTime + delay;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.25, from);
    volume.gain.exponentialRampToValueAtTime(0.001, from + TONE_S);
    tone.connect(volume).connect(audio.destination);
    tone.start(from);
    tone.stop(from + TONE_S);
  }
}

// A voice of elsewhere would carry the words off this machine.
function speak(text, language) {
  const voices = window.speechSynthesis?.getVoices() ?? [];
  const voice = voices.find((v) => v.localService && v.lang.startsWith(language));
  if (!voice) return;
  const spoken = new SpeechSynthesisUtterance(text);
  spoken.voice = voice;
  spoken.lang = voice.lang;
  speechSynthesis.cancel();
  speechSynthesis.speak(spoken);
}
