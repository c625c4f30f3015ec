// Asking the gate what it shows, and telling it what was pressed.

const ANSWER_MS = 2500;
const PAUSE_MS = 100;
const RETRY_MS = 400;

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

export async function ask(path, options = {}) {
  const response = await fetch(path, {
    cache: "no-store",
    signal: AbortSignal.timeout(ANSWER_MS),
    ...options,
  });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response;
}

// The gate answers at once when something is new and within a second when nothing is.
export async function follow(onState) {
  let version = -1;
  for (;;) {
    try {
      const state = await (await ask(`/state.json?after=${version}`)).json();
      version = state.version;
      onState(state);
      await pause(PAUSE_MS);
    } catch {
      version = -1;
      await pause(RETRY_MS);
    }
  }
}

// "" when the gate took it, else the code of what is wrong.
export async function press(act) {
  const token = document.querySelector("meta[name=act-token]")?.content ?? "";
  try {
    const response = await fetch("/act", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Sibao-Token": token },
      body: JSON.stringify(act),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    if (response.ok) return "";
    return (await response.json()).error;
  } catch {
    return "unreachable";
  }
}
