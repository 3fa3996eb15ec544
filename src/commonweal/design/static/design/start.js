import { initAll } from "../vendor/govuk-frontend.min.js";
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) document.body.classList.add("govuk-frontend-supported");
// The caret stays in the question that a page begins with: what was done is read out all the same.
if (document.querySelector("[autofocus]"))
  for (const banner of document.querySelectorAll("[data-module=govuk-notification-banner]")) banner.dataset.disableAutoFocus = "true";
initAll();

// Paper can't be opened: what is folded is open while the page is printed.
addEventListener("beforeprint", () => document.querySelectorAll("details.fold:not([open])").forEach((part) => { part.open = true; part.dataset.printed = ""; }));
addEventListener("afterprint", () => document.querySelectorAll("details[data-printed]").forEach((part) => { part.open = false; delete part.dataset.printed; }));

for (const button of document.querySelectorAll("[data-print]")) { button.hidden = false; button.addEventListener("click", () => print()); }

// Questions that belong to a tick come with it, open; an answer keeps them in sight. Without a script all of
// them stand there.
const answered = (block) => [...block.querySelectorAll("input, select, textarea")].some((one) =>
  (["checkbox", "radio"].includes(one.type) ? one.checked && one.value : one.value) && one.type !== "hidden");
for (const block of document.querySelectorAll("[data-with-tick]")) {
  const [name, value] = block.dataset.withTick.split("=");
  const tick = document.querySelector(`input[name="${name}"][value="${value}"]`);
  const follow = () => { block.hidden = !tick?.checked && !answered(block); };
  // Of several of which one is chosen, only the one that is chosen says so.
  for (const input of document.querySelectorAll(`input[name="${name}"]`))
    input.addEventListener("change", () => { follow(); block.open = tick.checked || answered(block); });
  follow();
  block.open = !block.hidden;
}

// What is to be copied can be selected by hand; where the browser can copy, a button does.
for (const button of document.querySelectorAll("[data-copies]")) {
  const box = document.getElementById(button.dataset.copies);
  box.addEventListener("focus", () => box.select());
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    const copied = await navigator.clipboard.writeText(box.value).then(() => true, () => false);
    if (!copied) box.focus();
    button.nextElementSibling.textContent = copied ? "Copied." : "Your browser did not let us. It is selected: copy it.";
  });
}

// A desk that shows people does not stay on the screen: the server locks, this takes the page away.
const lock = Number(document.body.dataset.lock);
if (lock) {
  let timer = 0;
  const wait = () => { clearTimeout(timer); timer = setTimeout(() => location.assign("/accounts/unlock/"), (lock + 2) * 1000); };
  for (const kind of ["keydown", "pointerdown", "input"]) document.addEventListener(kind, wait, { passive: true });
  wait();
}

// Somebody who types is at the desk: a call that is being written down neither locks nor ends. What is
// kept by itself as one types says so already; this says it for every other form, once a minute.
const here = document.body.dataset.here;
if (here) {
  let told = Date.now();
  document.addEventListener("input", () => {
    if (Date.now() - told < 60000) return;
    told = Date.now();
    fetch(here, { redirect: "error" }).catch(() => {});
  }, { passive: true });
}

// Going back and sending the same again is sending it twice: for ten minutes a form that was sent keeps
// its one-time key in that entry of the history, and has it again when somebody comes back to it.
const KEPT_MS = 600000;
const nameOf = (form) => `once ${[...document.forms].indexOf(form)} ${form.getAttribute("action") ?? ""}`;
document.addEventListener("submit", ({ target }) => {
  const key = target.elements.once_key?.value;
  if (key) history.replaceState({ ...history.state, [nameOf(target)]: { key, at: Date.now() } }, "");
});
for (const form of document.forms) {
  const kept = history.state?.[nameOf(form)], field = form.elements.once_key;
  if (field && kept && Date.now() - kept.at < KEPT_MS) field.value = kept.key;
}
