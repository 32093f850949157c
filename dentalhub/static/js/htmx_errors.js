// Says in one sentence what went wrong with a request whose answer htmx does not swap in.
(() => {
  "use strict";
  const box = () => document.getElementById("request-error");

  function show(reason) {
    const element = box();
    if (!element) return;
    const text = element.getAttribute(`data-${reason}`) ?? element.getAttribute("data-other");
    const target = element.querySelector("[data-request-error-text]");
    if (!element.hidden && target.textContent === text) return; // a failing poll must not repeat itself to a screen reader
    element.hidden = false;
    target.textContent = text;
  }

  function hide() {
    const element = box();
    if (!element || element.hidden) return;
    element.hidden = true;
    element.querySelector("[data-request-error-text]").textContent = "";
  }

  document.addEventListener("htmx:sendError", () => show("unreachable"));
  document.addEventListener("htmx:timeout", () => show("timeout"));
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    show(status >= 500 ? "5xx" : String(status));
  });
  document.addEventListener("htmx:afterOnLoad", (event) => {
    if (event.detail.xhr.status < 400) hide();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-request-error-close]")) hide();
  });
})();
