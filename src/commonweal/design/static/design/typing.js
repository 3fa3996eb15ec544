// One intake, several people in it: what one changed is kept field by field as one types, what the
// others changed is brought in. Without this the form's own button does the same at once.
const form = document.querySelector("form[data-autosave]");
const SAVE_AFTER = 600, LOOK_EVERY = 4000, TRY_AGAIN_AFTER = 5000;
// What belongs to the page, not to the intake.
const APART = /^(csrfmiddlewaretoken|once_key|seen|tab|changed|resident|probable|verb)$|^(shown|due|pick|seen)-/;

const controls = (name) => [...form.elements].filter((one) => one.name === name);
const names = () => [...new Set([...form.elements].map((one) => one.name))].filter((name) => name && !APART.test(name));

// The values of a field as they would be sent, as text that can be compared.
function read(name) {
  const found = controls(name).filter((one) => !["checkbox", "radio"].includes(one.type) || one.checked);
  return JSON.stringify(found.map((one) => one.value));
}

function write(name, value) {
  const wanted = [value].flat().map(String);
  for (const one of controls(name)) {
    if (["checkbox", "radio"].includes(one.type)) one.checked = wanted.includes(one.value);
    else one.value = wanted[0] ?? "";
    one.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function labelOf(name) {
  const [one] = controls(name);
  const group = one?.closest(".govuk-radios, .govuk-checkboxes, .govuk-date-input")?.closest("fieldset");
  const label = group?.querySelector("legend") ?? one?.labels?.[0];
  return label?.textContent.trim() ?? name;
}

function begin() {
  const said = document.getElementById("saved"), typing = document.getElementById("typing");
  const into = document.getElementById(form.dataset.into), twice = document.getElementById("typed-twice");
  const note = document.getElementById("twice-note"), known = document.getElementById("known");
  const scripts = document.getElementById("scripts");
  const tab = form.elements.tab.value;
  const kept = new Map(), seen = new Map();
  let version = form.elements.seen.value, running = false, again = false, sent = false, ended = false;
  // Whom somebody chose themselves; "" is somebody new. What stands chosen beforehand is no choice.
  let picked = into.querySelector("input[name=resident]:checked")?.value || null;
  let waiting = 0, quit = new AbortController();
  for (const name of names()) { kept.set(name, asRendered(name)); seen.set(name, version); }

  // A browser that restores a page restores what was typed: that was not kept yet.
  function asRendered(name) {
    const found = controls(name).filter((one) => !["checkbox", "radio"].includes(one.type) || one.defaultChecked);
    return JSON.stringify(found.map((one) => ("defaultValue" in one && !["checkbox", "radio"].includes(one.type)
      ? one.defaultValue
      : one.options ? ([...one.options].find((o) => o.defaultSelected) ?? one.options[0])?.value : one.value)));
  }

  const changed = () => names().filter((name) => read(name) !== kept.get(name));

  function message(fields) {
    const body = new URLSearchParams();
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    body.set("tab", tab);
    body.set("seen", version);
    body.append("changed", "");
    for (const name of fields) {
      body.append("changed", name);
      for (const value of JSON.parse(read(name))) body.append(name, value);
    }
    for (const [name, one] of seen) if (one !== version) body.set(`seen-${name}`, one);
    return body;
  }

  function bringIn(answer, fields, values) {
    for (const name of fields) { kept.set(name, values.get(name)); seen.set(name, answer.version); }
    const filled = [];
    for (const [name, value] of Object.entries(answer.fields)) {
      if (!kept.has(name) || fields.includes(name)) continue;
      // What is being typed here is not taken away: the next save puts both side by side.
      if (read(name) !== kept.get(name)) continue;
      write(name, value);
      kept.set(name, read(name));
      filled.push(labelOf(name));
    }
    // A field whose newest words are not on this page stays at the version that is.
    for (const name of seen.keys()) if (read(name) === kept.get(name) || !(name in answer.fields)) seen.set(name, answer.version);
    version = answer.version;
    const parts = answer.typing.length ? [`${answer.typing.join(" and ")} ${answer.typing.length > 1 ? "are" : "is"} typing.`] : [];
    if (filled.length) parts.push(`Filled in by a colleague: ${filled.join(", ")}.`);
    if (parts.length || !filled.length) tell(typing, parts.join(" "));
  }

  const probable = () => new Set([...into.querySelectorAll("input[name=probable]")].map((one) => one.value));
  into.addEventListener("change", ({ target }) => { if (target.name === "resident") picked = target.value; });

  // What is drawn anew keeps the focus, for whoever is in it by the keyboard.
  function draw(where, html) {
    const at = where.contains(document.activeElement) ? document.activeElement : null;
    const place = at ? [...where.querySelectorAll(at.localName)].indexOf(at) : -1;
    where.innerHTML = html;
    if (at) ((at.id && document.getElementById(at.id)) || where.querySelectorAll(at.localName)[place])?.focus();
  }

  function tell(where, words) { if (where.textContent !== words) where.textContent = words; }

  async function save() {
    if (sent || ended) return;
    if (running) { again = true; return; }
    running = true;
    clearTimeout(waiting);
    const fields = changed(), values = new Map(fields.map((name) => [name, read(name)]));
    let next = LOOK_EVERY;
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST", body: message(fields), redirect: "error", signal: quit.signal,
        headers: { Accept: "application/json", ...(fields.length ? {} : { "X-Only-Looking": "1" }) },
      });
      const found = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : null;
      if (found?.ended) { ended = true; tell(said, found.said); }
      else if (!answer.ok || !found) throw new Error(String(answer.status));
      else {
        bringIn(found, fields, values);
        if (found.said) tell(said, found.said);
        if (twice.dataset.shown !== found.twice) { twice.dataset.shown = found.twice; draw(twice, found.twice); }
        // Which of them somebody reads from stays open.
        if (found.scripts !== undefined && scripts.dataset.shown !== found.scripts) {
          const read = new Set([...scripts.querySelectorAll("details[open] summary")].map((one) => one.textContent.trim()));
          scripts.dataset.shown = found.scripts; draw(scripts, found.scripts);
          for (const one of scripts.querySelectorAll("details")) one.open = read.has(one.querySelector("summary").textContent.trim());
        }
        note.hidden = !twice.querySelector("button");
        if (found.known !== undefined) { tell(known, found.known); known.hidden = !found.known; }
        if (found.html !== undefined) {
          const before = probable();
          draw(into, found.html);
          // Who said "somebody new" did not say it of whom the page shows only now.
          if (picked === "" && [...probable()].some((code) => !before.has(code))) picked = null;
          const same = [...into.querySelectorAll("input[name=resident]")].find((one) => one.value === picked);
          if (same) same.checked = true;
        }
      }
    } catch {
      next = TRY_AGAIN_AFTER;
      if (!sent && (fields.length || said.dataset.lost)) tell(said, "Not kept yet: the connection is gone, the screen is locked, or you were signed out. It tries again by itself; press “Keep” and sign in if it goes on.");
    }
    running = false;
    if (again) { again = false; save(); return; }
    if (!sent && !ended && !document.hidden) waiting = setTimeout(save, next);
  }

  // Once it is sent there is nothing more to keep: a late answer would meet a case that has moved on.
  // The form itself then says what was not kept yet, and which version of each field this page saw.
  const add = (name, value) => {
    const one = Object.assign(document.createElement("input"), { type: "hidden", name, value });
    one.dataset.told = "";
    form.append(one);
  };
  const forget = () => { for (const one of form.querySelectorAll("[data-told]")) one.remove(); };
  form.addEventListener("submit", () => {
    sent = true; clearTimeout(waiting); quit.abort(); forget();
    const fields = changed();
    for (const name of ["", ...fields]) add("changed", name);
    for (const [name, one] of seen) if (one !== version) add(`seen-${name}`, one);
    form.elements.seen.value = version;
  });
  addEventListener("pageshow", () => { forget(); sent = false; quit = new AbortController(); save(); });
  addEventListener("online", save);
  document.addEventListener("visibilitychange", save);
  form.addEventListener("input", (event) => {
    if (APART.test(event.target.name)) return;
    clearTimeout(waiting); waiting = setTimeout(save, SAVE_AFTER);
  });
}

// Enter goes to the next question and sends nothing: from a tick past its whole group, from the first
// box of a date that is left empty past its others.
const dateOf = (one) => one.closest(".govuk-date-input");
function isPast(from, one) {
  const sameDate = !from.value && dateOf(from) && dateOf(from) === dateOf(one);
  return one.name && one.name !== from.name && !sameDate && one.type !== "hidden" && one.checkVisibility();
}
function onward(from) {
  const all = [...form.elements], next = all.slice(all.indexOf(from) + 1).find((one) => isPast(from, one));
  const group = next?.type === "radio" ? controls(next.name) : [];
  (group.find((one) => one.checked) ?? next)?.focus();
}
form?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || !event.target.matches("input, select")) return;
  event.preventDefault();
  onward(event.target);
});

if (form) begin();
