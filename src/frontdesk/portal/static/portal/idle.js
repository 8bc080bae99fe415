// The office's tablet clears itself: after a minute without a touch it asks, and half a minute later
// the pages of whoever stood there end.

const QUIET = 60_000;
const WARN = 30;
const dialog = document.getElementById("idle");
const leave = document.querySelector("form[data-leave]");
const typed = document.querySelector("form[data-clears]");
let timer = 0;
let countdown = 0;

function go() {
  try { sessionStorage.clear(); } catch { /* it keeps nothing */ }
  dispatchEvent(new Event("fd-forget")); // an answer that was not sent is nobody else's to see
  if (leave) leave.requestSubmit();
  else if (typed && [...typed.elements].some((field) => field.type === "text" && field.value)) location.replace(location.pathname);
  else rest();
}
function warn() {
  if (!dialog) { go(); return; }
  let left = WARN;
  const shown = dialog.querySelector("[data-left]");
  shown.textContent = left;
  dialog.showModal();
  countdown = setInterval(() => {
    left -= 1;
    shown.textContent = left;
    if (left <= 0) { clearInterval(countdown); go(); }
  }, 1000);
}
function rest() {
  clearTimeout(timer);
  timer = setTimeout(warn, QUIET);
}
function stay() {
  clearInterval(countdown);
  if (dialog?.open) dialog.close();
  rest();
}
for (const name of ["pointerdown", "keydown", "scroll"]) {
  addEventListener(name, () => { if (!dialog?.open) rest(); }, { passive: true });
}
dialog?.querySelector("[data-stay]").addEventListener("click", stay);
dialog?.addEventListener("cancel", stay);
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); }); // nothing by "back"
rest();
