import { initAll } from "../vendor/govuk-frontend.min.js";
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) document.body.classList.add("govuk-frontend-supported");
initAll();

// A form that says where it is kept as one types: without this its own button does the same.
for (const form of document.querySelectorAll("form[data-autosave]")) {
  const said = document.getElementById("saved"), into = document.getElementById(form.dataset.into);
  let waiting = 0, running = false, again = false, sent = false, quit = new AbortController();
  const save = async () => {
    if (sent) return;
    if (running) { again = true; return; }
    running = true;
    const chosen = document.querySelector("input[name=resident]:checked")?.value;
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body: new FormData(form), redirect: "error", signal: quit.signal });
      const found = await answer.json();
      said.textContent = found.said;
      if (found.html !== undefined) {
        into.innerHTML = found.html;
        const same = [...into.querySelectorAll("input[name=resident]")].find((one) => one.value === chosen);
        if (same) same.checked = true;
      }
    } catch { if (!sent) said.textContent = "Not kept yet: the connection is gone, or the screen is locked. It tries again as you type."; }
    running = false;
    if (again) { again = false; save(); }
  };
  // Once it is sent there is nothing more to keep: a late answer would meet a case that has moved on.
  form.addEventListener("submit", () => { sent = true; clearTimeout(waiting); quit.abort(); });
  addEventListener("pageshow", () => { sent = false; quit = new AbortController(); });
  form.addEventListener("input", (event) => {
    if (event.target.name === "resident") return;
    clearTimeout(waiting); waiting = setTimeout(save, 600);
  });
}

// A desk that shows people does not stay on the screen: the server locks, this takes the page away.
const lock = Number(document.body.dataset.lock);
if (lock) {
  let timer = 0;
  const wait = () => { clearTimeout(timer); timer = setTimeout(() => location.assign("/desk/help/unlock/"), (lock + 2) * 1000); };
  for (const kind of ["keydown", "pointerdown", "input"]) document.addEventListener(kind, wait, { passive: true });
  wait();
}
