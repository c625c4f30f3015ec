// One state of the gate onto the page.

import { ASKING } from "./ask.js";
import { celsius, fill, id, make, put, say, show } from "./dom.js";

const OTHER_LANGUAGE = document.body.dataset.language === "zh" ? "en" : "zh-CN";
const PEOPLE_DECIDED = new Set(["overridden", "emergency"]);
const CERTIFICATES = new Set(["vaccination", "test", "recovery"]);
const VEHICLES = new Set(["commuting_vehicle", "emergency_vehicle"]);

export function render(view, words) {
  header(view, words);
  strips(view, words);
  verdict(view, words);
  person(view, words);
  reasons(view, words);
  lamps(view, words);
}

const DENSEST = 4;

// However many reasons there are, the verdict and all of them stay in view.
export function fit() {
  const panel = id("verdict");
  for (let density = 0; density <= DENSEST; density += 1) {
    panel.dataset.density = String(density);
    if (panel.scrollHeight <= panel.clientHeight + 1) return;
  }
}

const judged = (view) =>
  view.decision && (view.phase === "verdict" || view.phase === "clear");

function header(view, words) {
  say(id("place"), view.place);
  say(id("inside"), String(view.inside));
  id("direction").dataset.direction = view.direction;
  id("direction").querySelector("use").setAttribute("href", `#i-${view.direction}`);
  say(id("direction-word"), words.direction[view.direction]);
}

function strips(view, words) {
  show(id("simulated"), view.simulated.length > 0);
  say(id("simulated-names"), view.simulated.map((name) => words.device[name] ?? name).join(" · "));
  opening(view, words);
  boarding(view.boarding, words.label);
  show(id("unwalked"), Boolean(view.unwalked));
  say(id("unwalked-who"), view.unwalked?.shown?.name ?? "");
  several(view, words.several_codes);
  show(id("trouble"), view.faults.length > 0);
  show(id("fault-count"), view.faults.length > 1);
  say(id("fault-count"), `${words.label.faults} ${view.faults.length}`);
  fill(id("faults"), JSON.stringify(view.faults), () => view.faults.map((fault) => faultRow(fault, words)));
}

// Where the verdict itself says "go" for the same reason, a second sign would be noise.
function opening(view, words) {
  const open = view.opening;
  const said = judged(view) && view.decision.outcome === "ADMIT" && open?.why === "ok";
  show(id("opening"), Boolean(open) && !said);
  if (!open) return;
  const why = open.why === "ok" ? "" : words.reason[open.why].title;
  say(id("opening-why"), [why, open.shown?.name].filter(Boolean).join(" · "));
}

function boarding(vehicle, label) {
  show(id("boarding"), Boolean(vehicle));
  if (!vehicle) return;
  say(id("boarding-plate"), vehicle.plate);
  const said = vehicle.seats ? label.boarding_of : label.boarding_riders;
  say(id("boarding-riders"), put(said, { n: vehicle.riders, m: vehicle.seats }));
}

function several(view, advice) {
  show(id("several"), view.several_codes);
  const [title, remedy, other] = id("several").querySelectorAll("b, span");
  say(title, advice.title);
  say(remedy, advice.remedy);
  say(other, `${advice.title_other} · ${advice.remedy_other}`);
}

function faultRow(fault, words) {
  const known = words.fault[fault.code];
  const advice = known ?? words.other_fault;
  const row = make("li", "");
  row.append(
    make("code", "", fault.code),
    make("b", "", advice.title),
    make("span", "remedy", `→ ${advice.remedy}`),
  );
  const technical = [fault.message, fault.remedy].filter(Boolean).join(" → ");
  if (technical) {
    const detail = make("details", "");
    const text = make("span", "", technical);
    text.lang = "en";
    detail.append(make("summary", "", words.label.technical), text);
    row.append(detail);
  }
  return row;
}

function verdict(view, words) {
  const outcome = judged(view) ? view.decision.outcome : "";
  const advice = outcome ? saidOf(view.decision, words) : phaseOf(view, words);
  const asking = view.asks && ASKING.has(view.phase);
  const panel = id("verdict");
  panel.dataset.face = outcome || view.phase;
  panel.dataset.asking = asking && id("keypad") ? view.phase : "";
  id("icon").setAttribute("href", `#i-${outcome || view.phase}`);
  say(id("word"), advice.title);
  say(id("word-remedy"), advice.remedy);
  say(id("word-other"), `${advice.title_other} · ${advice.remedy_other}`);
  say(id("entry"), view.entry ? `${words.label.entry} ${view.entry}` : "");
}

const phaseOf = (view, words) => (view.by_hand ? words.by_hand : words.phase[view.phase]);

