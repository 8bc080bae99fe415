// What is news to the person is told once on this machine, quietly.

import { memory } from "../ui/dom.js";
import { toast } from "../ui/panels.js";

const KEPT = "fd-notices";
const MOST = 200;
const LATER = 6000; // milliseconds: what can be undone stays on the screen first

export function start(element) {
  if (document.querySelector("#toasts [data-undo]")) { setTimeout(() => start(element), LATER); return; }
  const told = memory.get(KEPT) ?? [];
  if (told.includes(element.dataset.notice)) return;
  memory.set(KEPT, [...told, element.dataset.notice].slice(-MOST));
  toast({ text: element.textContent, tone: "blue" });
}
