// A page of somebody who is signed in hears of changes, and signs off by itself. Both in one file:
// every page fetches both.

// Live changes: what is marked data-live="visits scheduling" asks for itself again when one of these
// rooms changes (data-live="*" for any). It needs hx-get, hx-trigger="live" and a morphing hx-swap.
// Nothing moves under the pointer: what one types in or has opened waits until one leaves it.

import { all, csrf, memory, say, user } from "./dom.js";

const url = document.body.dataset.liveUrl;
const LONGEST_PAUSE = 30000;
let pause = 1000;
let source = null;
let since = document.body.dataset.drawnAt; // what has changed before is on the page

const isHeld = (element) => element.querySelector("details.menu[open], [data-dragging]") || holdsTyping(element);
const holdsTyping = (element) =>
  element.contains(document.activeElement) && document.activeElement.matches("input, textarea, select");

const waiting = new Set();

function refresh(element) {
  if (isHeld(element)) { waiting.add(element); return; }
  waiting.delete(element);
  element.dispatchEvent(new CustomEvent("live"));
}

// Returns whether something on this page has changed.
function hear(rooms) {
  const touched = all("[data-live]").filter((element) => {
    const wanted = element.dataset.live.split(" ");
    return wanted.includes("*") || wanted.some((room) => rooms.includes(room));
  });
  touched.forEach(refresh);
  return touched.some((element) => element.dataset.live !== "*");
}

document.addEventListener("focusout", () => setTimeout(() => [...waiting].forEach(refresh), 200));
document.addEventListener("live:all", () => all("[data-live]").forEach(refresh));

// Refreshing by itself is no work of the person: it must not keep a session open.
document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.sourceEvent?.type === "live" || ctx.sourceElement?.dataset?.quiet !== undefined) {
    ctx.request.headers["X-Quiet"] = "1";
  }
  // What is on the page already need not be drawn again: the answer is then empty (204).
  const tag = ctx.sourceElement?.dataset?.tag;
  if (tag && ctx.request.method === "GET") ctx.request.headers["X-Seen"] = tag;
});

function listen() {
  source = new EventSource(`${url}?since=${encodeURIComponent(since)}`);
  source.addEventListener("hello", (event) => {
    pause = 1000;
    since = JSON.parse(event.data).at;
    document.body.dataset.listening = "yes";
  });
  source.addEventListener("change", (event) => {
    const { rooms, at, by, did, user } = JSON.parse(event.data);
    since = at;
    if (hear(rooms) && by && user !== document.body.dataset.user) say(`${by}: ${did}`);
  });
  source.addEventListener("ended", () => { stop(); location.reload(); });
  source.onerror = () => { stop(); setTimeout(listen, pause); pause = Math.min(pause * 2, LONGEST_PAUSE); };
}

function stop() {
  source?.close();
  source = null;
  document.body.dataset.listening = "no";
}

// A page nobody looks at lets go of its connection, and catches up when it is looked at again.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) stop();
  else if (!source) listen();
});
addEventListener("pagehide", stop);
listen();

// Signing off by itself: warns one minute before, keeps what was typed, then leaves.
// Several windows share one clock: work in one of them keeps all.
const SECONDS = Number(document.body.dataset.idleSeconds);

function watchOver() {
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
}
if (SECONDS) watchOver();
