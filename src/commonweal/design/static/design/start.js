import { initAll } from "../vendor/govuk-frontend.min.js";
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) document.body.classList.add("govuk-frontend-supported");
initAll();

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
