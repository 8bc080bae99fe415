// An answer given while the network is down is kept on this page and sent once, when it is back.
// Every form carries a key of its own, so that an answer that did arrive counts no second time.

const note = document.querySelector("[data-queue-note]");
const RETRY = 4000;
let waiting = null;

async function send(form, body) {
  const answer = await fetch(form.action || location.href, {
    method: "POST", body, redirect: "follow", headers: { "X-Queued": "1" },
  });
  if (answer.redirected) { location.assign(answer.url); return; }
  const text = await answer.text(); // refused, or asked again: the page itself says why
  const page = new DOMParser().parseFromString(text, "text/html").querySelector("main");
  if (page) document.querySelector("main").replaceWith(document.adoptNode(page));
  else location.reload();
}

async function tryAgain() {
  if (!waiting) return;
  const { form, body } = waiting;
  try {
    await send(form, body);
    waiting = null;
    note.hidden = true;
  } catch { setTimeout(tryAgain, RETRY); }
}

for (const form of document.querySelectorAll("form[data-queue]")) {
  form.addEventListener("submit", async (event) => {
    if (navigator.onLine && !waiting) return; // the plain way, which needs no script
    event.preventDefault();
    waiting = { form, body: new URLSearchParams(new FormData(form, event.submitter)) };
    for (const button of form.querySelectorAll("button")) button.disabled = true;
    note.hidden = false;
    note.scrollIntoView({ block: "nearest" });
    setTimeout(tryAgain, RETRY);
  });
}
addEventListener("online", tryAgain);
