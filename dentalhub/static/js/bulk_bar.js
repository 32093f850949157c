// <fieldset data-bulk-bar="center">: ticking a row means the ticked ones, whatever was chosen before; so nobody does to
// all that match what was meant for three.
(() => {
  "use strict";
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || box.type !== "checkbox" || !box.form) return;
    const bar = box.form.querySelector("[data-bulk-bar]");
    const name = box.dataset.checkAll ?? box.name;
    if (!bar || bar.dataset.bulkBar !== name) return;
    const ticked = bar.querySelector('input[name="which"][value="ticked"]');
    if (ticked) ticked.checked = true;
  });
})();
