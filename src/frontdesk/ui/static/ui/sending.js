// A form that is sent goes under a key (core/once.py), so that it counts once however often it comes.
// What is sent the plain way is kept in this browser until the server has answered. When it died at
// that moment, queue.js sends the same under the same key. Not kept: passwords, files, signing in
// and out, form[data-once="off"].

import { inTab, mark, memory, user } from "./dom.js";

const FIELD = "once";
const ANSWERED = "fd-once-"; // the cookie that says so, with the key in its name
const UNSURE = "fd-sending"; // what this tab has sent and heard nothing of yet
const MOMENT = 3000; // a second press within it is the first one's

const isAnswered = (key) => document.cookie.includes(`${ANSWERED}${key}=`);
const forget = (key) => { document.cookie = `${ANSWERED}${key}=; path=/; max-age=0`; };

function newKey() { // randomUUID is missing where the office is opened without https
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// What this tab had sent before this page: either an answer came, or it is sent again from here.
function settle() {
  const held = inTab.get(UNSURE);
  if (!held) return;
  const said = memory.get(held.key);
  if (isAnswered(held.once)) memory.drop(held.key);
  else if (said) memory.set(held.key, { ...said, isSending: false });
  forget(held.once);
  inTab.drop(UNSURE);
}
settle();
addEventListener("pageshow", (event) => { if (event.persisted) settle(); });

const addressOf = (form, button) => // a field may be called "action"
  new URL(button?.getAttribute("formaction") ?? form.getAttribute("action") ?? "", location.href);
const isKept = (form) => form.getAttribute("method")?.toLowerCase() === "post" && document.body.dataset.user &&
  form.dataset.once !== "off" && !addressOf(form).pathname.startsWith("/account/") && !form.querySelector("[type=password]") &&
  ![...form.querySelectorAll("[type=file]")].some((field) => field.files.length);

addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.hasAttribute("hx-post") || !isKept(form)) return;
  const now = Date.now();
  if (now - Number(form.dataset.sentAt ?? 0) < MOMENT) { event.preventDefault(); return; }
  form.dataset.sentAt = now;
  const once = newKey();
  let field = form.querySelector(`input[name=${FIELD}]`);
  if (!field) form.append(field = Object.assign(document.createElement("input"), { type: "hidden", name: FIELD }));
  field.value = once;
  const button = event.submitter;
  const said = new URLSearchParams(new FormData(form, button));
  said.delete("csrfmiddlewaretoken");
  const { pathname, search } = addressOf(form, button);
  const key = `fd-kept:${mark(user())}:${once}`;
  const words = [...button?.childNodes ?? []].filter((part) => part.nodeType === Node.TEXT_NODE);
  const says = words.map((part) => part.textContent.trim()).find(Boolean) ?? "";
  memory.set(key, {
    at: now, path: pathname.slice(1) + search, said: said.toString(), from: location.href, says, once,
    draft: form.dataset.draft, isSending: true,
  });
  inTab.set(UNSURE, { key, once, from: location.href, says });
  const watch = setInterval(() => { // an answer that is no page, as a file to keep, leaves this one standing
    if (!isAnswered(once)) return;
    clearInterval(watch);
    settle();
  }, 2000);
});

// With htmx the page stays and nothing typed is lost; pressed again, the same goes under the same key.
const unanswered = new Map();
const contentOf = ({ request }) => {
  const parts = [...(request.body ?? [])];
  return parts.some((part) => part[1] instanceof File) ? "" : `${request.action} ${new URLSearchParams(parts)}`;
};
document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (ctx.request.method !== "POST" || ctx.request.headers["X-Quiet"]) return;
  const before = unanswered.get(contentOf(ctx));
  ctx.request.headers["X-Once"] = before ?? newKey();
  if (before) ctx.request.headers["X-Queued"] = "1";
});
document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  const once = ctx?.request?.headers?.["X-Once"];
  if (once && !ctx.response && contentOf(ctx)) unanswered.set(contentOf(ctx), once);
});
document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  if (ctx.response) unanswered.delete(contentOf(ctx));
});
