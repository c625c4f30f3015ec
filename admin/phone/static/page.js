// The page on the phone: fetch the pass once, then show a fresh code each half minute.

import { beginDaily } from "./daily.js";
import { read } from "./keys.js";
import { STEP_MS, livingCode, stepAt } from "./living.js";
import { modulesOf } from "./qr.js";
import { Refusal, passFor } from "./register.js";

const QUIET = 4;
const MODULE_PX = 8;
const CLOCK_MS = 15_000;
const KINDS = {
  worker: ["员工出行上岗通行证", "Worker"],
  commuting_vehicle: ["员工通勤车辆通行证", "Commuting vehicle"],
  emergency_vehicle: ["车辆应急通行证", "Emergency vehicle"],
  visitor: ["访客证", "Visitor"],
};
const at = (id) => document.getElementById(id);
let drawn = "";

const show = (part) => {
  for (const id of ["empty", "offer", "fault", "code"]) at(id).hidden = id !== part;
};

const draw = (text) => {
  const modules = modulesOf(text);
  const size = (modules.length + 2 * QUIET) * MODULE_PX;
  const canvas = at("qr");
  canvas.width = size;
  canvas.height = size;
  const brush = canvas.getContext("2d");
  brush.fillStyle = "#fff";
  brush.fillRect(0, 0, size, size);
  brush.fillStyle = "#000";
  modules.forEach((row, y) => row.forEach((dark, x) => {
    if (dark) brush.fillRect((x + QUIET) * MODULE_PX, (y + QUIET) * MODULE_PX, MODULE_PX, MODULE_PX);
  }));
};

const turn = async (held) => {
  const now = Date.now();
  const step = stepAt(now);
  at("left").value = STEP_MS - (now % STEP_MS);
  for (const id of ["seconds", "seconds-en"]) {
    at(id).textContent = String(Math.ceil((STEP_MS - (now % STEP_MS)) / 1000));
  }
  at("early").hidden = now >= (held.pass.not_before ?? 0);
  at("expired").hidden = now < held.pass.expires_at;
  const wanted = `${held.pass.text} ${step}`;
  if (drawn === wanted) return;
  drawn = wanted;
  draw(await livingCode(held, step));
  at("qr").dataset.step = String(step);
};

const compareClocks = async () => {
  try {
    const asked = Date.now();
    const { now } = await (await fetch("/phone/time", { cache: "no-store" })).json();
    at("clock").hidden = Math.abs((asked + Date.now()) / 2 - now) <= CLOCK_MS;
  } catch {
    // Without network the gate judges alone; a warning that was shown stays.
  }
};

const begin = (held) => {
  const [zh, en] = KINDS[held.pass.kind];
  at("kind").textContent = zh;
  at("kind-en").textContent = en;
  at("name").textContent = held.pass.plate || held.pass.name;
  at("tail").textContent = held.pass.id_tail && `尾号 ${held.pass.id_tail}`;
  const begins = new Date(held.pass.not_before ?? 0);
  at("where").textContent = held.pass.where ?? "";
  at("since").textContent = begins.toLocaleString("zh-CN");
  at("since-en").textContent = begins.toLocaleString("en-GB");
  for (const id of ["since", "since-en"]) at(id).dateTime = begins.toISOString();
  const ends = new Date(held.pass.expires_at - 1);
  at("until").textContent = ends.toLocaleDateString("zh-CN");
  at("until-en").textContent = ends.toLocaleDateString("en-GB");
  for (const id of ["until", "until-en"]) at(id).dateTime = ends.toISOString();
  at("here").hidden = true;
  show("code");
  turn(held);
  setInterval(() => turn(held), 250);
  compareClocks();
  setInterval(compareClocks, 600_000);
  beginDaily(held);
};

const fetchPass = async (link) => {
  at("fetch").disabled = true;
  try {
    const held = await passFor(link);
    history.replaceState(null, "", "/phone/");
    begin(held);
  } catch (fault) {
    at("refused").hidden = !(fault instanceof Refusal);
    at("broken").hidden = fault instanceof Refusal;
    show("fault");
  }
};

const main = async () => {
  navigator.serviceWorker?.register("/phone/worker.js", { scope: "/phone/" }).catch(() => {
    // A browser that keeps no pages shows the code all the same while there is a network.
  });
  const link = location.hash.slice(1);
  const held = await read("pass").catch(() => undefined);
  // The message with the link is opened again each morning: what it brought is here already.
  if (link && link !== held?.link) {
    at("fetch").addEventListener("click", () => fetchPass(link));
    at("here").hidden = !held;
    show("offer");
    return;
  }
  history.replaceState(null, "", "/phone/");
  if (held) begin(held);
  else show("empty");
};

addEventListener("hashchange", () => location.reload());
main();
