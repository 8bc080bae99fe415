// A picture is sent as soon as it is taken, made smaller first where that goes quickly.

import { whenever } from "../ui/dom.js";

const PATIENCE = 1500;

whenever("form[data-picture]", (form) => {
  let isSent = false;
  const send = () => { if (!isSent) { isSent = true; form.requestSubmit(); } };
  form.querySelector("button").hidden = true;
  form.addEventListener("capture:taken", send);
  form.addEventListener("change", () => setTimeout(send, PATIENCE));
});
