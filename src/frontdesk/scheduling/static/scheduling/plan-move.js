// A visit in the hand: by mouse, by a long press, or by keyboard. While it moves the office is asked
// whether it fits, and what is in the way stands at it in words. Nothing on the page is drawn anew
// meanwhile; what changed is drawn when it is let go.

import { say } from "../ui/dom.js";
import { openDrawer, toast } from "../ui/panels.js";
import { columns, inTheWay, instant, number, place, under, wall, words, MINUTES } from "./plan-grid.js";

const EVERY = 120; // milliseconds between two questions
const PAUSE = 350; // before a change by key is said aloud
const FAR = 5; // pixels after which a press is a drag
const LONG_PRESS = 400; // milliseconds after which a finger lifts a visit
const EDGE = 40, SPEED = 14; // pixels: near the edge the book scrolls

let carry = null;
let isStale = false; // whether the book changed while something was in the hand

export const isCarrying = () => Boolean(carry);

for (const name of ["htmx:before:request", "htmx:before:swap"]) {
  document.addEventListener(name, (event) => {
    if (!carry || event.detail?.ctx?.sourceElement?.id !== "plan") return;
    event.preventDefault();
    isStale = true;
  });
}

function lift(grid, card, isResize) {
  const ghost = card.cloneNode(true);
  for (const name of ["id", "data-lanes", "href", "data-open-drawer"]) ghost.removeAttribute(name);
  ghost.classList.add("is-ghost");
  ghost.querySelectorAll(".ready, .beside, .grip").forEach((part) => part.remove());
  const why = document.createElement("span");
  why.dataset.why = "";
  ghost.append(why);
  card.classList.add("is-lifted");
  grid.dataset.dragging = "";
  grid.append(ghost);
  const column = columns(grid).find((one) => one.col === card.dataset.col);
  carry = {
    grid, card, ghost, why, column, isResize, row: number(card, "from"), len: number(card, "len"), days: 0,
    wasLen: number(card, "len"), answer: null, asked: "", timer: 0, isAsking: false,
  };
  return carry;
}

function release() {
  const { grid, card, ghost, timer } = carry;
  clearTimeout(timer);
  ghost.remove();
  card.classList.remove("is-lifted");
  delete grid.dataset.dragging;
  carry = null;
  if (isStale) document.getElementById("plan")?.dispatchEvent(new CustomEvent("live"));
  isStale = false;
}

function question(held) {
  const { grid, card, column, row, len, wasLen, days } = held;
  const said = new URLSearchParams({ starts_at: instant(column, row), seen: card.dataset.seen });
  const isMoved = column.col !== card.dataset.col || row !== number(card, "from") || days !== 0;
  if (!isMoved) said.set("starts_at", card.dataset.startsAt);
  if (column.col !== card.dataset.col) {
    const key = column.element.dataset.keyOf;
    if (grid.dataset.by === "rooms") said.set("room", key); else said.set("provider", key);
    if (column.element.dataset.site) said.set("site", column.element.dataset.site);
  }
  if (len !== wasLen) said.set("minutes", number(card, "minutes") + (len - wasLen) * MINUTES);
  if (days) said.set("days", days);
  return { said, isSame: !isMoved && len === wasLen };
}

