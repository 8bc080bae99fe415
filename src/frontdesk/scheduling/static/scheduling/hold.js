// A held time: the seconds run down where one can see them, and the time goes back when the drawer does.

const held = new Set();

function release(line) {
  held.delete(line);
  htmx.ajax("POST", line.dataset.release, { source: document.body, swap: "none" });
}

function tick() {
  for (const line of held) {
    // Gone without a booking, or with one: to give back what is booked changes nothing.
    if (!line.isConnected) { release(line); continue; }
    const left = Math.round((Date.parse(line.dataset.until) - Date.now()) / 1000);
    const clock = line.querySelector("[data-left]");
    if (left > 0) {
      clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      line.classList.toggle("is-short", left <= 60);
    } else {
      held.delete(line);
      line.classList.add("is-over");
      line.querySelector("span").textContent = line.dataset.over;
    }
  }
}
setInterval(tick, 500);

// Whoever makes a chart for a caller comes back to the time: until then it runs down by itself.
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-keeps-hold]")) held.clear();
}, true);

export function start(line) {
  held.add(line);
  tick();
}
