// The last button says what it will do: "Take $48.20, book Feb 23, finish".

const button = document.querySelector("[data-finish]");
const field = (name) => document.querySelector(`[form="finish"][name="${name}"]:not([type="radio"]), [form="finish"][name="${name}"]:checked`);

function say() {
  const { take, book, end, alone } = button.dataset;
  const amount = Number(field("amount")?.value.replaceAll(",", ""));
  const day = field("slot")?.dataset.day;
  const sum = amount.toLocaleString("en-US", { style: "currency", currency: "USD" });
  const parts = [amount > 0 ? `${take} ${sum}` : "", day ? `${book} ${day}` : ""].filter(Boolean);
  const text = parts.length ? [...parts, end].join(", ") : alone;
  button.querySelector("span").textContent = text[0].toUpperCase() + text.slice(1);
}

if (button) {
  say();
  for (const name of ["input", "change", "htmx:after:swap"]) document.addEventListener(name, say);
}
