// A page that asks by itself, with nobody at it, must not keep a session alive: the server does not count such requests.
(() => {
  "use strict";
  document.addEventListener("htmx:configRequest", (event) => {
    if (!event.detail.triggeringEvent) event.detail.headers["HX-Automatic"] = "true";
  });
})();
