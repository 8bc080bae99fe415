// A photo or a card: shown at once, and made small enough to send before it is sent.

const LONGEST_SIDE = 1600;
const QUALITY = 0.85;

async function smaller(file) {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  if (!blob) throw new Error("This picture can't be drawn.");
  return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
}

export function start(element) {
  const input = element.querySelector("input[type=file]");
  const view = element.querySelector(".capture-view");
  let shown = "";
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file) return;
    let picture = file;
    try {
      picture = await smaller(file);
      const files = new DataTransfer();
      files.items.add(picture);
      input.files = files.files;
    } catch { /* a format the browser can't draw is sent as it is; the server says what it thinks */ }
    if (shown) URL.revokeObjectURL(shown);
    shown = URL.createObjectURL(picture);
    const image = document.createElement("img");
    image.alt = "";
    image.src = shown;
    view.replaceChildren(image);
    element.dispatchEvent(new CustomEvent("capture:taken", { bubbles: true }));
  });
}
