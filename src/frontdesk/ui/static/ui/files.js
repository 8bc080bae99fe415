// Files of a form wait in this browser beside what was typed (queue.js): under the same key, for as
// long, and until a server has answered.

import { isKeepable, memory } from "./dom.js";

const ANY = "fd-files"; // says that this browser may hold some
const YOUNG = 60_000; // another tab may still be writing what they belong to

let opened = null;
const open = () => (opened ??= new Promise((resolve, reject) => {
  const asked = indexedDB.open("fd-files", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("files");
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
}));

async function within(mode, run) {
  const base = await open();
  return new Promise((resolve, reject) => {
    const change = base.transaction("files", mode);
    const asked = run(change.objectStore("files"));
    change.oncomplete = () => resolve(asked.result);
    change.onabort = change.onerror = () => reject(change.error);
  });
}

// True when they are kept; false where the browser keeps nothing, or has no room.
export async function keep(key, files) {
  if (!isKeepable(files)) return false;
  memory.set(ANY, 1);
  return within("readwrite", (store) => store.put({ at: Date.now(), files }, key)).then(() => true, () => false);
}
export const kept = (key) => within("readonly", (store) => store.get(key)).then((held) => held?.files ?? null, () => null);
export const drop = (key) => within("readwrite", (store) => store.delete(key)).catch(() => null);

// Files go with what they belong to, however that went.
export async function tidy() {
  const keys = await within("readonly", (store) => store.getAllKeys()).catch(() => null);
  for (const key of (keys ?? []).filter((one) => !memory.get(one))) {
    const held = await within("readonly", (store) => store.get(key)).catch(() => null);
    if (held && Date.now() - held.at > YOUNG) await drop(key);
  }
  if (keys?.length === 0) memory.drop(ANY);
}
