// The page that stands in for any page while nobody answers. It knows nothing but its address and
// what waits in this browser, and it opens the page again as soon as somebody answers: after a form
// that was sent, the page the form is on, which sends it under the same key.

const EVERY = 5000;
const isPatient = /^\/l\//.test(location.pathname);
const held = document.cookie.match(/fd-shade=(light|dark)/)?.[1];
const dark = matchMedia("(prefers-color-scheme: dark)").matches;
document.documentElement.dataset.bsTheme = held ?? (dark ? "dark" : "light");

for (const part of document.querySelectorAll("[data-offline]")) {
  part.hidden = (part.dataset.offline === "patient") !== isPatient;
}

let count = 0;
let from = location.href;
try {
  count = Object.keys(localStorage).filter((key) => key.startsWith("fd-kept:")).length;
  const sent = JSON.parse(sessionStorage.getItem("fd-sending"));
  if (sent?.key in localStorage) {
    from = sent.from;
    document.querySelector("[data-form]").hidden = false;
    document.querySelector("[data-form-says]").textContent = sent.says;
  }
} catch { /* nothing is kept */ }
for (const note of document.querySelectorAll("[data-kept]")) note.hidden = count === 0;
document.querySelector("[data-kept-count]").textContent = count === 1 ? "1 answer." : `${count} answers.`;

async function tryAgain() {
  const answer = await fetch("/health/", { cache: "no-store" }).catch(() => null);
  if (answer?.ok) { location.replace(from); return; }
  const line = document.querySelector("[data-tried]");
  line.textContent = new Date().toLocaleTimeString([], { hour: "numeric", minute: "2-digit", second: "2-digit" });
}
setInterval(tryAgain, EVERY);
addEventListener("online", tryAgain);
document.addEventListener("click", (event) => { if (event.target.closest("[data-again]")) tryAgain(); });
