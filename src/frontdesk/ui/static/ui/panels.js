// Drawers over the list, dialogs, menus and toasts. Esc closes the nearest, focus goes back.

import { all, isShown, isTyping } from "./dom.js";

const SKELETON_AFTER = 300; // milliseconds
const place = () => document.getElementById("drawer");
let opener = null; // what opened the drawer, so that focus returns to the same row
let address = null; // the address of the page under the drawer
let isPushed = false; // whether Back closes the drawer

export const drawerIsOpen = () => Boolean(place()?.firstElementChild);

export function openDrawer(url, from) {
  if (!place()) { location.assign(url); return; }
  if (!drawerIsOpen()) address = location.href;
  const isOver = from && !from.closest("#drawer"); // one drawer that leads to the next goes back to the row
  opener = isOver ? { element: from, id: from.id, href: from.getAttribute("href") } : opener;
  all(".is-on[data-open-drawer]").forEach((row) => row.classList.remove("is-on"));
  from?.classList.add("is-on");
  const asked = htmx.ajax("GET", url, { target: "#drawer", swap: "innerHTML", source: place() });
  showWait(asked);
}

// An answer that takes its time is seen to be on its way.
function showWait(asked) {
  const timer = setTimeout(() => {
    if (!drawerIsOpen()) place().append(document.getElementById("drawer-waits").content.cloneNode(true));
  }, SKELETON_AFTER);
  asked.finally(() => {
    clearTimeout(timer);
    place().querySelector("[aria-busy=true]")?.remove();
  });
}

export function closeDrawer() {
  if (!drawerIsOpen()) return;
  place().replaceChildren();
  if (isPushed) history.replaceState({ htmx: true }, "", address);
  address = null;
  isPushed = false;
  all(".is-on[data-open-drawer]").forEach((row) => row.classList.remove("is-on"));
  const row = opener?.element?.isConnected ? opener.element
    : (opener?.id && document.getElementById(opener.id)) ||
      (opener?.href && all("a[data-open-drawer]").find((link) => link.getAttribute("href") === opener.href));
  row?.focus();
  opener = null;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-open-drawer]");
  if (link && place() && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
    event.preventDefault();
    link.closest("details.menu")?.removeAttribute("open");
    openDrawer(addressOf(link), link);
  }
  if (event.target.closest("[data-close]")) closeNearest(event.target);
  const dialog = event.target.closest("[data-open-dialog]");
  if (dialog) { event.preventDefault(); openDialog(dialog.getAttribute("href") || dialog.dataset.openDialog); }
  for (const menu of all("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.removeAttribute("open");
  }
});

// What was chosen in the form goes along: `data-with` names its fields.
function addressOf(link) {
  const url = link.getAttribute("href") || link.dataset.openDrawer;
  if (!link.dataset.with) return url;
  const found = new URL(url, location.href);
  for (const name of link.dataset.with.split(" ")) {
    const value = link.closest("form").elements[name]?.value;
    if (value) found.searchParams.set(name, value);
  }
  return found.pathname + found.search;
}

function closeNearest(from) {
  const dialog = from.closest("dialog");
  if (dialog) dialog.close();
  else if (drawerIsOpen()) closeDrawer();
  else if (from.closest(".drawer-page")) leave();
}

export async function openDialog(url) {
  const dialog = document.getElementById("dialog");
  await htmx.ajax("GET", url, { target: "#dialog", swap: "innerHTML", source: dialog });
  if (!dialog.open) dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  const menu = document.querySelector("details.menu[open]");
  if (menu) {
    menu.removeAttribute("open");
    menu.querySelector("summary").focus();
  } else if (isTyping(event.target) && !event.target.closest("#drawer")) {
    event.target.blur();
  } else {
    closeDrawer();
  }
});

// A drawer has its own address, so that it can be reloaded, shared and returned to.
document.addEventListener("htmx:after:swap", (event) => {
  const target = event.detail?.ctx?.target ?? event.target;
  if (target?.id !== "drawer" || !drawerIsOpen() || place().querySelector("[aria-busy=true]")) return;
  const { method, action } = event.detail.ctx.request;
  if (method === "GET") {
    const where = new URL(action, location.href);
    if (address && !place().firstElementChild.dataset.noAddress) {
      history[isPushed ? "replaceState" : "pushState"]({ htmx: true }, "", where);
      isPushed = true;
    }
  }
  const drawer = place().firstElementChild;
  (whereToBegin(drawer) ?? drawer).focus();
});

// What a drawer's form answers is drawn where the form is: in the page, when the drawer is one.
document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  const page = ctx.sourceElement?.closest?.(".drawer-page");
  if (!page || ctx.target?.id !== "drawer") return;
  Object.assign(ctx, { target: page, select: "[data-drawer] > *", swap: "innerHTML" });
});

