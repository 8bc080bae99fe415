// The palette: people, pages and actions from the server while one types; Enter opens.
// A row is role="option" with data-url; data-drawer opens over the page; data-key is pressed with Alt.

import { all, csrf } from "./dom.js";
import { openDrawer, word } from "./panels.js";

const dialog = document.getElementById("palette");
const input = document.getElementById("palette-q");
const results = document.getElementById("palette-results");
const url = document.body.dataset.paletteUrl;
let timer = 0;
let asked = 0;
let from = null;

const options = () => all("[role=option]", results);
const selected = () => results.querySelector("[aria-selected=true]");

function select(option) {
  selected()?.removeAttribute("aria-selected");
  if (!option) { input.removeAttribute("aria-activedescendant"); return; }
  option.id ||= `palette-option-${options().indexOf(option)}`;
  option.setAttribute("aria-selected", "true");
  input.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

async function ask() {
  const number = ++asked;
  if (!url) return;
  const answer = await fetch(url, { method: "POST", body: new URLSearchParams({ q: input.value }), headers: { "X-CSRFToken": csrf(), "HX-Request": "true", "HX-Current-URL": location.href } }).catch(() => null);
  if (number !== asked) return;
  const elsewhere = answer?.headers.get("HX-Redirect");
  if (elsewhere) { location.assign(elsewhere); return; }
  if (!answer?.ok) { results.replaceChildren(silence(answer)); return; }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  results.replaceChildren(...page.body.childNodes);
  select(options()[0]);
}

function silence(answer) {
  const line = document.createElement("p");
  line.className = "none";
  line.textContent = word(answer ? "broke" : "lost");
  return line;
}

function run(option, isNewWindow) {
  if (!option) return;
  const target = option.dataset.url ?? option.getAttribute("href");
  dialog.close();
  if (!target) return;
  if (isNewWindow) window.open(target, "_blank", "noopener");
  else if (option.dataset.drawer !== undefined) openDrawer(target);
  else location.assign(target);
}

export function begin(cameFrom) {
  from = cameFrom;
  ask();
}

input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 80); });
dialog.addEventListener("close", () => { asked += 1; from?.focus?.(); });
dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close();
  const option = event.target.closest("[role=option]");
  if (option) { event.preventDefault(); run(option, event.ctrlKey || event.metaKey); }
});
results.addEventListener("mousemove", (event) => {
  const option = event.target.closest("[role=option]");
  if (option && option !== selected()) select(option);
});
input.addEventListener("keydown", (event) => {
  const list = options();
  const at = list.indexOf(selected());
  const moves = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: list.length - 1 };
  if (event.key in moves && list.length && !(event.key === "Home" || event.key === "End" ? input.value : "")) {
    event.preventDefault();
    select(list[(moves[event.key] + list.length) % list.length]);
  } else if (event.key === "Enter") {
    event.preventDefault();
    run(selected(), event.ctrlKey || event.metaKey);
  } else if (event.altKey && event.key.length === 1) {
    const keyed = list.find((option) => option.dataset.key === event.key.toLowerCase());
    if (keyed) { event.preventDefault(); run(keyed, false); }
  }
});
