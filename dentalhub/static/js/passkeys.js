// Passkeys and security keys: the browser asks for the key, and the form carries its answer.
// Without JavaScript, or in a browser without WebAuthn, these forms stay hidden and the other ways remain.
(() => {
  "use strict";
  const said = (form, what) => {
    const text = form.querySelector(`[data-passkey-${what}]`);
    if (text) text.hidden = false;
  };
  const optionsOf = async (form) => {
    const data = document.getElementById("passkey-options");
    if (data && form.dataset.passkeyUrl === undefined) return JSON.parse(data.textContent);
    const answer = await fetch(form.dataset.passkeyUrl, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error("no options");
    return answer.json();
  };
  const ask = async (form) => {
    const options = await optionsOf(form);
    if (form.dataset.passkey === "get") return window.webauthnJSON.get(options.request_options);
    const asked = options.creation_options;
    const alone = form.elements.passwordless?.checked ?? false;
    const selection = asked.publicKey.authenticatorSelection;
    selection.residentKey = alone ? "required" : "discouraged";
    selection.requireResidentKey = alone;
    if (alone) selection.userVerification = "required";
    return window.webauthnJSON.create(asked);
  };
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential) continue;
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        form.elements.credential.value = JSON.stringify(await ask(form));
        form.submit();
      } catch {
        said(form, "failed");
      }
    });
  }
})();
