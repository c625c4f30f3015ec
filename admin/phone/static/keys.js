// The phone's own key: made here, kept here, and no script can read it out, not even this one.

const KINDS = [
  { algorithm: "Ed25519", made: { name: "Ed25519" }, signs: { name: "Ed25519" } },
  {
    algorithm: "ES256",
    made: { name: "ECDSA", namedCurve: "P-256" },
    signs: { name: "ECDSA", hash: "SHA-256" },
  },
];
const STORE = "held";

export const madeKey = async () => {
  for (const { algorithm, made } of KINDS) {
    try {
      const pair = await crypto.subtle.generateKey(made, false, ["sign", "verify"]);
      return { algorithm, pair };
    } catch (fault) {
      if (fault.name !== "NotSupportedError") throw fault;
    }
  }
  throw new Error("this browser has no key that can sign");
};

export const publicOf = async ({ pair }) =>
  new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));

export const signature = async ({ algorithm, pair }, bytes) => {
  const { signs } = KINDS.find((kind) => kind.algorithm === algorithm);
  return new Uint8Array(await crypto.subtle.sign(signs, pair.privateKey, bytes));
};

const answered = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const opened = () => {
  const request = indexedDB.open("sibao", 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return answered(request);
};

const within = async (mode, act) => {
  const db = await opened();
  try {
    return await answered(act(db.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    db.close();
  }
};

// "wanted": a key that waits for its pass. "pass": a key and the pass that names it.
// "unsent": a signed declaration that the server does not have yet. "declared": the day of the last one.
export const read = (name) => within("readonly", (store) => store.get(name));
export const write = (name, value) => within("readwrite", (store) => store.put(value, name));
export const forget = (name) => within("readwrite", (store) => store.delete(name));
