// The keys of the queue and the review page. Each key presses a control that is on the page, so nothing can be done
// by key alone. #review-keys is the help; its data- attributes hold the sentences.
(() => {
  "use strict";
  const help = document.getElementById("review-keys");
  const words = help.querySelector("[data-refused]");
  if (!help) return;
  const live = document.getElementById("live");
  const rows = () => [...document.querySelectorAll("[data-key-row]")];
  const current = () => document.activeElement?.closest("[data-key-row]");
  const isUnsaved = () => document.querySelector("#mapping-form[data-changed]") !== null;
  let lastRow = null;
  const say = (text) => { live.textContent = text; };

  function press(element) {
    if (!element) return false;
    if (element.disabled) say(words.dataset.refused);
    else element.click();
    return true;
  }

  function focusRow(row) {
    lastRow = row;
    const target = row.querySelector('th[scope="row"] a') ?? row;
    if (target === row) row.tabIndex = -1;
    target.focus({ preventScroll: true });
    row.scrollIntoView({ block: "center" });
    const name = row.querySelector('th[scope="row"], h2').textContent.trim().replace(/\s+/g, " ");
    const all = rows();
    say(`${name} (${all.indexOf(row) + 1}/${all.length})`);
  }

  function move(step) {
    const all = rows();
    const at = all.indexOf(current() ?? lastRow);
    const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step;
    if (all[next]) focusRow(all[next]);
    return true;
  }

  // A mark is about what is saved: a row with another choice stays where it is.
  function decide(name) {
    const row = current();
    const button = row?.querySelector(`[data-${name}]`);
    if (!button && !row?.hasAttribute("data-waits")) return false;
    if (!button || button.disabled) {
      say(words.dataset.unsaved);
      return true;
    }
    button.click();
    return move(1);
  }

  // The candidate after the chosen one; the last one is followed by the first.
  function chooseRunnerUp() {
    const select = current()?.querySelector("select");
    const candidates = [...(select?.querySelector("optgroup")?.children ?? [])];
    if (!select || candidates.length === 0) return false;
    const next = candidates[(candidates.findIndex((option) => option.selected) + 1) % candidates.length];
    select.value = next.value;
    say(next.textContent);
    select.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  }

  // For the field of the row that has the focus.
  function search() {
    const input = document.querySelector("[data-search]");
    if (!input) return false;
    const key = current()?.id.replace(/^field-/, "");
    const field = input.form.elements.field;
    if ([...field.options].some((option) => option.value === key)) field.value = key;
    input.focus();
    input.select();
    return true;
  }

  // Only where the row itself has the focus: Enter on a button or a link stays what it is.
  function openDetails() {
    const row = document.activeElement;
    const details = row?.matches("[data-key-row]") && row.querySelector("details");
    if (!details) return false;
    details.open = !details.open;
    return true;
  }

  // What is still to be said (that all was looked at, a reason) gets the focus instead.
  function approve() {
    const button = document.querySelector("[data-approve]");
    if (!button) return false;
    const missing = button.form.querySelector(":invalid");
    if (!missing && !button.disabled) return press(button);
    if (button.disabled) say(isUnsaved() ? words.dataset.unsaved : words.dataset.refused);
    else missing.focus();
    (button.disabled ? button : missing).scrollIntoView({ block: "center" });
    return true;
  }

  const again = { j: () => move(1), k: () => move(-1) };
  const once = {
    "a": () => decide("accept"),
    "r": () => decide("reject"),
    "u": chooseRunnerUp,
    "s": () => press(document.querySelector("[data-save]")),
    "/": search,
    "n": () => press(document.querySelector("[data-skip]")),
    "Enter": openDetails,
    "?": () => { help.showModal(); return true; },
  };

  function actionOf(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return event.repeat ? null : approve;
    if (event.ctrlKey || event.metaKey || event.altKey) return null;
    return again[event.key] ?? (event.repeat ? null : once[event.key]);
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented || dentalhubKeys.areOff() || document.querySelector("dialog[open]")) return;
    if (dentalhubKeys.isTyping(event.target)) return;
    const action = actionOf(event);
    if (action?.()) event.preventDefault();
  });

  for (const button of document.querySelectorAll("[data-keys-help], [data-move]")) button.hidden = false;
  for (const button of document.querySelectorAll("[data-move]")) {
    button.addEventListener("click", () => move(Number(button.dataset.move)));
  }
})();
