import { initAll } from "../vendor/govuk-frontend.min.js";
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) document.body.classList.add("govuk-frontend-supported");
initAll();

// A desk that shows people does not stay on the screen: the server locks, this takes the page away.
const lock = Number(document.body.dataset.lock);
if (lock) {
  let timer = 0;
  const wait = () => { clearTimeout(timer); timer = setTimeout(() => location.assign("/desk/help/unlock/"), (lock + 2) * 1000); };
  for (const kind of ["keydown", "pointerdown", "input"]) document.addEventListener(kind, wait, { passive: true });
  wait();
}
