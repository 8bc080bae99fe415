// A picture is sent as soon as it is taken.
for (const form of document.querySelectorAll("form[data-picture]")) {
  form.querySelector("button").hidden = true;
  form.addEventListener("capture:taken", () => form.requestSubmit());
}
