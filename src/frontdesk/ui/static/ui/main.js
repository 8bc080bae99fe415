// Starts the shell. What every page needs is imported; the rest is fetched when a page asks for it.

import { all, cookie, memory, whenever } from "./dom.js";
import { toast, word } from "./panels.js";
import "./keys.js";
import "./sending.js";

const html = document.documentElement;

// A page from before an update asks for parts that are there no more. It says so; what is typed stays.
addEventListener("unhandledrejection", (event) => {
  if (!/module/i.test(event.reason?.message ?? "")) return;
  document.getElementById("palette")?.close();
  toast({ text: word(navigator.onLine ? "newer" : "lost"), tone: "red" });
});

// Light or dark follows the machine until somebody chooses.
function setShade(shade, chosen) {
  html.dataset.bsTheme = shade;
  cookie("fd-shade", shade);
  if (chosen) cookie("fd-shade-chosen", "1");
}
const machine = matchMedia("(prefers-color-scheme: dark)");
const isChosen = () => document.cookie.includes("fd-shade-chosen=1");
const follow = () => { if (!isChosen()) setShade(machine.matches ? "dark" : "light", false); };
machine.addEventListener("change", follow);
follow();

document.addEventListener("click", (event) => {
  const set = event.target.closest("[data-set]")?.dataset.set;
  if (set === "shade") setShade(html.dataset.bsTheme === "dark" ? "light" : "dark", true);
  if (set === "density") {
    html.dataset.density = html.dataset.density === "compact" ? "comfortable" : "compact";
    cookie("fd-density", html.dataset.density);
  }
  if (event.target.closest("[data-back]")) history.back();
  if (event.target.closest("[data-print]")) window.print();
});

// Waits stay true between two answers of the server.
function tick() {
  for (const element of all("[data-since]")) {
    const minutes = Math.max(0, Math.floor((Date.now() - Date.parse(element.dataset.since)) / 60000));
    const rest = element.dataset.rest ?? element.textContent.replace(/^[\d,]+/, "");
    element.dataset.rest = rest;
    const text = `${minutes}${rest}`;
    if (element.textContent !== text) element.textContent = text;
    const limit = Number(element.dataset.limit);
    element.classList.toggle("over", element.dataset.limit !== "" && minutes > limit);
  }
}
setInterval(tick, 10000);

// The thin line on top when an answer takes longer than a blink.
const busy = document.createElement("div");
busy.id = "busy";
document.body.append(busy);
let under_way = 0;
const isQuiet = (event) => event.detail?.ctx?.request?.headers?.["X-Quiet"];
document.addEventListener("htmx:before:request", (event) => {
  if (isQuiet(event)) return;
  under_way += 1;
  busy.classList.add("is-on");
});
document.addEventListener("htmx:finally:request", (event) => {
  if (isQuiet(event)) return;
  under_way = Math.max(0, under_way - 1);
  if (!under_way) busy.classList.remove("is-on");
});

// Answers that wait from a page that was left are sent from any page of the same person.
if (memory.keys("fd-kept:").length) import("./queue.js");
if (memory.get("fd-files")) import("./files.js").then(({ tidy }) => tidy());

// A page that is opened while nobody answers says so and what to do (ui/worker.js).
async function standIn() {
  await navigator.serviceWorker.register("/ui/worker.js", { scope: "/" }).catch(() => null);
}
if ("serviceWorker" in navigator) addEventListener("load", () => setTimeout(standIn, 5000));

// A page without a signed-in person has neither a session to end nor changes to hear of.
if (document.body.dataset.liveUrl) import("./live.js");
if (document.body.dataset.idleSeconds) import("./idle.js");

// A form sent as a whole page went through when the page it led to is ours and marks nothing wrong.
// After a failure one comes back by other ways, and the draft stays.
const sent = memory.get("fd-sent");
if (sent) {
  const isLedHere = performance.getEntriesByType("navigation")[0]?.type === "navigate" && document.referrer === sent.from;
  const isRefused = document.querySelector("form:not([data-example]) :is(.is-wrong, [role=alert])");
  if (document.body.dataset.user && isLedHere && !isRefused) memory.drop(sent.key);
  memory.drop("fd-sent");
}

const later = {
  "form[data-draft]": () => import("./drafts.js"),
  "[data-combobox]": () => import("./combobox.js"),
  "[data-signature]": () => import("./signature.js"),
  "[data-capture]": () => import("./capture.js"),
  "[data-hold]": () => import("../scheduling/hold.js"),
  "[data-plan]": () => import("../scheduling/plan.js"),
  "[data-alarm]": () => import("../visits/alarm.js"),
  "[data-notice]": () => import("../visits/notice.js"),
};
for (const [selector, load] of Object.entries(later)) {
  whenever(selector, async (element) => (await load()).start(element));
}

// The field takes letters at once; what answers them may still be on its way.
async function openPalette() {
  const dialog = document.getElementById("palette");
  const input = document.getElementById("palette-q");
  if (dialog.open) { input.select(); return; }
  if (document.querySelector("dialog[open]")) return;
  const from = document.activeElement;
  input.value = "";
  dialog.showModal();
  input.focus();
  (await import("./palette.js")).begin(from);
}
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-palette]")) openPalette();
});
document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey) {
    event.preventDefault();
    openPalette();
  }
});
