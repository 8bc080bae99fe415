// Find as you type in a form: options come from data-url (q in the body), each role="option" with data-value and
// data-text. Choosing fires `change` on the hidden field and `combobox:choose` on the element.

import { all, csrf } from "./dom.js";

let count = 0;

export function start(element) {
  const hidden = element.querySelector("input[type=hidden]");
  const input = element.querySelector("[role=combobox]");
  const list = element.querySelector("[role=listbox]");
  let timer = 0;
  let asked = 0;
  let chosen = input.value;

  const options = () => all("[role=option]", list);
  const selected = () => list.querySelector("[aria-selected=true]");

  function show(isOpen) {
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) input.removeAttribute("aria-activedescendant");
  }
  function select(option) {
    selected()?.removeAttribute("aria-selected");
    if (!option) return;
    option.id ||= `combo-option-${count += 1}`;
    option.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }
  function choose(option) {
    if (!option) return;
    hidden.value = option.dataset.value;
    input.value = option.dataset.text ?? option.textContent.trim();
    chosen = input.value;
    show(false);
    hidden.dispatchEvent(new Event("change", { bubbles: true }));
    element.dispatchEvent(new CustomEvent("combobox:choose", { bubbles: true, detail: { ...option.dataset } }));
    if (element.dataset.clear !== undefined) { input.value = ""; hidden.value = ""; chosen = ""; }
  }
  async function ask() {
    const number = ++asked;
    const url = new URL(element.dataset.url, location.href);
    // In the body, not in the address: what is typed may be a patient's name.
    const answer = await fetch(url, { method: "POST", body: new URLSearchParams({ q: input.value }), headers: { "X-CSRFToken": csrf(), "HX-Request": "true", "HX-Current-URL": location.href } }).catch(() => null);
    if (!answer?.ok || number !== asked) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    list.replaceChildren(...page.body.childNodes);
    show(list.children.length > 0 && document.activeElement === input);
    select(options()[0]);
  }

  // This file comes a moment after the field: who types at once has typed already.
  if (document.activeElement === input && input.value !== input.defaultValue && !hidden.value) {
    chosen = input.defaultValue;
    ask();
  }
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 100); });
  input.addEventListener("focus", () => { if (element.dataset.openOnFocus !== undefined) ask(); });
  input.addEventListener("keydown", (event) => {
    const at = options().indexOf(selected());
    const all_of_them = options();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) { ask(); return; }
      const step = event.key === "ArrowDown" ? 1 : -1;
      select(all_of_them[(at + step + all_of_them.length) % all_of_them.length]);
    } else if (event.key === "Enter" && !list.hidden && selected()) {
      event.preventDefault();
      choose(selected());
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      show(false);
    }
  });
  list.addEventListener("mousedown", (event) => { event.preventDefault(); choose(event.target.closest("[role=option]")); });
  input.addEventListener("blur", () => {
    show(false);
    if (!input.value.trim()) {
      if (hidden.value) { hidden.value = ""; hidden.dispatchEvent(new Event("change", { bubbles: true })); }
      chosen = "";
    } else if (input.value !== chosen && element.dataset.free === undefined) {
      input.value = chosen; // only what is on the list can be chosen
    }
  });
}
