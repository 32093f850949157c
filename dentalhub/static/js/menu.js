// A <details class="menu"> closes on Escape, on a click elsewhere and when the focus leaves it. A panel that would reach
// beyond the window hangs from the other end of its button.
(() => {
  "use strict";
  const openMenus = () => document.querySelectorAll("details.menu[open]");

  function turn(menu) {
    const panel = menu.querySelector(".what-is__panel");
    if (!panel) return;
    panel.classList.remove("what-is__panel--turned");
    const reaches = panel.getBoundingClientRect().right > document.documentElement.clientWidth;
    panel.classList.toggle("what-is__panel--turned", reaches);
  }

  document.addEventListener("toggle", (event) => { if (event.target.matches("details.menu[open]")) turn(event.target); }, true);
  window.addEventListener("resize", () => { for (const menu of openMenus()) turn(menu); });
  document.addEventListener("click", (event) => {
    for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("focusin", (event) => {
    for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of openMenus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
})();
