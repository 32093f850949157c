// Arrow keys, Home and End move from cell to cell of a <table data-matrix>; only open cells are tab stops.
(() => {
  "use strict";
  const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

  function target(cell, key) {
    const row = cell.parentElement;
    if (key === "Home") return row.cells[0];
    if (key === "End") return row.cells[row.cells.length - 1];
    const [down, right] = steps[key];
    const next = down ? (down > 0 ? row.nextElementSibling : row.previousElementSibling) : row;
    return next?.cells[cell.cellIndex + right];
  }

  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!(event.key in steps) && event.key !== "Home" && event.key !== "End") return;
    const cell = event.target.closest?.("[data-matrix] tbody :is(td, th)");
    const link = cell && target(cell, event.key)?.querySelector("a");
    if (!link) return;
    event.preventDefault();
    link.focus();
  });
})();
