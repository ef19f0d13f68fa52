// Photos are made smaller before they travel; drawing them anew also drops the place and device they carry.
// What was chosen is listed with a small picture, can be taken out again, and is kept until the form has arrived.
import { dropOldFiles, keepFiles, keptFiles } from "./kept.js";

const LONGEST = 1920;
const QUALITY = 0.82;
const PHOTO = /^image\/(jpeg|png|webp|heic|heif)$/;

async function smaller(file) {
  if (!PHOTO.test(file.type)) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    const name = `${file.name.replace(/\.[^.]*$/, "")}.jpg`;
    return new File([blob], name, { type: "image/jpeg", lastModified: file.lastModified });
  } catch {
    return file;
  }
}

function size(bytes) {
  return bytes < 1048576 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

function picture(file) {
  const shown = document.createElement("img");
  shown.alt = "";
  shown.src = URL.createObjectURL(file);
  shown.addEventListener("load", () => URL.revokeObjectURL(shown.src), { once: true });
  return shown;
}

function line(input, place, file) {
  const item = document.createElement("li");
  const words = document.createElement("span");
  words.textContent = `${file.name} · ${size(file.size)}`;
  const remove = document.createElement("button");
  remove.type = "button";
  remove.className = "gf-plain";
  remove.textContent = place.dataset.removeWords;
  remove.setAttribute("aria-label", `${place.dataset.removeWords} ${file.name}`);
  remove.addEventListener("click", () => {
    put(
      input,
      [...input.files].filter((each) => !same(each, file)),
    );
    input.focus();
  });
  item.append(...(file.type === "image/jpeg" || file.type === "image/png" ? [picture(file)] : []), words, remove);
  return item;
}

/** Give a field its files, list them and keep them. */
async function put(input, files) {
  const holder = new DataTransfer();
  for (const file of files) holder.items.add(file);
  input.files = holder.files;
  chosenSoFar.set(input, [...input.files]);
  const place = input.closest("[data-field]").querySelector("[data-files]");
  const lines = [...input.files].map((file) => line(input, place, file));
  place.replaceChildren(...lines);
  const form = input.closest("form[data-draft]");
  if (!form || !(await keepFiles(form, input.name, [...input.files]))) return;
  for (const each of lines) each.querySelector("span").append(` · ${place.dataset.keptWords}`);
}

const chosenSoFar = new WeakMap();

function same(one, other) {
  return one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
}

async function chosen(event) {
  const input = event.target;
  if (input.type !== "file") return;
  const before = input.multiple ? chosenSoFar.get(input) || [] : [];
  const fresh = await Promise.all([...input.files].map(smaller));
  put(input, [...before, ...fresh.filter((file) => !before.some((each) => same(each, file)))]);
}

async function begin(part) {
  for (const button of part.querySelectorAll(".gf-file-button")) {
    button.hidden = false;
    button.closest(".gf-file").classList.add("gf-file-ready");
  }
  for (const input of part.querySelectorAll("form[data-draft] input[type=file]")) {
    const files = await keptFiles(input.closest("form"), input.name);
    if (files.length && !input.files.length) await put(input, files);
  }
  for (const words of part.querySelectorAll("[data-files-again]")) words.hidden = true;
}

/** Shrink, list and keep every photo chosen in any form, also in forms that arrive later. */
export function shrinkPhotos() {
  dropOldFiles();
  begin(document);
  document.addEventListener("htmx:load", (event) => begin(event.detail.elt));
  document.addEventListener("change", chosen);
}
