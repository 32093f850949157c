// <input type="checkbox" data-check-all="center"> ticks every checkbox of that name in its form;
// [data-check-count="center"] shows how many are ticked.
(() => {
  "use strict";
  const boxesOf = (root, name) => [...root.querySelectorAll(`input[type="checkbox"][name="${CSS.escape(name)}"]`)];

  function refresh(root, name) {
    const boxes = boxesOf(root, name);
    const ticked = boxes.filter((box) => box.checked).length;
    for (const all of root.querySelectorAll(`[data-check-all="${CSS.escape(name)}"]`)) {
      all.checked = ticked > 0 && ticked === boxes.length;
      all.indeterminate = ticked > 0 && ticked < boxes.length;
    }
    for (const count of root.querySelectorAll(`[data-check-count="${CSS.escape(name)}"]`)) count.textContent = String(ticked);
  }

  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || box.type !== "checkbox") return;
    const root = box.form ?? document;
    const name = box.dataset.checkAll ?? box.name;
    if (box.dataset.checkAll) for (const each of boxesOf(root, name)) each.checked = box.checked;
    if (name) refresh(root, name);
  });
})();
