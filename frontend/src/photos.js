// Photos are made smaller before they travel; drawing them anew also drops the place and device they carry.

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

function list(input) {
  const place = input.closest("[data-field]")?.querySelector("[data-files]");
  if (!place) return;
  place.replaceChildren(
    ...[...input.files].map((file) => {
      const line = document.createElement("li");
      line.textContent = `${file.name}（${size(file.size)}）`;
      return line;
    }),
  );
}

async function chosen(event) {
  const input = event.target;
  if (input.type !== "file") return;
  const holder = new DataTransfer();
  for (const file of await Promise.all([...input.files].map(smaller))) holder.items.add(file);
  input.files = holder.files;
  list(input);
}

/** Shrink every photo chosen in any form. */
export function shrinkPhotos() {
  document.addEventListener("change", chosen);
}
