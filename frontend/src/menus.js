// Menus close when the eye moves on, tabs show the one that is open; a demo account fills the sign-in form and sends it.

const FADE = 40;

/** Close menus on a click elsewhere and on Escape. */
export function closeMenus() {
  const close = (except) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]"))
      if (!menu.contains(except)) menu.open = false;
  };
  document.addEventListener("click", (event) => close(event.target));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details[data-menu][open]");
    close(null);
    menu?.querySelector("summary").focus();
  });
}

/** Where tabs do not fit side by side, move them so that the one that is open is seen. */
export function showCurrentTab() {
  for (const tab of document.querySelectorAll("nav > [aria-current=page]")) {
    const row = tab.parentElement;
    row.scrollLeft += Math.max(0, tab.getBoundingClientRect().right + FADE - row.getBoundingClientRect().right);
  }
}

/** Fill login and password with the demo account that was pressed. */
export function fillDemoAccount() {
  const form = document.querySelector("form[data-sign-in]");
  if (!form) return;
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-login]");
    if (!button) return;
    event.preventDefault();
    form.elements.login.value = button.dataset.login;
    form.elements.password.value = button.dataset.password;
    form.requestSubmit();
  });
}
