"use strict";
// The code of an invitation stands behind the #, which is sent to no server: it goes into the form
// and out of the address, so that it stays in no history.
document.addEventListener("DOMContentLoaded", () => {
  const field = document.querySelector("[data-fragment]");
  const code = decodeURIComponent(window.location.hash.slice(1));
  if (!field || !code) return;
  window.history.replaceState(null, "", window.location.pathname);
  field.value = code;
  field.form.requestSubmit();
});
