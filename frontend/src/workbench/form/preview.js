// The form as the server shows it, in a frame as wide as a phone; what is typed there stays while the form changes.

const PAUSE = 350;

/** What the frame shows, and how it stands to what the editor holds. */
class Preview {
  constructor(frame, closed, held, heard) {
    this.frame = frame;
    this.closed = closed;
    this.held = held;
    this.heard = heard;
    this.waiting = 0;
    this.touched = false;
    this.sent = "";
    this.busy = false;
    this.typing = false;
  }

  get form() {
    return this.frame.contentDocument?.querySelector("form[data-preview]");
  }

  redraw() {
    const { form } = this;
    if (!this.closed.hidden) this.frame.contentWindow.location.replace(this.frame.src); // signed in again, perhaps
    if (!form || this.busy) return; // what is shown next asks again
    this.busy = true;
    this.typing = false;
    this.sent = this.held.text();
    form.elements._text.value = this.sent;
    form.elements._touched.value = this.touched ? "yes" : "";
    form.dispatchEvent(new Event("redraw"));
  }

  read() {
    this.show(Boolean(this.form));
    if (!this.form) return;
    const found = this.frame.contentDocument?.getElementById("task")?.dataset.faults;
    if (found) this.heard(JSON.parse(found));
    if (this.held.text() !== this.sent) this.later();
  }

  later() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.redraw(), PAUSE);
  }

  typed(event) {
    this.touched ||= event.isTrusted;
    this.typing = true;
  }

  /** Leave out a form that was drawn without what has been typed since, and ask again. */
  swapped(event) {
    if (!this.typing) return;
    event.detail.shouldSwap = false;
    this.busy = false;
    this.later();
  }

  show(open) {
    this.busy = false;
    this.closed.hidden = open;
    this.frame.hidden = !open;
  }

  opened() {
    const page = this.frame.contentDocument;
    if (!this.form) return this.show(false);
    page.addEventListener("input", (event) => this.typed(event));
    page.addEventListener("htmx:beforeSwap", (event) => this.swapped(event));
    page.addEventListener("htmx:afterSettle", () => this.read());
    for (const failure of ["htmx:sendError", "htmx:responseError"])
      page.addEventListener(failure, () => {
        this.busy = false;
      });
    this.sent = this.form.elements._text.value;
    this.read();
  }
}

/**
 * Keep the frame showing the form; `heard(faults)` is told what the server refuses, by place.
 * `closed` is shown instead of any other page that comes, such as the one for signing in.
 */
export function showPreview(frame, closed, held, heard) {
  const preview = new Preview(frame, closed, held, heard);
  frame.addEventListener("load", () => preview.opened());
  if (frame.contentDocument?.readyState === "complete") preview.opened();
  return () => preview.later();
}
