// A picture is sent as soon as it is taken, made smaller first where that goes quickly.

const PATIENCE = 1500;

for (const form of document.querySelectorAll("form[data-picture]")) {
  let isSent = false;
  const send = () => { if (!isSent) { isSent = true; form.requestSubmit(); } };
  form.querySelector("button").hidden = true;
  form.addEventListener("capture:taken", send);
  form.addEventListener("change", () => setTimeout(send, PATIENCE));
}
