// Says in one sentence what went wrong with a request whose answer htmx does not swap in.
(() => {
  "use strict";
  const isPoll = (event) => (event.detail.elt?.getAttribute("hx-trigger") ?? "").includes("every ");
  let fromPoll = false;

  function show(event, reason) {
    const box = document.getElementById("request-error");
    if (!box) return;
    const target = box.querySelector("[data-request-error-text]");
    const text = target.getAttribute(`data-${reason}`) ?? target.getAttribute("data-other");
    if (!box.hidden && target.textContent === text) return; // a failing poll must not repeat itself to a screen reader
    fromPoll = isPoll(event);
    box.hidden = false;
    target.textContent = text;
  }

  function hide() {
    const box = document.getElementById("request-error");
    if (!box || box.hidden) return;
    box.hidden = true;
    box.querySelector("[data-request-error-text]").textContent = "";
  }

  document.addEventListener("htmx:sendError", (event) => show(event, "unreachable"));
  document.addEventListener("htmx:timeout", (event) => show(event, "timeout"));
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    show(event, status >= 500 ? "5xx" : String(status));
  });
  document.addEventListener("htmx:afterOnLoad", (event) => {
    // What a person's click caused stays until the next success of a person, not of a poll.
    if (event.detail.xhr.status < 400 && (fromPoll || !isPoll(event))) hide();
  });
  document.addEventListener("click", (event) => {
    const toast = event.target.closest("[data-toast-close]")?.closest(".toast-line");
    if (toast?.id === "request-error") hide();
    else if (toast) toast.hidden = true;
  });
})();
