// The gate's screen: follow the gate, and never show what is no longer so.

import * as ask from "./ask.js";
import * as dialogs from "./dialogs.js";
import * as net from "./net.js";
import * as reference from "./reference.js";
import * as sound from "./sound.js";
import { id, say, show } from "./dom.js";
import { connection, fit, render } from "./render.js";
import { watch } from "./preview.js";

const LOST_MS = 2200;
const SILENT_MS = 10000;
const TICK_MS = 250;
const RETRY_MS = 400;

const { boot, language, zone } = document.body.dataset;
let words = null;
let state = null;
let heard = performance.now();
let offset = 0;

function clock() {
  const shape = { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" };
  const locale = language === "zh" ? "zh-CN" : "en-GB";
  try {
    return new Intl.DateTimeFormat(locale, { ...shape, timeZone: zone });
  } catch {
    return new Intl.DateTimeFormat(locale, shape);
  }
}

const shape = clock();

function onState(next) {
  if (next.boot !== boot) return location.reload();
  heard = performance.now();
  offset = next.now - Date.now();
  state = next;
  if (state.view) {
    render(state.view, words);
    ask.renderAsk(state.view, state.turn);
    dialogs.renderDialogs(state);
    reference.renderReference(state.view);
    fit();
    sound.renderSound(state);
  }
  return tick();
}

function tick() {
  const now = Date.now() + offset;
  say(id("time"), shape.format(now));
  if (state?.view) connection(state.view, words, now);
  dialogs.tickDialogs(now);
  const lost = performance.now() - heard > LOST_MS;
  const silent = !lost && state?.view && state.silent_ms > SILENT_MS;
  const link = lost ? "lost" : silent ? "silent" : state?.view ? "live" : "starting";
  if (link === document.body.dataset.link) return;
  document.body.dataset.link = link;
  const covered = lost || Boolean(silent);
  if (covered) cover(link);
  show(id("lost"), covered);
  id("gate").inert = covered;
}

function cover(link) {
  const [here, other] = ["here", "other"].map((name) => id(`lost-${name}-words`).dataset);
  say(id("lost-title"), here[link]);
  say(id("lost-what"), here[`${link}What`]);
  say(id("lost-other"), `${other[link]}: ${other[`${link}What`]}`);
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
}

async function start() {
  setInterval(tick, TICK_MS);
  addEventListener("resize", fit);
  while (!words) {
    try {
      words = await (await net.ask(`/words.json?lang=${language}`)).json();
    } catch {
      await new Promise((done) => setTimeout(done, RETRY_MS));
    }
  }
  sound.begin(words);
  ask.begin(words);
  dialogs.begin(words);
  reference.begin(words);
  watch();
  net.follow(onState);
}

start();
