// What is news to the person is told once on this machine, quietly.

import { toast } from "../ui/panels.js";

const KEPT = "fd-notices";
const MOST = 200;

const LATER = 6000; // milliseconds: what can be undone stays on the screen first

export function start(element) {
  if (document.querySelector("#toasts [data-undo]")) { setTimeout(() => start(element), LATER); return; }
  const told = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
  if (told.includes(element.dataset.notice)) return;
  localStorage.setItem(KEPT, JSON.stringify([...told, element.dataset.notice].slice(-MOST)));
  toast({ text: element.textContent, tone: "blue" });
}
