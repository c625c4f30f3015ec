"use strict";
// Passkeys: asks the server what to sign, the authenticator to sign it, and sends the answer as a
// form. Without WebAuthn in the browser the buttons stay hidden, and the password does.
const bytes = (text) => {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (char) => char.charCodeAt(0));
};
const text = (buffer) => {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
};
const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

async function made(options) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: known(options.excludeCredentials),
  };
  const key = await navigator.credentials.create({ publicKey });
  return told(key, {
    clientDataJSON: text(key.response.clientDataJSON),
    attestationObject: text(key.response.attestationObject),
    transports: key.response.getTransports ? key.response.getTransports() : [],
  });
}

async function shown(options) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: known(options.allowCredentials),
  };
  const key = await navigator.credentials.get({ publicKey });
  const { response } = key;
  return told(key, {
    clientDataJSON: text(response.clientDataJSON),
    authenticatorData: text(response.authenticatorData),
    signature: text(response.signature),
    userHandle: response.userHandle ? text(response.userHandle) : null,
  });
}

const told = (key, response) =>
  JSON.stringify({ id: key.id, rawId: text(key.rawId), type: key.type, response });

async function run(form) {
  const notice = form.querySelector("[data-passkey-failed]");
  if (notice) notice.hidden = true;
  const button = form.querySelector("button[type=submit]");
  button.disabled = true;
  try {
    const headers = { "X-CSRFToken": form.elements.csrf_token.value };
    const asked = await fetch(form.dataset.options, { method: "POST", headers });
    if (!asked.ok) throw new Error(asked.status);
    const options = await asked.json();
    form.elements.answer.value = await (form.dataset.passkey === "make" ? made : shown)(options);
    form.submit();
  } catch {
    if (notice) notice.hidden = false;
    button.disabled = false;
    button.focus();
  }
}

document.addEventListener("DOMContentLoaded", () => {
  const able = Boolean(window.PublicKeyCredential);
  for (const form of document.querySelectorAll("form[data-passkey]")) form.hidden = !able;
  for (const note of document.querySelectorAll("[data-passkey-unable]")) note.hidden = able;
});
document.addEventListener("submit", (event) => {
  if (!event.target.dataset.passkey) return;
  event.preventDefault();
  if (event.target.reportValidity()) run(event.target);
});
