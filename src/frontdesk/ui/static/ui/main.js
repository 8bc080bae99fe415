// Starts the shell. What every page needs is imported; the rest is fetched when a page asks for it.

import { all, cookie, filesIn, inTab, isKeepable, mark, memory, newKey, user, whenever } from "./dom.js";
import { toast, word } from "./panels.js";
import "./keys.js";

// A form that is sent goes under a key (core/once.py), so that it counts once however often it comes.
// What is sent the plain way is kept in this browser until the server has answered. When it died at
// that moment, queue.js sends the same under the same key; files with it, unless they are very
// large. Not kept: passwords, signing in and out, form[data-once="off"].
const FIELD = "once";
const ANSWERED = "fd-once-"; // the cookie that says so, with the key in its name
const UNSURE = "fd-sending"; // what this tab has sent and heard nothing of yet
const MOMENT = 3000; // a second press within it is the first one's

// Fetched as soon as a page can take a file: when the network has died it is too late to ask for it.
const keeper = () => import("./files.js");
whenever("input[type=file]", keeper);

const isAnswered = (key) => document.cookie.includes(`${ANSWERED}${key}=`);
const forget = (key) => { document.cookie = `${ANSWERED}${key}=; path=/; max-age=0`; };
const keyOf = (once) => `fd-kept:${mark(user())}:${once}`;

// What this tab had sent before this page: either an answer came, or it is sent again from here.
function settle() {
  const held = inTab.get(UNSURE);
  if (!held) return;
  const said = memory.get(held.key);
  if (isAnswered(held.once)) { if (said?.hasFiles) keeper().then(({ drop }) => drop(held.key)); memory.drop(held.key); }
  else if (said) memory.set(held.key, { ...said, isSending: false });
  forget(held.once);
  inTab.drop(UNSURE);
}
settle();
addEventListener("pageshow", (event) => { if (event.persisted) settle(); });

const addressOf = (form, button) => // a field may be called "action"
  new URL(button?.getAttribute("formaction") ?? form.getAttribute("action") ?? "", location.href);
const isKept = (form) => document.body.dataset.user &&
  form.dataset.once !== "off" && !addressOf(form).pathname.startsWith("/account/") && !form.querySelector("[type=password]") &&
  isKeepable(filesIn(new FormData(form)));

const isPost = (form) => form.getAttribute("method")?.toLowerCase() === "post";
const ready = new WeakMap(); // forms whose files are kept by now, and under which key
addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.hasAttribute("hx-post") || !isPost(form)) return;
  const now = Date.now();
  if (!ready.has(form)) {
    if (now - Number(form.dataset.sentAt ?? 0) < MOMENT) { event.preventDefault(); return; }
    form.dataset.sentAt = now;
  }
  if (!isKept(form)) return;
  const files = filesIn(new FormData(form));
  let once = ready.get(form);
  ready.delete(form);
  if (!once) {
    once = newKey();
    if (files.length) { // it goes as soon as they are kept
      event.preventDefault();
      keeper().then(({ keep }) => keep(keyOf(once), files)).catch(() => false).then((isHeld) => {
        if (!isHeld) { HTMLFormElement.prototype.submit.call(form); return; }
        ready.set(form, once);
        form.requestSubmit(event.submitter);
      });
      return;
    }
  }
  let field = form.querySelector(`input[name=${FIELD}]`);
  if (!field) form.append(field = Object.assign(document.createElement("input"), { type: "hidden", name: FIELD }));
  field.value = once;
  const button = event.submitter;
  const said = new URLSearchParams([...new FormData(form, button)].filter(([, value]) => typeof value === "string"));
  said.delete("csrfmiddlewaretoken");
  const { pathname, search } = addressOf(form, button);
  const key = keyOf(once);
  const words = [...button?.childNodes ?? []].filter((part) => part.nodeType === Node.TEXT_NODE);
  const says = words.map((part) => part.textContent.trim()).find(Boolean) ?? "";
  memory.set(key, {
    at: now, path: pathname.slice(1) + search, said: said.toString(), from: location.href, says, once,
    draft: form.dataset.draft, isSending: true, hasFiles: files.length > 0,
  });
  inTab.set(UNSURE, { key, once, from: location.href, says });
  const watch = setInterval(() => { // an answer that is no page, as a file to keep, leaves this one standing
    if (!isAnswered(once)) return;
    clearInterval(watch);
    settle();
  }, 2000);
});

// With htmx the page stays and nothing typed is lost; pressed again, the same goes under the same key.
// Files are kept and sent from here on: many go by themselves as soon as they are chosen.
const unanswered = new Map();
const written = (value) => (value instanceof File ? `${value.name} ${value.size} ${value.lastModified}` : value);
const contentOf = ({ request }) =>
  `${request.action} ${new URLSearchParams([...(request.body ?? [])].map(([name, value]) => [name, written(value)]))}`;
document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (ctx.request.method !== "POST" || ctx.request.headers["X-Quiet"]) return;
  const before = unanswered.get(contentOf(ctx));
  ctx.request.headers["X-Once"] = before ?? newKey();
  if (before) ctx.request.headers["X-Queued"] = "1";
});
document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  const once = ctx?.request?.headers?.["X-Once"];
  if (!once || ctx.response) return;
  unanswered.set(contentOf(ctx), once);
  keepUnanswered(ctx, once);
});
async function keepUnanswered({ request }, once) {
  const pairs = [...(request.body ?? [])];
  const files = filesIn(pairs);
  const key = keyOf(once);
  if (!files.length || !document.body.dataset.user) return;
  if (!await keeper().then(({ keep }) => keep(key, files)).catch(() => false)) return;
  const said = new URLSearchParams(pairs.filter(([, value]) => typeof value === "string"));
  said.delete("csrfmiddlewaretoken");
  said.set(FIELD, once);
  const { pathname, search } = new URL(request.action, location.href);
  const says = files.map(([, file]) => file.name).join(", ");
  memory.set(key, { at: Date.now(), path: pathname.slice(1) + search, said: said.toString(), from: location.href, says, once, hasFiles: true });
  toast({ text: document.getElementById("shell-words").content.querySelector("[data-word=filed]").textContent });
  await import("./queue.js");
  dispatchEvent(new Event("fd-kept"));
}
document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  if (ctx.response) unanswered.delete(contentOf(ctx));
});

// The shell itself.
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
if (document.body.dataset.liveUrl) import("./signed-in.js");

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
};
for (const [selector, load] of Object.entries(later)) {
  whenever(selector, async (element) => (await load()).start(element));
}

// What is news to the person is told once on this machine, quietly.
const NOTICES = 200;
const AFTER_UNDO = 6000; // milliseconds: what can be undone stays on the screen first
function tell(element) {
  if (document.querySelector("#toasts [data-undo]")) { setTimeout(() => tell(element), AFTER_UNDO); return; }
  const told = memory.get("fd-notices") ?? [];
  if (told.includes(element.dataset.notice)) return;
  memory.set("fd-notices", [...told, element.dataset.notice].slice(-NOTICES));
  toast({ text: element.textContent, tone: "blue" });
}
whenever("[data-notice]", tell);

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
