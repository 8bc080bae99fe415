// Signing off by itself: warns one minute before, keeps what was typed, then leaves.
// Several windows share one clock: work in one of them keeps all.

import { csrf, memory, user } from "./dom.js";

const SECONDS = Number(document.body.dataset.idleSeconds);
const WARNING = Math.min(60, Math.floor(SECONDS / 2));
const ASK_EVERY = 60000; // work in the page without a request is told to the server this often
const key = `fd-active:${user()}`;
const dialog = document.getElementById("idle");
let told = Date.now();

const mark = () => memory.set(key, Date.now());
const rest = () => (Date.now() - Math.max(memory.get(key) ?? 0, 0)) / 1000;
mark();

function active() {
  if (dialog?.open) return; // once warned, one says so
  mark();
  if (Date.now() - told > ASK_EVERY) stay();
}
for (const name of ["pointerdown", "keydown", "wheel"]) addEventListener(name, active, { passive: true });
document.addEventListener("htmx:after:request", (event) => {
  if (!event.detail?.ctx?.request?.headers?.["X-Quiet"]) told = Date.now();
});

async function stay() {
  told = Date.now();
  mark();
  dialog?.close();
  const url = document.body.dataset.stayUrl;
  if (!url) return;
  const headers = { "X-CSRFToken": csrf(), "HX-Request": "true", "HX-Current-URL": location.href };
  const answer = await fetch(url, { method: "POST", headers }).catch(() => null);
  const elsewhere = answer?.headers.get("HX-Redirect");
  if (elsewhere) location.assign(elsewhere);
}


function leave() {
  document.dispatchEvent(new CustomEvent("drafts:save"));
  const form = document.createElement("form");
  form.method = "post";
  form.action = document.body.dataset.logoutUrl;
  const fields = { csrfmiddlewaretoken: csrf(), next: `${document.body.dataset.loginUrl}?ended=1&next=${encodeURIComponent(location.pathname + location.search)}` };
  for (const [name, value] of Object.entries(fields)) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(form);
  form.submit();
}

setInterval(() => {
  const left = Math.ceil(SECONDS - rest());
  if (left <= 0) { leave(); return; }
  if (left > WARNING) { if (dialog?.open) dialog.close(); return; }
  if (dialog && !dialog.open) {
    document.dispatchEvent(new CustomEvent("drafts:save"));
    for (const other of document.querySelectorAll("dialog[open]")) other.close();
    dialog.showModal();
  }
  const number = dialog?.querySelector("[data-left]");
  if (number) number.textContent = left;
}, 1000);

dialog?.querySelector("[data-stay]").addEventListener("click", stay);
dialog?.querySelector("[data-leave]").addEventListener("click", leave);
dialog?.addEventListener("cancel", stay);
