// Live changes: what is marked data-live="visits scheduling" asks for itself again when one of these
// rooms changes (data-live="*" for any). It needs hx-get, hx-trigger="live" and a morphing hx-swap.
// Nothing moves under the pointer: what one types in or has opened waits until one leaves it.

import { all, say } from "./dom.js";

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
