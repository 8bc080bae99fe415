// An answer given while the network is down waits in this browser and is sent once, when it is
// back, from this tab or from one opened later: form[data-queue]. Every form carries a key of its
// own, or is kept once a day by the server, so that what did arrive counts no second time.
//
// What can't be saved when it arrives, because somebody changed the same or the visit is gone, is
// said in the server's words. A session that ended meanwhile asks to sign in; the answer waits on.
//
// A form of another page, sent at the moment the server died, waits here too (main.js).
//
// Kept is what was typed into that one form, for at most twelve hours, and never an address with
// its secret; pictures and files beside it (files.js). It goes when it was sent, and when the
// office's tablet clears itself.

import { csrf, filesIn, inTab, mark, memory, newKey, user } from "./dom.js";
import { drop as dropFiles, keep as keepFiles, kept as keptFiles } from "./files.js";
import { toast } from "./panels.js";

const RETRY = 4000;
const PATIENCE = 20_000;
const PATIENCE_FOR_FILES = 180_000; // a picture takes its time where the network is thin
const HOURS = 12;
const UNDER_WAY = 60_000; // another tab may still hear an answer
const SIGN_IN = "/account/login/";
const secret = location.pathname.match(/^\/l\/([^/]+)\//)?.[1]; // pages behind a link know nobody
const root = secret ? `/l/${secret}/` : "/";
const mine = `fd-kept:${mark(secret ?? user())}:`;
const noteOf = () => document.querySelector("[data-queue-note]");
let timer = 0;

function drop(key) {
  if (memory.get(key)?.hasFiles) dropFiles(key);
  memory.drop(key);
}

for (const key of memory.keys("fd-kept:")) {
  const held = memory.get(key);
  if (!held || Date.now() - held.at > HOURS * 3_600_000) drop(key);
}

// The key of what is kept, or nothing where it can't be.
async function keep(form, submitter) {
  const pairs = [...new FormData(form, submitter)];
  const said = new URLSearchParams(pairs.filter(([, value]) => typeof value === "string"));
  said.delete("csrfmiddlewaretoken");
  const path = new URL(form.action || location.href).pathname.slice(root.length);
  const files = filesIn(pairs);
  const once = newKey();
  if (files.length) said.set("once", once); // one page may send several
  const key = mine + path + (files.length ? `#${once}` : "");
  if (files.length && !await keepFiles(key, files)) return null;
  memory.set(key, { at: Date.now(), path, said: said.toString(), hasFiles: files.length > 0 });
  return memory.get(key) && key;
}

async function bodyOf(key, held) {
  const said = new URLSearchParams(held.said);
  if (!secret) said.set("csrfmiddlewaretoken", csrf());
  if (!held.hasFiles) return said;
  const files = await keptFiles(key);
  if (!files) return null;
  const body = new FormData();
  for (const [name, value] of [...said, ...files]) body.append(name, value);
  return body;
}

// True when the server has answered, whatever it says; what it can't answer now waits on.
async function send(key) {
  const held = memory.get(key);
  if (!held) return { is_answered: true };
  const body = await bodyOf(key, held);
  if (!body) { drop(key); toast({ text: word("gone"), tone: "red" }); return { is_answered: true }; }
  const answer = await fetch(root + held.path, {
    method: "POST", body, headers: { "X-Queued": "1" }, signal: AbortSignal.timeout(held.hasFiles ? PATIENCE_FOR_FILES : PATIENCE),
  }).catch(() => null);
  if (!answer || answer.status >= 500 || answer.status === 429) return { is_answered: false };
  if (answer.redirected && new URL(answer.url).pathname === SIGN_IN) {
    location.assign(`${SIGN_IN}?${new URLSearchParams({ next: location.pathname, ended: "1" })}`);
    return { is_answered: false };
  }
  drop(key);
  return { is_answered: true, answer };
}

async function sendAll() {
  clearTimeout(timer);
  let last = null;
  for (const key of memory.keys(mine)) {
    const held = memory.get(key);
    if (held?.isSending && Date.now() - held.at < UNDER_WAY) continue;
    const { is_answered, answer } = await send(key);
    if (!is_answered) { wait(); return; }
    last = answer ? { answer, held } : last;
    if (answer && !answer.ok) break;
  }
  const note = noteOf();
  if (note) note.hidden = true;
  if (!last) return;
  if (last.held.once) await showOf(last.answer, last.held);
  else await show(last.answer);
}

// A form of any page: what came of it is said where one is, and opened where it was sent from.
async function showOf(answer, held) {
  const isHere = location.href === held.from;
  if (!answer.ok) { if (isHere) await show(answer); else toast({ text: `${word("unsent")} ${held.says}`, tone: "red" }); return; }
  if (held.draft) endDraft(held.draft);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const line = page.querySelector("#toasts [data-toast]");
  const text = [word("sent"), line?.querySelector("span").textContent.trim()].filter(Boolean).join(" ");
  const told = { text, tone: line?.dataset.tone, undo: line?.querySelector("[data-undo]")?.dataset.undo };
  if (isHere && !answer.redirected) { // the answer itself is the page
    draw(page.querySelector("main"));
    toast(told);
    return;
  }
  if (!isHere) { toast(told); document.dispatchEvent(new CustomEvent("live:all")); return; }
  inTab.set("fd-toasts", [told]);
  location.assign(answer.url);
}

function endDraft(name) { // also in forms that show it: they would keep it again as they are left
  for (const form of document.querySelectorAll("form[data-draft]")) if (form.dataset.draft === name) form.draftIsDone?.();
  memory.drop(`fd-draft:${user()}:${name}`);
}

function draw(main) {
  document.querySelector("main").replaceWith(document.adoptNode(main));
  document.dispatchEvent(new CustomEvent("fd-drawn"));
}

async function show(answer) {
  const note = noteOf();
  if (answer.redirected && note) { location.assign(answer.url); return; }
  if (answer.ok && !note) { toast({ text: word("sent") }); return; } // from another page than the one it is of
  const page = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
  if (!page || answer.status >= 400 && answer.status !== 422) { tellWhy(page); return; }
  draw(page); // the page itself says why
  page.querySelector(".is-invalid, [aria-invalid=true], [role=alert]")?.focus();
}

// The page stays as it is; what came of the answer stands above it until it is read.
function tellWhy(page) {
  const note = noteOf();
  sending(false);
  const said = [...page?.querySelectorAll("h1, h1 + p") ?? []].map((line) => line.textContent.trim());
  const text = [word("unsent"), ...said].join(" ");
  if (!note) { toast({ text, tone: "red" }); return; }
  note.textContent = text;
  note.dataset.tone = "red";
  note.setAttribute("role", "alert");
  note.hidden = false;
  note.scrollIntoView({ block: "nearest" });
  for (const button of document.querySelectorAll("form[data-queue] button")) button.disabled = false;
}
const word = (name) => document.getElementById("shell-words").content.querySelector(`[data-word="${name}"]`).textContent;

// "Sending …" stands only while it is true.
function sending(isSo, within = document) {
  for (const line of within.querySelectorAll("[data-sending]")) line.hidden = !isSo;
}

function wait() {
  const note = noteOf();
  sending(false);
  if (note) { note.hidden = false; note.scrollIntoView({ block: "nearest" }); }
  clearTimeout(timer);
  timer = setTimeout(() => one(sendAll), RETRY);
}

// Two tabs of one patient, or of one member of staff, send one after the other.
const one = (run) => (navigator.locks ? navigator.locks.request(mine, run) : run());

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-queue]")) return;
  if (navigator.onLine && !secret) return; // at the desk: the plain way, which needs no script
  event.preventDefault();
  keep(form, event.submitter).then((key) => {
    if (!key) { HTMLFormElement.prototype.submit.call(form); return; } // nowhere to keep it
    for (const button of form.querySelectorAll("button")) button.disabled = true;
    sending(true, form);
    one(sendAll);
  });
});
addEventListener("fd-kept", () => one(sendAll)); // from this very page (main.js)
addEventListener("online", () => one(sendAll));
addEventListener("fd-forget", () => memory.keys("fd-kept:").forEach(drop));
if (memory.keys(mine).length) one(sendAll);
