// What is typed survives a reload, a sign-off, a refusal and a dead server: form[data-draft="key"].
// A draft belongs to the person signed in on this computer, and goes when the form goes through.

import { memory, user } from "./dom.js";

const DAY = 24 * 3600 * 1000;
const KEPT_DAYS = 3;
const start_of = () => `fd-draft:${user()}:`;
const forms = new Set();

for (const key of memory.keys("fd-draft:")) {
  const held = memory.get(key);
  if (!held || Date.now() - held.at > KEPT_DAYS * DAY) memory.drop(key);
}

const isKept = (control) =>
  control.name && !control.disabled && control.name !== "csrfmiddlewaretoken" &&
  !["password", "file", "submit", "button"].includes(control.type) &&
  !(control.type === "hidden" && !control.closest("[data-combobox]")) && control.dataset.draft !== "off";

const valueOf = (control) => {
  if (["checkbox", "radio"].includes(control.type)) return control.checked;
  if (control.multiple) return [...control.selectedOptions].map((option) => option.value);
  return control.value;
};

const nameOf = (control) =>
  ["checkbox", "radio"].includes(control.type) ? `${control.name}=${control.value}` : control.name || control.id;

const controls = (form) => [...form.elements].filter((control) => isKept(control) || (control.matches("[role=combobox]") && control.id));
const read = (form) => Object.fromEntries(controls(form).map((control) => [nameOf(control), valueOf(control)]));

function fill(form, values) {
  let changed = 0;
  for (const control of controls(form)) {
    const value = values[nameOf(control)];
    if (value === undefined || JSON.stringify(value) === JSON.stringify(valueOf(control))) continue;
    if (["checkbox", "radio"].includes(control.type)) control.checked = value;
    else if (control.multiple) for (const option of control.options) option.selected = value.includes(option.value);
    else control.value = value;
    changed += 1;
  }
  if (changed) form.dispatchEvent(new Event("change", { bubbles: true }));
  return changed;
}

export function start(form) {
  const key = start_of() + form.dataset.draft;
  const first = JSON.stringify(read(form));
  for (const one of forms) if (!one.isConnected) forms.delete(one); // drawers that were closed
  forms.add(form);
  let timer = 0;
  let isDone = false; // it went through: what stands in it now is no draft
  const save = () => {
    if (!form.isConnected) { forms.delete(form); return; }
    if (isDone) return;
    const now = read(form);
    if (JSON.stringify(now) === first) memory.drop(key);
    else memory.set(key, { at: Date.now(), values: now });
  };
  form.saveDraft = save;
  for (const name of ["input", "change"]) {
    form.addEventListener(name, () => { isDone = false; clearTimeout(timer); timer = setTimeout(save, 300); });
  }
  form.addEventListener("reset", () => memory.drop(key));
  form.draftIsDone = () => { clearTimeout(timer); isDone = true; memory.drop(key); };
  // With htmx the answer tells; without it the next page does (main.js).
  form.addEventListener("htmx:after:request", (event) => {
    const status = event.detail?.ctx?.response?.raw?.status ?? 0;
    if (status < 200 || status >= 400 || event.detail.ctx.sourceElement !== form) return;
    form.draftIsDone();
  });
  form.addEventListener("submit", () => {
    save();
    if (!form.hasAttribute("hx-post")) memory.set("fd-sent", { key, from: location.href });
  });
  if (form.querySelector(".is-wrong, [role=alert]")) return; // the server has brought it back
  const held = memory.get(key);
  if (held && fill(form, held.values)) note(form, key);
}

function note(form, key) {
  const line = document.createElement("p");
  line.className = "draft-note wide";
  line.setAttribute("role", "status");
  const words = document.getElementById("draft-words").content;
  line.textContent = words.querySelector("[data-word=kept]").textContent;
  const clear = document.createElement("button");
  clear.type = "button";
  clear.className = "btn btn-sm btn-quiet";
  clear.textContent = words.querySelector("[data-word=clear]").textContent;
  clear.addEventListener("click", () => { memory.drop(key); form.reset(); line.remove(); });
  line.append(clear);
  form.prepend(line);
}

const saveAll = () => forms.forEach((form) => form.saveDraft());
document.addEventListener("drafts:save", saveAll);
addEventListener("pagehide", saveAll);
