// Files chosen into a form, kept on this device until the form has arrived: a phone in the field loses its signal,
// its battery and its page. Where the browser refuses to keep them, they stay in the page as before.

const NAME = "gridflow";
const STORE = "files";
const KEPT_DAYS = 7;
const GONE = "gridflow.gone.";

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function store(mode) {
  const opening = indexedDB.open(NAME, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const database = await done(opening);
  const transaction = database.transaction(STORE, mode);
  transaction.oncomplete = () => database.close();
  return transaction.objectStore(STORE);
}

function key(form, name) {
  return `${form.dataset.draftKey}/${name}`;
}

/** Keep the files of one field; returns whether the browser took them. */
export async function keepFiles(form, name, files) {
  localStorage.removeItem(GONE + key(form, ""));
  try {
    const shelf = await store("readwrite");
    if (files.length) await done(shelf.put({ at: Date.now(), files: [...files] }, key(form, name)));
    else await done(shelf.delete(key(form, name)));
    return true;
  } catch {
    return false;
  }
}

/** Return the files kept for one field. */
export async function keptFiles(form, name) {
  try {
    const found = await done((await store("readonly")).get(key(form, name)));
    return found ? found.files : [];
  } catch {
    return [];
  }
}

async function drop(matches) {
  try {
    const shelf = await store("readwrite");
    for (const each of await done(shelf.getAllKeys())) {
      if (matches(each, await done(shelf.get(each)))) await done(shelf.delete(each));
    }
  } catch {
    // Nothing was kept, so there is nothing to drop.
  }
}

/** Drop the files of a form that has arrived; the next page does it where this one is left too soon. */
export function dropFiles(form) {
  localStorage.setItem(GONE + key(form, ""), "");
  return drop((name) => name.startsWith(key(form, "")));
}

/** Drop the files of every form, because the person signs out. */
export function dropAllFiles() {
  return drop(() => true);
}

/** Drop what nobody came back for, and what the page before had no time to drop. */
export async function dropOldFiles() {
  const gone = Object.keys(localStorage).filter((name) => name.startsWith(GONE));
  const arrived = (name) => gone.some((each) => name.startsWith(each.slice(GONE.length)));
  await drop((name, found) => arrived(name) || Date.now() - found.at > KEPT_DAYS * 86400000);
  for (const each of gone) localStorage.removeItem(each);
}
