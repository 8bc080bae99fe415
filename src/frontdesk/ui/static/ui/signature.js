// Signing on the screen: strokes on a canvas become a PNG in the hidden field; typing one's name does too.

export function start(element) {
  const canvas = element.querySelector("canvas");
  const hidden = element.querySelector("input[type=hidden]");
  const context = canvas.getContext("2d");
  let isDown = false;

  context.lineWidth = 2.5;
  context.lineCap = context.lineJoin = "round";
  context.strokeStyle = "#15212a";

  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) * (canvas.width / box.width), (event.clientY - box.top) * (canvas.height / box.height)];
  };
  canvas.addEventListener("pointerdown", (event) => {
    isDown = true;
    canvas.setPointerCapture(event.pointerId);
    context.beginPath();
    context.moveTo(...at(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!isDown) return;
    for (const point of event.getCoalescedEvents?.() ?? [event]) context.lineTo(...at(point));
    context.stroke();
  });
  const lift = () => {
    if (!isDown) return;
    isDown = false;
    hidden.value = canvas.toDataURL("image/png");
    hidden.dispatchEvent(new Event("change", { bubbles: true }));
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  element.querySelector("[data-clear]").addEventListener("click", () => {
    context.clearRect(0, 0, canvas.width, canvas.height);
    hidden.value = "";
    hidden.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
