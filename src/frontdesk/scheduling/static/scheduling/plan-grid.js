// Where things stand on the grid of the book: columns, rows, the clock beside them, what is taken.
// Read once a drawing and kept, so that nothing is measured while something moves.

import { all } from "../ui/dom.js";

export const MINUTES = 5;
export const number = (element, name) => Number(element.dataset[name]);

let drawing = 0; // counted up whenever what is drawn may have changed
const kept = new WeakMap();
const forget = () => { drawing += 1; };
document.addEventListener("htmx:after:swap", forget);
addEventListener("resize", forget);

function known(grid) {
  const held = kept.get(grid);
  if (held?.drawing === drawing) return held;
  const columns = all(".cal-col", grid).map((element) => ({
    element, left: element.offsetLeft, width: element.offsetWidth, top: element.offsetTop,
    height: element.offsetHeight, rows: number(element, "len"), col: element.dataset.col,
  }));
  const taken = all(".appt:not(.missed, .is-ghost), .hold:not(.some)", grid).map((element) => ({
    element, col: element.dataset.col, from: number(element, "from"), len: number(element, "len"),
  }));
  const found = { drawing, columns, taken };
  kept.set(grid, found);
  return found;
}

export const columns = (grid) => known(grid).columns;

// Returns the column and the row under a point of the window; the nearest column beyond the edges.
export function under(grid, x, y, grabbed = 0) {
  const box = grid.getBoundingClientRect();
  const list = columns(grid);
  const left = x - box.left;
  const column = list.find((one) => left >= one.left && left < one.left + one.width);
  if (!column) return null;
  const share = (y - grabbed - box.top - column.top) / column.height;
  return { column, row: Math.min(Math.max(Math.floor(share * column.rows), 0), column.rows - 1) };
}

// What stands in a column between two rows, apart from the visit that moves.
export function inTheWay(grid, column, from, length, moving) {
  return known(grid).taken.find((other) => other.element !== moving && other.col === column.col &&
    other.from < from + length && from < other.from + other.len)?.element;
}

export function words(grid, other) {
  if (!other) return "";
  const name = other.querySelector("b")?.textContent;
  return name ? `${grid.dataset.taken} ${name}` : other.textContent.trim() || grid.dataset.off;
}

export const instant = (column, row) =>
  new Date(Date.parse(column.element.dataset.starts) + row * MINUTES * 60000).toISOString().replace(".000", "");

export function wall(column, row) {
  const [, hours, minutes] = /T(\d\d):(\d\d)/.exec(column.element.dataset.starts);
  const total = Number(hours) * 60 + Number(minutes) + row * MINUTES;
  return `${(Math.floor(total / 60) + 11) % 12 + 1}:${String(total % 60).padStart(2, "0")}`;
}

export function place(element, column, row) {
  if (element.dataset.col !== column.col) element.dataset.col = column.col;
  if (element.dataset.from !== String(row)) element.dataset.from = row;
}
