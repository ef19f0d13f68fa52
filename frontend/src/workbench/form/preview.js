// The form as the server shows it, in a frame as wide as a phone; what is typed there stays while the form changes.

const PAUSE = 350;

/** Keep the frame showing the form; `heard(faults)` is told what the server refuses, by place. */
export function showPreview(frame, held, heard) {
  let waiting = 0;
  let touched = false;
  let sent = "";
  let busy = false;
  let typing = false;

  const inside = () => frame.contentDocument?.querySelector("form[data-preview]");

  function redraw() {
    const form = inside();
    if (!form || busy) return; // what is shown next asks again
    busy = true;
    typing = false;
    sent = held.text();
    form.elements._text.value = sent;
    form.elements._touched.value = touched ? "yes" : "";
    form.dispatchEvent(new Event("redraw"));
  }

  function read() {
    busy = false;
    const found = frame.contentDocument?.getElementById("task")?.dataset.faults;
    if (found) heard(JSON.parse(found));
    if (held.text() !== sent) later();
  }

  function free() {
    busy = false;
  }

  function later() {
    clearTimeout(waiting);
    waiting = setTimeout(redraw, PAUSE);
  }

  function opened() {
    const page = frame.contentDocument;
    if (!inside()) return;
    page.addEventListener("input", (event) => {
      touched ||= event.isTrusted;
      typing = true;
    });
    page.addEventListener("htmx:beforeSwap", (event) => {
      if (!typing) return;
      event.detail.shouldSwap = false; // it was drawn without what has been typed since
      free();
      later();
    });
    page.addEventListener("htmx:afterSettle", read);
    for (const failure of ["htmx:sendError", "htmx:responseError"]) page.addEventListener(failure, free);
    sent = inside().elements._text.value;
    read();
  }

  frame.addEventListener("load", opened);
  if (frame.contentDocument?.readyState === "complete") opened();
  return later;
}
