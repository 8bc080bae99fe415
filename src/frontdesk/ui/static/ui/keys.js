// The keyboard: move on lists, single letters on rows, `g` then a letter to go, `?` shows them all.
//
// A list is [data-list]; its rows are [data-row]. A row's keys are on elements inside it, or in the
// drawer, or anywhere on the page: data-key="e" data-says="Done". The nearest one wins. Of rows that one
// is not on, a letter presses none, unless a single row has it: it must not act on a stranger.

import { all, isShown, isTyping, memory } from "./dom.js";
import { drawerIsOpen, undoLast } from "./panels.js";

const OFF = "fd-letters-off"; // who speaks to the machine, or types by accident, turns letters off
let going = 0; // when `g` was pressed

const rows = () => all("[data-list] [data-row]").filter(isShown);
const current = () => document.activeElement?.closest("[data-row]") ?? document.querySelector("[data-row].is-here");

function move(step) {
  const list = rows();
  if (!list.length) return;
  const at = list.indexOf(current());
  arrive(list[Math.min(Math.max(at + step, 0), list.length - 1)] ?? list[0]);
}

// Lists that stand side by side are lanes: the arrows lead from one to the next that has a row.
const lanes = () => all("[data-list]").map((list) => all("[data-row]", list).filter(isShown)).filter((list) => list.length);

function moveAcross(step) {
  if (document.querySelector("[data-plan], [data-step]")) return false; // the schedule's arrows are days
  const list = lanes();
  const at = list.findIndex((lane) => lane.includes(current()));
  const next = at < 0 ? null : list[at + step];
  if (next) arrive(next[0]);
  return Boolean(next);
}

function arrive(next) {
  rows().forEach((row) => row.classList.toggle("is-here", row === next));
  const target = next.matches("a, button, [tabindex]") ? next : next.querySelector("a, button") ?? next;
  target.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function withKey(key) {
  const selector = `[data-key="${CSS.escape(key)}"]`;
  const menu = document.querySelector("details.menu[open]"); // an open menu's letters are its own
  const places = [menu, drawerIsOpen() ? document.getElementById("drawer") : null, current(), document.getElementById("main"), document];
  for (const place of places) {
    const found = place ? all(selector, place).filter((element) => isShown(element) && !element.disabled) : [];
    const own = found.find((element) => isOfPlace(element, place)) ?? (found.length === 1 ? found[0] : null);
    if (own) return own;
  }
  return null;
}

function isOfPlace(element, place) {
  const row = element.closest("[data-row]");
  return !row || row === place || row.contains(place);
}

function press(element) {
  if (isTypingField(element)) { element.focus(); element.select?.(); return; }
  element.click();
  if (element.matches("summary")) element.focus();
}
const isTypingField = (element) => element.matches("input:not([type=checkbox]), textarea, select");

function open() {
  const row = current();
  const target = row?.matches("a, button") ? row : row?.querySelector("[data-open], a");
  if (target) target.click();
}

function go(key) {
  const link = all(`[data-go="${CSS.escape(key)}"]`).find(Boolean);
  if (link) link.click();
  return Boolean(link);
}

function select() {
  current()?.querySelector("input[type=checkbox]")?.click();
}

const across = { ArrowLeft: -1, ArrowRight: 1 };
const steps = { j: () => move(1), k: () => move(-1), x: select, "?": () => sheet() };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
  const { key } = event;
  if (memory.get(OFF) && key.length === 1) return;
  if (going && Date.now() - going < 1500) {
    going = 0;
    if (go(key)) event.preventDefault();
    return;
  }
  if (key === "g") { going = Date.now(); return; }
  if (key === "Enter") { pressEnter(event); return; }
  if (key in across && !drawerIsOpen() && !event.target.matches("input") && moveAcross(across[key])) { event.preventDefault(); return; }
  if (key.length > 1) return;
  const element = withKey(key);
  if (element) { event.preventDefault(); press(element); return; }
  if (key === "u" && document.querySelector("#toasts [data-undo]")) { event.preventDefault(); undoLast(); return; }
  if (steps[key]) { event.preventDefault(); steps[key](); }
});

