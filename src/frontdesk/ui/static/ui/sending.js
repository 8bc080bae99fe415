// A form that is sent goes under a key (core/once.py), so that it counts once however often it comes.
// What is sent the plain way is kept in this browser until the server has answered. When it died at
// that moment, queue.js sends the same under the same key; files with it, unless they are very
// large. Not kept: passwords, signing in and out, form[data-once="off"].

import { filesIn, inTab, isKeepable, mark, memory, newKey, user, whenever } from "./dom.js";
import { toast } from "./panels.js";

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
const isKept = (form) => form.getAttribute("method")?.toLowerCase() === "post" && document.body.dataset.user &&
  form.dataset.once !== "off" && !addressOf(form).pathname.startsWith("/account/") && !form.querySelector("[type=password]") &&
  isKeepable(filesIn(new FormData(form)));

const ready = new WeakMap(); // forms whose files are kept by now, and under which key
addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.hasAttribute("hx-post") || !isKept(form)) return;
  const now = Date.now();
  const files = filesIn(new FormData(form));
  let once = ready.get(form);
  ready.delete(form);
  if (!once) {
    if (now - Number(form.dataset.sentAt ?? 0) < MOMENT) { event.preventDefault(); return; }
    form.dataset.sentAt = now;
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
