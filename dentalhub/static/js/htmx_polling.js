// Polling rests while nobody looks; the next tick after the tab comes back asks again.
// The server ends a poll with status 286, which htmx understands by itself.
(() => {
  "use strict";
  document.addEventListener("htmx:beforeRequest", (event) => {
    const trigger = event.detail.elt.getAttribute("hx-trigger") ?? "";
    if (document.hidden && trigger.includes("every ")) event.preventDefault();
  });
})();
