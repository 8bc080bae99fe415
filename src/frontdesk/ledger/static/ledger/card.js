// The gateway's own fields for a card: the number goes from this browser to the gateway, never to us.

const box = document.querySelector("[data-card-secret]");
const form = document.getElementById("card-form");
const wrong = document.getElementById("card-wrong");

if (box && window.Stripe) {
  const stripe = window.Stripe(box.dataset.publicKey);
  const elements = stripe.elements({ clientSecret: box.dataset.cardSecret });
  elements.create("payment").mount(box);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button[type=submit]");
    button.disabled = true;
    wrong.textContent = "";
    const confirm = "cardKeep" in box.dataset ? "confirmSetup" : "confirmPayment";
    const { error } = await stripe[confirm]({ elements, redirect: "if_required" });
    if (error) {
      wrong.textContent = error.message;
      button.disabled = false;
      return;
    }
    form.submit();
  });
}
