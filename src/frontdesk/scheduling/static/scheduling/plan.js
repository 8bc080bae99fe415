// The book under the pointer: a click on free time books it, a visit can be taken to another time or
// column and made longer, digits go to columns and arrows to days.

import { all, isTyping, say } from "../ui/dom.js";
import { drawerIsOpen, openDrawer } from "../ui/panels.js";
import { columns, inTheWay, instant, place, under, wall } from "./plan-grid.js";
import { isCarrying, press } from "./plan-move.js";

const SHORTEST = 4; // rows that a pointed-at time takes before the kind of visit is known

function book(grid, event) {
  const at = under(grid, event.clientX, event.clientY);
  if (!at || !grid.dataset.bookUrl || inTheWay(grid, at.column, at.row, 1, null)) return;
  const url = new URL(grid.dataset.bookUrl, location.href);
  url.searchParams.set("site", at.column.element.dataset.site || grid.dataset.site);
  url.searchParams.set("starts_at", instant(at.column, at.row));
  url.searchParams.set(grid.dataset.by === "rooms" ? "room" : "provider", at.column.element.dataset.keyOf);
  openDrawer(url.pathname + url.search, null);
}

// Where a click would book: a shade under the pointer, with its time.
function hint(grid, event) {
  const at = under(grid, event.clientX, event.clientY);
  if (!at) return;
  let mark = grid.querySelector(":scope > .point");
  if (!mark) {
    mark = document.createElement("div");
    mark.className = "point";
    mark.dataset.len = SHORTEST;
    mark.setAttribute("aria-hidden", "true");
    grid.append(mark);
  }
  place(mark, at.column, at.row);
  mark.hidden = Boolean(inTheWay(grid, at.column, at.row, 1, null));
  mark.textContent = wall(at.column, at.row);
}

export function start(grid) {
  grid.addEventListener("pointerdown", (event) => {
    const card = event.target.closest(".appt[data-move]");
    if (card && event.button === 0 && !event.ctrlKey && !event.metaKey) press(grid, card, event);
  });
  grid.addEventListener("dragstart", (event) => event.preventDefault()); // the browser's own, of links
  if (!grid.dataset.bookUrl) return;
  const free = (event) => event.target.closest(".cal-col, .hold.some");
  grid.addEventListener("click", (event) => { if (free(event)) book(grid, event); });
  let last = null;
  grid.addEventListener("pointermove", (event) => {
    if (event.pointerType === "touch") return;
    if (!last) requestAnimationFrame(() => {
      if (last && free(last) && !isCarrying()) hint(grid, last);
      else grid.querySelector(":scope > .point")?.remove();
      last = null;
    });
    last = event;
  });
  grid.addEventListener("pointerleave", () => { last = null; grid.querySelector(":scope > .point")?.remove(); });
}

function goToColumn(grid, place) {
  const column = columns(grid)[place];
  if (!column) return false;
  const head = all(".cal-head[data-col]", grid).find((one) => one.dataset.col === column.col);
  column.element.scrollIntoView({ block: "nearest", inline: "center" });
  const first = all(".appt", grid).find((card) => card.dataset.col === column.col);
  (first ?? head)?.focus({ preventScroll: true });
  first?.scrollIntoView({ block: "nearest", inline: "nearest" });
  say(column.element.dataset.title || "");
  return true;
}

// Arrows go a day (or week) back and on, unless the book itself has them for scrolling.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.defaultPrevented) return;
  if (isTyping(event.target) || drawerIsOpen() || document.querySelector("dialog[open]") || isCarrying()) return;
  const grid = document.querySelector("[data-plan]");
  if (grid && /^[1-9]$/.test(event.key)) {
    if (goToColumn(grid, Number(event.key) - 1)) event.preventDefault();
    return;
  }
  const way = { ArrowLeft: "before", ArrowRight: "after" }[event.key];
  const scroller = document.getElementById("plan");
  const scrolls = document.activeElement === scroller && scroller.scrollWidth > scroller.clientWidth;
  if (!way || scrolls) return;
  const link = document.querySelector(`[data-step="${way}"]`);
  if (link) { event.preventDefault(); link.click(); }
});

// A phone shows one column and a half: begin with the present.
const now = document.querySelector(".cal .now");
const scroller = document.querySelector(".cal");
if (now && scroller) scroller.scrollTop = Math.max(0, now.offsetTop - scroller.clientHeight / 3);