async function answerTo(held, said) {
  const url = `${held.card.getAttribute("href")}fits/?${said}`;
  const response = await fetch(url, { headers: { "X-Quiet": "1", "HX-Request": "true" } });
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

// Ask at most every so often, and always about the last place.
function ask(held) {
  if (held.timer || held.isAsking) return;
  held.timer = setTimeout(async () => {
    held.timer = 0;
    const { said, isSame } = question(held);
    const key = String(said);
    if (isSame || key === held.asked) return;
    held.isAsking = true;
    try {
      const answer = await answerTo(held, said);
      held.asked = key;
      held.answer = answer;
      if (carry === held && String(question(held).said) === key) tell(held, answer.fits ? "" : answer.words);
    } catch { /* the drop will say what is wrong */ }
    held.isAsking = false;
    if (carry === held && String(question(held).said) !== held.asked) ask(held);
  }, EVERY);
}

function tell(held, text) {
  held.ghost.classList.toggle("is-stopped", Boolean(text));
  if (held.why.textContent === text) return;
  held.why.textContent = text;
  if (byKey) sayLater(held); // the office's answer may come after the first words
}

function show(held) {
  const { grid, card, ghost, column, row, len, days } = held;
  place(ghost, column, row);
  if (ghost.dataset.len !== String(len)) ghost.dataset.len = len;
  const until = len === held.wasLen ? "" : `–${wall(column, row + len)}`;
  const day = days ? ` ${days > 0 ? "+" : "−"}${Math.abs(days)} ${grid.dataset.days}` : "";
  ghost.querySelector(".at").textContent = wall(column, row) + until + day;
  const known = held.answer && String(question(held).said) === held.asked;
  if (known) tell(held, held.answer.fits ? "" : held.answer.words);
  else if (!days) tell(held, words(grid, inTheWay(grid, column, row, len, card)));
  ask(held);
}

async function drop() {
  const held = carry;
  const { said, isSame } = question(held);
  const { grid, card } = held;
  const href = card.getAttribute("href");
  let answer = null;
  if (!isSame) {
    try {
      answer = await answerTo(held, said); // somebody may have been quicker a moment ago
    } catch { /* the office decides when it is asked to move it */ }
  }
  if (carry === held) release();
  if (isSame) return;
  if (answer && !answer.fits) {
    if (answer.anyway) openDrawer(answer.anyway, card);
    else toast({ text: `${grid.dataset.stays} ${answer.words}`, tone: "red" });
    say(`${grid.dataset.stays} ${answer.words}`);
    return;
  }
  const values = Object.fromEntries(said);
  await htmx.ajax("POST", `${href}move/`, { source: document.body, swap: "none", values });
  document.getElementById(card.id)?.focus({ preventScroll: true });
}

const swallow = (event) => { event.preventDefault(); event.stopPropagation(); };

// By mouse, pen or finger: the same from the moment the visit is in the hand.
export function press(grid, card, event) {
  const isResize = Boolean(event.target.closest(".grip"));
  const isTouch = event.pointerType === "touch" && !isResize;
  const grabbed = event.clientY - card.getBoundingClientRect().top;
  const begin = { x: event.clientX, y: event.clientY };
  let last = event, frame = 0, held = null;
  const timer = isTouch ? setTimeout(() => { held = lift(grid, card, false); show(held); navigator.vibrate?.(10); }, LONG_PRESS) : 0;

  const draw = () => {
    frame = 0;
    if (carry !== held || !held) return;
    scrollNear(last);
    const at = under(grid, last.clientX, last.clientY, isResize ? 0 : grabbed);
    if (!at) return;
    if (isResize) held.len = Math.max(at.row + 1 - held.row, 1);
    else { held.column = at.column; held.row = at.row; }
    show(held);
  };
  const move = (moved) => {
    last = moved;
    const isFar = Math.hypot(moved.clientX - begin.x, moved.clientY - begin.y) >= FAR;
    if (!held) {
      if (isTouch) { if (isFar) end(moved); return; }
      if (!isFar) return;
      held = lift(grid, card, isResize);
    }
    frame ||= requestAnimationFrame(draw);
  };
  const end = (ended) => {
    clearTimeout(timer);
    cancelAnimationFrame(frame);
    for (const [name, run, how] of heard) removeEventListener(name, run, how);
    if (!held || carry !== held) return;
    addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", swallow, { capture: true }), 50);
    if (ended.type === "pointerup") { last = ended; draw(); drop(); } else release();
  };
  const stop = (pressed) => {
    if (pressed.key !== "Escape") return;
    swallow(pressed);
    end(pressed);
  };
  const still = (touched) => { if (held) touched.preventDefault(); };
  const heard = [
    ["pointermove", move], ["pointerup", end], ["pointercancel", end], ["keydown", stop, true],
    ["touchmove", still, { passive: false }], ["contextmenu", isTouch ? swallow : () => {}],
  ];
  for (const [name, run, how] of heard) addEventListener(name, run, how);
}

function scrollNear(event) {
  const scroller = document.getElementById("plan");
  const box = scroller.getBoundingClientRect();
  const by = (at, from, to) => (at < from + EDGE ? -SPEED : at > to - EDGE ? SPEED : 0);
  const down = by(event.clientY, box.top + 52, box.bottom), across = by(event.clientX, box.left, box.right);
  if (down || across) scroller.scrollBy(across, down);
}

// By keyboard: m lifts the visit that has the focus, arrows move it, Enter lets it go.
let spoken = 0;

function sayLater(held) {
  clearTimeout(spoken);
  spoken = setTimeout(() => {
    if (carry !== held) return;
    const title = held.column.element.dataset.title || "";
    const fits = held.why.textContent || held.grid.dataset.free;
    say(`${held.ghost.querySelector(".at").textContent}, ${title}. ${fits}`);
  }, PAUSE);
}

const rows = (step) => (held) => {
  held.row = Math.min(Math.max(held.row + step, 0), held.column.rows - held.len);
};
const across = (step) => (held, event) => {
  if (event.shiftKey) { held.days += step; return; }
  const list = columns(held.grid);
  held.column = list[Math.min(Math.max(list.indexOf(held.column) + step, 0), list.length - 1)];
};
const longer = (step) => (held) => { held.len = Math.max(held.len + step, 1); };
const STEPS = {
  ArrowUp: rows(-1), ArrowDown: rows(1), PageUp: rows(-3), PageDown: rows(3),
  ArrowLeft: across(-1), ArrowRight: across(1), "+": longer(1), "=": longer(1), "-": longer(-1),
};
let byKey = false;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const card = document.activeElement?.closest?.(".appt[data-move]");
  if (!carry && event.key === "m" && card) {
    swallow(event);
    const held = lift(card.closest("[data-plan]"), card, false);
    byKey = true;
    show(held);
    say(held.grid.dataset.lifted);
    return;
  }
  if (!carry || !byKey) return;
  swallow(event);
  if (event.key === "Escape") { byKey = false; const { grid } = carry; release(); say(grid.dataset.put); return; }
  if (event.key === "Enter") { byKey = false; drop(); return; }
  const step = STEPS[event.key];
  if (!step) return;
  step(carry, event);
  show(carry);
  carry.ghost.scrollIntoView({ block: "nearest", inline: "nearest" });
  sayLater(carry);
}, true);

// Whoever clicks or tabs away while a visit is in the hand by keyboard puts it back.
addEventListener("pointerdown", () => { if (carry && byKey) { byKey = false; release(); } }, true);
