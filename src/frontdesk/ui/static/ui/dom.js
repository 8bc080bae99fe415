// Small things every module needs: find, remember, say aloud, and who is signed in.

const LARGEST = 25 * 1024 * 1024; // bytes

export const all = (selector, root = document) => [...root.querySelectorAll(selector)];
export const csrf = () => JSON.parse(document.body.getAttribute("hx-headers:inherited"))["X-CSRFToken"];
export const user = () => document.body.dataset.user || "nobody";

// Storage may be full or forbidden; the page works without it.
export const memory = {
  get(key) {
    try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
  },
  set(key, value) {
    try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* nothing to be done */ }
  },
  drop(key) {
    try { localStorage.removeItem(key); } catch { /* nothing to be done */ }
  },
  keys(start) {
    try { return Object.keys(localStorage).filter((key) => key.startsWith(start)); } catch { return []; }
  },
};

// What this tab alone remembers, until it is closed.
export const inTab = {
  get(key) {
    try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; }
  },
  set(key, value) {
    try { sessionStorage.setItem(key, JSON.stringify(value)); } catch { /* nothing to be done */ }
  },
  drop(key) {
    try { sessionStorage.removeItem(key); } catch { /* nothing to be done */ }
  },
};

export function mark(text) { // tells one link or person from another; nothing can be read from it
  let sum = 0x811c9dc5;
  for (const letter of text) sum = Math.imul(sum ^ letter.codePointAt(0), 0x01000193) >>> 0;
  return sum.toString(36);
}

export function newKey() { // randomUUID is missing where the office is opened without https
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export function say(text) {
  const line = document.getElementById("live-say");
  if (line) line.textContent = text;
}

export const isTyping = (target) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches("input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit]), textarea, select"));

// The fields of a form that hold a file that was chosen: [name, file]; and whether a browser keeps
// as much (files.js). What is too large the office has on its disk.
export const filesIn = (pairs) => [...pairs].filter(([, value]) => value instanceof File && value.name);
export const isKeepable = (files) => files.reduce((sum, [, file]) => sum + file.size, 0) <= LARGEST;

export const isShown = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;

// Call for each element that matches now, and for those that htmx or queue.js bring later.
export function whenever(selector, run) {
  const seen = new WeakSet();
  const look = (root) => {
    const found = [...(root.matches?.(selector) ? [root] : []), ...all(selector, root)];
    for (const element of found) {
      if (seen.has(element)) continue;
      seen.add(element);
      run(element);
    }
  };
  look(document);
  for (const name of ["htmx:after:swap", "fd-drawn"]) document.addEventListener(name, () => look(document));
}

export function cookie(name, value) {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax${secure}`;
}
