// The dialog that leads to any page: "/" or Ctrl+K opens it, the arrows move through its answers, Enter goes there.
(() => {
  "use strict";
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const form = dialog.querySelector("[data-palette-form]");
  const input = form.querySelector("input");
  const links = () => [...dialog.querySelectorAll("[data-jump-target]")];

  // Also when the button in the header opens it.
  new MutationObserver(() => {
    if (!dialog.open) return;
    input.focus();
    input.select();
    htmx.trigger(form, "palette-open");
  }).observe(dialog, { attributes: true, attributeFilter: ["open"] });

  function opens(event) {
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) return true;
    // A review page searches its columns with the same key.
    const isFree = !document.querySelector("[data-search]") && !dentalhubKeys.isTyping(event.target);
    return event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && isFree;
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented || dentalhubKeys.areOff() || document.querySelector("dialog[open]")) return;
    if (!opens(event)) return;
    event.preventDefault();
    dialog.showModal();
  });

  dialog.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const stops = [input, ...links()];
    const at = stops.indexOf(document.activeElement);
    if (at < 0) return;
    event.preventDefault();
    stops[(at + step + stops.length) % stops.length].focus();
  });

  form.addEventListener("submit", (event) => {
    // Answers to what stood there a moment ago lead elsewhere: then the page of answers comes.
    const first = dialog.querySelector(`[data-jump-text="${CSS.escape(input.value.trim())}"] [data-jump-target]`);
    if (!first || !input.value.trim()) return;
    event.preventDefault();
    event.stopPropagation();
    first.click();
  });

  // A click beside it closes it.
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
})();
