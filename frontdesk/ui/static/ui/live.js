// Live changes: what is marked data-live="visits scheduling" asks for itself again when one of these
// rooms changes (data-live="*" for any). It needs hx-get, hx-trigger="live" and a morphing hx-swap.
// Nothing moves under the pointer: what one types in or has opened waits until one leaves it.

import { all, say } from "./dom.js";

const url = document.body.dataset.liveUrl;
const LONGEST_PAUSE = 30000;
let pause = 1000;
let source = null;

const isHeld = (element) => element.querySelector("details.menu[open], [data-dragging]") || holdsTyping(element);
const holdsTyping = (element) =>
  element.contains(document.activeElement) && document.activeElement.matches("input, textarea, select");

const waiting = new Set();

function refresh(element) {
  if (isHeld(element)) { waiting.add(element); return; }
  waiting.delete(element);
  element.dispatchEvent(new CustomEvent("live"));
}

function hear(rooms) {
  for (const element of all("[data-live]")) {
    const wanted = element.dataset.live.split(" ");
    if (wanted.includes("*") || wanted.some((room) => rooms.includes(room))) refresh(element);
  }
}

document.addEventListener("focusout", () => setTimeout(() => [...waiting].forEach(refresh), 200));
document.addEventListener("live:all", () => all("[data-live]").forEach(refresh));

// Refreshing by itself is no work of the person: it must not keep a session open.
document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.sourceEvent?.type === "live" || ctx.sourceElement?.dataset?.quiet !== undefined) {
    ctx.request.headers["X-Quiet"] = "1";
  }
});

function listen() {
  source = new EventSource(url);
  source.addEventListener("hello", () => { pause = 1000; document.body.dataset.live = "on"; });
  source.addEventListener("change", (event) => {
    const { rooms, by, user } = JSON.parse(event.data);
    hear(rooms);
    if (by && user !== document.body.dataset.user) say(by);
  });
  source.addEventListener("ended", () => { stop(); location.reload(); });
  source.onerror = () => { stop(); setTimeout(listen, pause); pause = Math.min(pause * 2, LONGEST_PAUSE); };
}

function stop() {
  source?.close();
  source = null;
  document.body.dataset.live = "off";
}

// A page nobody looks at lets go of its connection, and catches up when it is looked at again.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) stop();
  else if (!source) { listen(); all("[data-live]").forEach(refresh); }
});
addEventListener("pagehide", stop);
listen();
