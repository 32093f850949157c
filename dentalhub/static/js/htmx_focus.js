// htmx gives the focus back to an element with the same id. Where the focused element had none, or is gone,
// the keyboard would start again at the top of the page: the swapped region takes the focus instead.
(() => {
  "use strict";
  let lost = null;

  document.addEventListener("htmx:beforeSwap", (event) => {
    const active = document.activeElement;
    const target = event.detail.target;
    lost = active && active !== document.body && target.contains(active)
      ? { id: active.id, name: active.getAttribute("name"), value: active.getAttribute("value"), region: target.id }
      : null;
  });

  function successor({ id, name, value, region }) {
    const root = document.getElementById(region) ?? document.getElementById("main");
    const same = [...root.querySelectorAll("[name]")].find(
      (element) => element.getAttribute("name") === name && element.getAttribute("value") === value,
    );
    return (id && document.getElementById(id)) || (name && same) || root;
  }

  document.addEventListener("htmx:afterSettle", () => {
    const before = lost;
    lost = null;
    if (!before || (document.activeElement && document.activeElement !== document.body)) return;
    const element = successor(before);
    if (element.tabIndex < 0 && !element.hasAttribute("tabindex")) element.setAttribute("tabindex", "-1");
    element.focus({ preventScroll: true });
  });
})();
