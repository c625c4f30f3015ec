"use strict";
// Pages work without this file, except for copying and printing, whose buttons it reveals.
// A second press while the first one is on its way would do the same twice.
const PATIENCE_MS = 3000;
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
  if (event.defaultPrevented || event.target.hasAttribute("hx-post")) return;
  const sent = Number(event.target.dataset.sent);
  if (sent && Date.now() - sent < PATIENCE_MS) return event.preventDefault();
  event.target.dataset.sent = String(Date.now());
  waiting(event.target, true);
});
// What takes long says so, and can't be pressed again until its page is there.
function waiting(form, yes) {
  const notice = form.querySelector("[data-wait]");
  if (!notice) return;
  notice.hidden = !yes;
  for (const button of form.querySelectorAll("button[type=submit]")) button.disabled = yes;
}
window.addEventListener("pageshow", () => {
  for (const form of document.forms) waiting(form, false);
});
document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-print], [data-copy]");
  if (target && "print" in target.dataset) window.print();
  if (target && target.dataset.copy) {
    const source = document.getElementById(target.dataset.copy);
    navigator.clipboard.writeText(source.textContent.trim()).then(() => {
      target.textContent = target.dataset.done;
    });
  }
  for (const open of document.querySelectorAll("details.who[open], details.act[open]")) {
    if (!open.contains(event.target)) open.removeAttribute("open");
  }
});
document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("[data-print], [data-copy]")) button.hidden = false;
});
// A sign-in that ended shows the sign-in page instead of an empty list.
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status === 401) window.location.reload();
});
