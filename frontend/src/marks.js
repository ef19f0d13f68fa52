// Marks that follow what is typed: what was wrong and is filled now, and how a date reads in words.

const WEEKDAYS = "日一二三四五六";

function filled(field) {
  return [...field.querySelectorAll("input, select, textarea")].some((control) =>
    control.type === "radio" || control.type === "checkbox" ? control.checked : control.value,
  );
}

/** A mark goes as soon as there is something to check again; the server has the last word. */
function unmark(event) {
  const field = event.target.closest?.(".gf-field-wrong");
  if (!field || !filled(field)) return;
  field.classList.remove("gf-field-wrong");
  for (const message of field.querySelectorAll(".gf-wrong")) message.hidden = true;
  for (const control of field.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
}

function words(value) {
  const [day, time] = value.split("T");
  const [year, month, date] = day.split("-").map(Number);
  const at = new Date(year, month - 1, date);
  if (!document.documentElement.lang.startsWith("zh")) {
    const said = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short" }).format(at);
    return [said.replace(",", ""), time].filter(Boolean).join(" ");
  }
  const other = year === new Date().getFullYear() ? "" : `${year}年`;
  return [`${other}${month}月${date}日（周${WEEKDAYS[at.getDay()]}）`, time].filter(Boolean).join(" ");
}

function tellDate(event) {
  const line = document.getElementById(`${event.target.id}-words`);
  if (line?.dataset.dateWords === undefined) return;
  line.textContent = event.target.value ? words(event.target.value) : "";
}

/** Let marks follow the typing. */
export function followTyping() {
  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, unmark);
    document.addEventListener(kind, tellDate);
  }
}
