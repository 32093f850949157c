// htmx gives the focus back to an element with the same id. Where the focused element had none, or is gone, the
// keyboard would start again at the top of the page: what does the same takes the focus, else the swapped region.
// The same for a button that is disabled while its request is under way.
(() => {
  "use strict";
  const held = () => (document.activeElement === document.body ? null : document.activeElement);
  let lost = null;
  let pressed = null;

  document.addEventListener("htmx:beforeSwap", (event) => {
    const active = held() ?? (pressed?.isConnected ? pressed : null);
    const target = event.detail.target;
    lost = !active || !target.contains(active) ? null : {
      id: active.id,
      name: active.getAttribute("name"),
      value: active.getAttribute("value"),
      href: active.getAttribute("href"),
      text: active.textContent.trim(),
      action: active.type === "submit" ? active.form?.getAttribute("action") : null,
      details: active.tagName === "SUMMARY" ? active.parentElement.id : "",
      region: target.id,
    };
  });

  function same({ name, value, href, text, action, details }, root) {
    const all = (selector, is) => [...root.querySelectorAll(selector)].filter(is);
    if (name) return all("[name]", (one) => one.getAttribute("name") === name && one.getAttribute("value") === value)[0];
    if (details) return document.getElementById(details)?.querySelector("summary");
    if (action) return all("form", (form) => form.getAttribute("action") === action)[0]?.querySelector("[type=submit]");
    if (!href) return null;
    // A number of centers leads to the same page as before, though it is another number now.
    const links = all("a[href]", (link) => link.getAttribute("href") === href);
    return links.find((link) => link.textContent.trim() === text) ?? links[0];
  }

  // What is in closed details cannot have the focus; what opens them can.
  function take(element) {
    if (!element) return false;
    element.focus({ preventScroll: true });
    if (document.activeElement === element) return true;
    return take(element.closest("details:not([open])")?.querySelector("summary"));
  }

  function takeRegion(region) {
    if (!region.hasAttribute("tabindex")) region.setAttribute("tabindex", "-1");
    return take(region);
  }

  document.addEventListener("htmx:afterSettle", () => {
    const before = lost;
    lost = null;
    if (!before || held()) return;
    const main = document.getElementById("main");
    const region = document.getElementById(before.region) ?? main;
    if (take(before.id && document.getElementById(before.id)) || take(same(before, region))) return;
    if (!takeRegion(region)) takeRegion(main);
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt.closest("[hx-disabled-elt]")) pressed = held();
  });
  document.addEventListener("htmx:afterRequest", () => {
    const before = pressed;
    pressed = null;
    if (before?.isConnected && !before.disabled && !held()) before.focus({ preventScroll: true });
  });
})();
