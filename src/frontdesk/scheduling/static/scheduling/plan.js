// The book under the pointer: a click on free time books it, a visit can be dragged to another time
// or column, and what is in the way is said while it moves. The keyboard has both in the drawers.

import { all } from "../ui/dom.js";
import { openDrawer } from "../ui/panels.js";

const MINUTES = 5;
const SHORTEST = 4; // rows that a pointed-at time takes before the kind of visit is known
const FAR = 5; // pixels after which a press is a drag

const number = (element, name) => Number(element.dataset[name]);
const columns = (grid) => all(".cal-col", grid);

function columnAt(grid, x) {
  return columns(grid).find((column) => {
    const box = column.getBoundingClientRect();
    return x >= box.left && x < box.right;
  });
}

function rowAt(column, y, grabbed = 0) {
  const box = column.getBoundingClientRect();
  const rows = number(column, "len");
  return Math.min(Math.max(Math.floor(((y - grabbed - box.top) / box.height) * rows), 0), rows - 1);
}

const instant = (column, row) =>
  new Date(Date.parse(column.dataset.starts) + row * MINUTES * 60000).toISOString().replace(".000", "");

const wall = (column, row) => {
  const [, hours, minutes] = /T(\d\d):(\d\d)/.exec(column.dataset.starts);
  const total = Number(hours) * 60 + Number(minutes) + row * MINUTES;
  return `${(Math.floor(total / 60) + 11) % 12 + 1}:${String(total % 60).padStart(2, "0")}`;
};

// What stands in a column between two rows, apart from the visit that moves.
function inTheWay(grid, column, from, length, moving) {
  const there = all(".appt:not(.missed, .is-ghost), .hold:not(.some)", grid).filter((other) => other !== moving);
  return there.find((other) =>
    other.dataset.col === column.dataset.col &&
    number(other, "from") < from + length && from < number(other, "from") + number(other, "len"));
}

function words(grid, other) {
  if (!other) return "";
  const name = other.querySelector("b")?.textContent;
  return name ? `${grid.dataset.taken} ${name}` : other.textContent.trim() || grid.dataset.off;
}

function place(element, column, row) {
  element.dataset.col = column.dataset.col;
  element.dataset.from = row;
}

function startDrag(grid, card, event) {
  const box = card.getBoundingClientRect();
  const grabbed = event.clientY - box.top;
  const drag = { card, grabbed, ghost: null, column: null, row: 0, x: event.clientX, y: event.clientY };
  const move = (moved) => {
    if (!drag.ghost && Math.hypot(moved.clientX - drag.x, moved.clientY - drag.y) < FAR) return;
    drag.ghost ??= lift(grid, card);
    drag.column = columnAt(grid, moved.clientX) ?? drag.column;
    if (!drag.column) return;
    drag.row = rowAt(drag.column, moved.clientY, grabbed);
    place(drag.ghost, drag.column, drag.row);
    const why = words(grid, inTheWay(grid, drag.column, drag.row, number(card, "len"), card));
    drag.ghost.classList.toggle("is-stopped", Boolean(why));
    drag.ghost.querySelector(".at").textContent = wall(drag.column, drag.row);
    drag.ghost.querySelector("[data-why]").textContent = why;
  };
  const end = (ended) => {
    removeEventListener("pointermove", move);
    removeEventListener("pointerup", end);
    removeEventListener("pointercancel", end);
    removeEventListener("keydown", stop, true);
    if (!drag.ghost) return;
    addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", swallow, { capture: true }), 50);
    if (ended.type === "pointerup" && drag.column) send(grid, drag);
    drop(drag);
  };
  const stop = (pressed) => {
    if (pressed.key !== "Escape") return;
    pressed.preventDefault();
    pressed.stopPropagation();
    end(pressed);
  };
  addEventListener("pointermove", move);
  addEventListener("pointerup", end);
  addEventListener("pointercancel", end);
  addEventListener("keydown", stop, true);
}

const swallow = (event) => { event.preventDefault(); event.stopPropagation(); };

function lift(grid, card) {
  const ghost = card.cloneNode(true);
  ghost.removeAttribute("id");
  ghost.removeAttribute("data-lanes");
  ghost.classList.add("is-ghost");
  ghost.querySelector(".ready")?.remove();
  const why = document.createElement("span");
  why.dataset.why = "";
  ghost.querySelector(".l1").append(why);
  card.classList.add("is-lifted");
  grid.dataset.dragging = "";
  grid.append(ghost);
  return ghost;
}

function drop(drag) {
  drag.ghost.remove();
  drag.card.classList.remove("is-lifted");
  delete drag.card.closest("[data-dragging]")?.dataset.dragging;
}

function send(grid, drag) {
  const { card, column, row } = drag;
  const isSame = column.dataset.col === card.dataset.col && row === number(card, "from");
  if (isSame) return;
  const values = { starts_at: instant(column, row) };
  const key = column.dataset.keyOf;
  if (grid.dataset.by === "rooms") values.room = key; else values.provider = key;
  htmx.ajax("POST", `${card.getAttribute("href")}move/`, { source: document.body, swap: "none", values });
}

function book(grid, column, event) {
  const row = rowAt(column, event.clientY);
  if (!grid.dataset.bookUrl || inTheWay(grid, column, row, 1, null)) return;
  const url = new URL(grid.dataset.bookUrl, location.href);
  url.searchParams.set("site", grid.dataset.site);
  url.searchParams.set("starts_at", instant(column, row));
  if (grid.dataset.by === "rooms") url.searchParams.set("room", column.dataset.keyOf);
  else url.searchParams.set("provider", column.dataset.keyOf);
  openDrawer(url.pathname + url.search, null);
}

// Where a click would book: a shade under the pointer, with its time.
function hint(grid, column, event) {
  const row = rowAt(column, event.clientY);
  let mark = grid.querySelector(".point");
  if (!mark) {
    mark = document.createElement("div");
    mark.className = "point";
    mark.dataset.len = SHORTEST;
    mark.setAttribute("aria-hidden", "true");
    grid.append(mark);
  }
  place(mark, column, row);
  mark.hidden = Boolean(inTheWay(grid, column, row, 1, null));
  mark.textContent = wall(column, row);
}

export function start(grid) {
  grid.addEventListener("pointerdown", (event) => {
    const card = event.target.closest(".appt[data-move]");
    const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && event.pointerType !== "touch";
    if (card && isPlain) startDrag(grid, card, event);
  });
  grid.addEventListener("dragstart", (event) => event.preventDefault()); // the browser's own, of links
  if (!grid.dataset.bookUrl) return;
  grid.addEventListener("click", (event) => {
    const column = event.target.closest(".cal-col, .hold.some") && columnAt(grid, event.clientX);
    if (column) book(grid, column, event);
  });
  grid.addEventListener("pointermove", (event) => {
    const column = event.target.closest(".cal-col, .hold.some") && columnAt(grid, event.clientX);
    if (column && event.pointerType !== "touch") hint(grid, column, event);
    else grid.querySelector(".point")?.remove();
  });
  grid.addEventListener("pointerleave", () => grid.querySelector(".point")?.remove());
}

// A phone shows one column and a half: begin with the present.
const now = document.querySelector(".cal .now");
const scroller = document.querySelector(".cal");
if (now && scroller) scroller.scrollTop = Math.max(0, now.offsetTop - scroller.clientHeight / 3);