// A click anywhere on a row opens it, as its shade under the mouse promises; what stands in it and can be
// pressed or typed in does its own, so does the cell of a box to tick, and text that was just marked to be
// copied stays marked.
const ROW_LINK = "a:is([data-open], .row-link, .work-main)";
const ACTS_ITSELF = "a, button, input, select, textarea, label, summary, details, form, [role=button], [popover]";
document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const row = event.target.closest?.("[data-list] :is(tr, .work-row)[data-row]");
  if (!row || event.target.closest(ACTS_ITSELF)?.closest("[data-row]") === row) return;
  if (event.target.closest("td")?.querySelector("input") || document.getSelection()?.type === "Range") return;
  row.querySelector(ROW_LINK)?.click();
});

// [data-opens-row] opens the row that one is on beside it; before one has moved, the first.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-opens-row]");
  if (!button) return;
  const here = all("[data-list] [data-row]", button.closest("#drawer") ?? document).filter(isShown);
  const row = here.find((one) => one.classList.contains("is-here")) ?? here[0];
  const target = row?.matches("a, button") ? row : row?.querySelector("a, button");
  target?.click();
});

// Enter is the next step: of the row one is on, or of the page when nothing else has the focus.
function pressEnter(event) {
  const on = document.activeElement;
  if (on?.matches("a, button, summary, [role=button]")) return;
  const primary = withKey("Enter");
  if (current() && !drawerIsOpen()) { event.preventDefault(); open(); }
  else if (primary) { event.preventDefault(); press(primary); }
}

function line(keys, says) {
  const item = document.createElement("li");
  const text = document.createElement("span");
  text.textContent = says;
  const caps = document.createElement("span");
  for (const key of keys.split(" ")) {
    const cap = document.createElement("kbd");
    cap.className = "kbd";
    cap.textContent = key === "Enter" ? "↵" : key;
    caps.append(cap);
  }
  item.append(text, caps);
  return item;
}

function part(title, lines) {
  if (!lines.length) return "";
  const section = document.createElement("section");
  const head = document.createElement("h3");
  head.textContent = title;
  const list = document.createElement("ul");
  list.append(...lines);
  section.append(head, list);
  return section;
}

// The sheet is read from the page, so it can't go stale.
export function sheet() {
  const dialog = document.getElementById("keys-sheet");
  if (!dialog) return;
  const words = document.getElementById("keys-words").content;
  const word = (name) => words.querySelector(`[data-word="${name}"]`).textContent;
  const seen = new Set();
  const inOrder = ["#drawer [data-key]", "#main [data-key]", "[data-key]"]; // the page's own before the shell's
  const here = [...new Set(inOrder.flatMap((selector) => all(selector)))].filter((element) => {
    const key = element.dataset.key;
    const isNew = isShown(element) && !seen.has(key);
    if (isNew) seen.add(key); // a closed menu's letters are free for others
    return isNew;
  });
  const title = document.createElement("div");
  title.className = "dialog-body";
  title.append(Object.assign(document.createElement("h2"), { id: "keys-title", textContent: word("title") }));
  const columns = document.createElement("div");
  columns.className = "columns";
  const everywhere = [["Ctrl K", "search"], ["?", "sheet"], ["Esc", "close"], ["u", "undo"]];
  const lists = [["j", "down"], ["k", "up"], ["Enter", "open"], ["x", "select"]];
  if (lanes().length > 1) lists.push(["← →", "across"]);
  columns.append(
    part(word("everywhere"), everywhere.map(([keys, name]) => line(keys, word(name)))),
    part(word("go"), all("[data-go]").map((link) => line(`g ${link.dataset.go}`, link.dataset.says))),
    part(word("lists"), rows().length ? lists.map(([keys, name]) => line(keys, word(name))) : []),
    part(word("here"), here.map((element) => line(element.dataset.key, wordsOf(element)))),
  );
  dialog.replaceChildren(title, columns, lettersSwitch(word));
  if (!dialog.open) dialog.showModal();
}

function wordsOf(element) {
  const said = element.dataset.says || element.getAttribute("aria-label") || element.title;
  if (said) return said;
  const copy = element.cloneNode(true);
  all(".kbd", copy).forEach((cap) => cap.remove());
  return copy.textContent.trim();
}

function lettersSwitch(word) {
  const foot = document.createElement("div");
  foot.className = "dialog-foot";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn";
  button.textContent = word(memory.get(OFF) ? "letters-on" : "letters-off");
  button.addEventListener("click", () => {
    if (memory.get(OFF)) memory.drop(OFF);
    else memory.set(OFF, true);
    button.textContent = word(memory.get(OFF) ? "letters-on" : "letters-off");
  });
  foot.append(button);
  return foot;
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys-sheet]")) sheet();
  if (event.target.id === "keys-sheet") event.target.close();
});
