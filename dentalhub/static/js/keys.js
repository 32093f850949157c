// What all keys of the pages share: their off switch, and that no key acts while somebody types.
// The switch is every <input type="checkbox" data-keys-off>; it is kept in the cookie that <body> names.
(() => {
  "use strict";
  const cookie = document.body.dataset.keysCookie;
  const switches = document.querySelectorAll("[data-keys-off]");

  function areOff() {
    return document.cookie.split("; ").includes(`${cookie}=off`);
  }

  // A tick takes no letters, everything else that can be filled in does.
  function isTyping(element) {
    if (element.isContentEditable || element.matches("select, textarea")) return true;
    return element.matches("input") && !["checkbox", "radio", "button", "submit"].includes(element.type);
  }

  function show() {
    for (const box of switches) box.checked = areOff();
  }

  function keep(event) {
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `${cookie}=off; Max-Age=${event.target.checked ? 31536000 : 0}; Path=/; SameSite=Lax${secure}`;
    show();
  }

  for (const box of switches) box.addEventListener("change", keep);
  show();
  globalThis.dentalhubKeys = Object.freeze({ areOff, isTyping });
})();
