// What is chosen on the review page and not saved yet: marks and decisions are about the saved content, so they wait.
// A row says so where something in it differs from what the server sent. Without JavaScript the server's check of the
// content is the only one, and enough.
(() => {
  "use strict";
  const form = document.getElementById("mapping-form");
  if (!form) return;
  const notice = document.querySelector("[data-unsaved-notice]");
  const deciding = [...document.querySelectorAll("[data-needs-saved]")].filter((button) => !button.disabled);

  function isChanged(control) {
    if (control.type === "hidden" || control.matches("button, fieldset, output")) return false;
    if (control.type === "checkbox") return control.checked !== control.defaultChecked;
    if (!control.matches("select")) return control.value !== control.defaultValue;
    const sent = [...control.options].findIndex((option) => option.defaultSelected);
    return control.selectedIndex !== Math.max(sent, 0);
  }

  // The form of dates and the delete flag stand below the table, and belong to a field of it.
  const rowOf = (control) => control.closest("[data-key-row]") ?? document.getElementById(control.dataset.of ?? "");

  function show() {
    const changed = [...form.elements].filter(isChanged);
    const exchanged = [...form.querySelectorAll("[data-unsaved] [data-key-row]")];
    const rows = new Set([...changed.map(rowOf), ...exchanged]);
    for (const row of document.querySelectorAll("[data-key-row]")) {
      const waits = rows.has(row);
      row.toggleAttribute("data-waits", waits);
      for (const hint of row.querySelectorAll("[data-unsaved-hint]")) hint.hidden = !waits;
      for (const button of row.querySelectorAll("[data-accept], [data-reject]")) button.disabled = waits;
    }
    const isUnsaved = changed.length + exchanged.length > 0;
    form.toggleAttribute("data-changed", isUnsaved);
    for (const button of deciding) button.disabled = isUnsaved;
    if (notice) notice.hidden = !isUnsaved;
  }

  form.addEventListener("input", show);
  form.addEventListener("change", show);
  document.addEventListener("htmx:afterSettle", show);
  // A page that comes back may come with what was chosen on it.
  window.addEventListener("pageshow", show);
  show();
})();