// What is wrong comes first, then what the drawer names. A form begins in its first field, unless
// it has letters of its own, which a field would swallow, or a keyboard would cover half a phone.
function whereToBegin(drawer) {
  const named = drawer.querySelector(".is-wrong :is(input, select, textarea)")
    ?? drawer.querySelector("[data-focus], [autofocus]");
  if (named || matchMedia("(pointer: coarse)").matches) return named;
  const hasLetters = all("[data-key]", drawer).some((one) => one.dataset.key !== "Enter");
  const fields = hasLetters ? [] : all(":scope > form :is(input, select, textarea)", drawer);
  return fields.find((field) => field.type !== "hidden" && !field.disabled && isShown(field));
}
document.addEventListener("drawer:close", () => {
  if (drawerIsOpen()) closeDrawer();
  else if (document.querySelector(".drawer-page")) leave();
});

// A drawer that was loaded as a page of its own is left for where one came from, toast and all.
let isLeaving = false;
function leave() {
  isLeaving = true;
  const from = document.referrer && new URL(document.referrer);
  const isOurs = from && from.origin === location.origin && from.pathname !== location.pathname;
  setTimeout(() => location.assign(isOurs ? from.href : "/"), 0);
}
document.addEventListener("drawer:open", (event) => openDrawer(event.detail.url));
document.addEventListener("dialog:close", () => document.getElementById("dialog")?.close());

// A refusal elsewhere: focus goes to what is wrong.
document.addEventListener("htmx:after:swap", (event) => {
  const target = event.detail?.ctx?.target;
  if (target?.closest?.("#main, dialog")) target.querySelector("[data-focus]")?.focus();
});

// Toasts stay for a while, longer when there is something to undo, and as long as one points at them.
const SECONDS = 6, SECONDS_WITH_UNDO = 12;

function settle(line) {
  let left = line.querySelector("[data-undo]") ? SECONDS_WITH_UNDO : SECONDS;
  const timer = setInterval(() => {
    if (line.matches(":hover, :focus-within")) return;
    left -= 1;
    if (left > 0) return;
    clearInterval(timer);
    line.remove();
  }, 1000);
}

export function toast({ text, undo = "", tone = "green" }) {
  const line = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
  line.dataset.tone = tone;
  line.querySelector("span").textContent = text;
  const button = line.querySelector("[data-undo]");
  if (undo) button.dataset.undo = undo; else button.remove();
  document.getElementById("toasts").replaceChildren(line);
  settle(line);
}

document.addEventListener("toast", (event) => {
  if (isLeaving) sessionStorage.setItem("fd-toasts", JSON.stringify(event.detail.list));
  else event.detail.list?.forEach(toast);
});
JSON.parse(sessionStorage.getItem("fd-toasts") ?? "[]").forEach(toast);
sessionStorage.removeItem("fd-toasts");
all("#toasts [data-toast]").forEach(settle);
document.addEventListener("click", (event) => {
  const undo = event.target.closest("#toasts [data-undo]");
  if (undo) undoLast(undo);
  else event.target.closest("[data-dismiss]")?.closest("[data-toast]").remove();
});

export async function undoLast(button = document.querySelector("#toasts [data-undo]")) {
  if (!button) return false;
  button.closest("[data-toast]").remove();
  await htmx.ajax("POST", button.dataset.undo, { source: document.body, swap: "none" });
  document.dispatchEvent(new CustomEvent("live:all"));
  return true;
}

// An answer that is neither what was asked for nor a refused form is not drawn: it is told.
const isQuiet = (ctx) => Boolean(ctx?.request?.headers?.["X-Quiet"]);
export const word = (name) => document.getElementById("shell-words").content.querySelector(`[data-word="${name}"]`).textContent;

document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  const status = ctx?.response?.status ?? 200;
  if (status < 400 || status === 422) return;
  event.preventDefault();
  if (isQuiet(ctx)) return;
  const isPlain = ctx.response.headers.get("Content-Type")?.startsWith("text/plain");
  toast({ text: isPlain ? ctx.text : word("broke"), tone: "red" });
});
document.addEventListener("htmx:error", (event) => {
  if (!isQuiet(event.detail?.ctx) && !event.detail?.ctx?.response) toast({ text: word("lost"), tone: "red" });
});

// hx-confirm asks in our own dialog; the button says what will happen (data-confirm="Send 41 claims").
document.addEventListener("htmx:confirm", (event) => {
  const { ctx, issueRequest, dropRequest } = event.detail;
  if (!ctx.confirm) return;
  event.preventDefault();
  const dialog = document.getElementById("dialog");
  const asked = document.getElementById("confirm-template").content.cloneNode(true);
  asked.querySelector("p").textContent = ctx.confirm;
  const button = asked.querySelector(".btn-primary");
  button.textContent = ctx.sourceElement.dataset.confirm || ctx.sourceElement.textContent.trim();
  let answer = dropRequest;
  button.addEventListener("click", () => { answer = issueRequest; dialog.close(); });
  dialog.addEventListener("close", () => { answer(); dialog.replaceChildren(); }, { once: true });
  dialog.replaceChildren(asked);
  dialog.showModal();
});