// Whom a gatekeeper let through is not "registered": the line below says who decided.
function saidOf(decision, words) {
  const advice = words.outcome[decision.outcome];
  const by = PEOPLE_DECIDED.has(decision.reasons[0]) ? words.reason[decision.reasons[0]] : null;
  return by ? { ...advice, remedy: by.title, remedy_other: by.title_other } : advice;
}

function person(view, words) {
  const shown = view.shown;
  id("person").dataset.present = shown ? "yes" : "no";
  show(id("nobody"), shown === null);
  say(id("nobody"), view.phase === "waiting" ? words.label.nobody : words.label.nobody_known);
  show(id("holder"), shown !== null);
  show(id("second-look"), view.second_look && shown !== null);
  say(id("second-look-what"), compared(shown, words.label));
  say(id("name"), shown ? shown.name : "");
  show(id("tail-fact"), Boolean(shown?.id_tail));
  say(id("id-tail"), shown ? shown.id_tail : "");
  show(id("plate-fact"), Boolean(shown?.plate));
  say(id("plate"), shown ? shown.plate : "");
  say(id("kind"), shown ? words.kind[shown.kind] : "");
  id("person").dataset.certificate = CERTIFICATES.has(shown?.kind) ? "yes" : "no";
  show(id("result"), Boolean(shown?.result));
  say(id("result"), shown?.result ? words.result[shown.result] : "");
  show(id("says-fact"), Boolean(shown?.says));
  say(id("says-label"), shown?.says ? words.says[shown.kind] : "");
  say(id("says"), shown ? shown.says : "");
  show(id("born-fact"), Boolean(shown?.born));
  say(id("born"), shown ? shown.born : "");
  show(id("country-fact"), Boolean(shown?.country));
  say(id("country"), shown ? country(shown.country) : "");
}

function compared(shown, label) {
  if (VEHICLES.has(shown?.kind)) return label.second_look_vehicle;
  return CERTIFICATES.has(shown?.kind) ? label.second_look_foreign : label.second_look_what;
}

// The browser knows the countries' names; an organisation's letters are no region.
function country(code) {
  if (code.length !== 2) return code;
  return `${new Intl.DisplayNames([document.documentElement.lang], { type: "region" }).of(code)} ${code}`;
}

function reasons(view, words) {
  const codes = judged(view) ? view.decision.reasons : [];
  show(id("reasons"), codes.length > 0);
  fill(id("reasons"), codes.join(), () => codes.map((code) => reasonRow(code, words)));
}

function reasonRow(code, words) {
  const advice = words.reason[code];
  const row = make("li", "");
  row.dataset.reason = code;
  if (!advice) {
    row.append(make("b", "", code));
    return row;
  }
  const here = make("p", "");
  here.append(make("b", "", advice.title), make("span", "", advice.remedy));
  const other = make("p", "other", `${advice.title_other} · ${advice.remedy_other}`);
  other.lang = OTHER_LANGUAGE;
  row.append(here, other);
  return row;
}

function lamps(view, words) {
  for (const lamp of document.querySelectorAll(".lamp")) {
    const treasure = lamp.dataset.treasure;
    const light = view.lights[treasure];
    lamp.dataset.light = light;
    lamp.querySelector("use").setAttribute("href", `#i-${light}`);
    say(lamp.querySelector(".lamp-value"), measured(treasure, view, words));
    say(lamp.querySelector(".lamp-word"), words.light[light]);
  }
}

function measured(treasure, view, words) {
  if (treasure === "temperature" && view.temperatures_c.length) return celsius(view.temperatures_c.at(-1));
  if (treasure === "mask" && view.mask) return words.mask[view.mask];
  return "";
}

export function connection(view, words, now) {
  const link = view.connection;
  const label = words.label;
  const node = id("connection");
  const online = link.enrolled && link.online;
  node.dataset.online = !link.enrolled ? "alone" : online ? "yes" : "no";
  const how = !link.enrolled ? label.stand_alone : online ? label.online : label.offline;
  say(node, link.unsent ? `${how} · ${link.unsent} ${label.unsent}` : how);
  say(id("trust"), link.trust_age_s === null ? "" : `${label.trust_age} ${ago(link.trust_age_s, label)}`);
  const since = link.last_receipt === null ? null : (now - link.last_receipt) / 1000;
  say(id("receipt"), since === null ? "" : `${label.last_receipt} ${ago(since, label)}`);
}

function ago(seconds, label) {
  if (seconds < 60) return label.ago_now;
  if (seconds < 3600) return put(label.ago_minutes, { n: Math.floor(seconds / 60) });
  if (seconds < 48 * 3600) return put(label.ago_hours, { n: Math.floor(seconds / 3600) });
  return put(label.ago_days, { n: Math.floor(seconds / 86400) });
}
