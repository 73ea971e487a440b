// Single keys do what the buttons do; typing in a field is never taken for a command. While the desk waits for the
// server, keys wait too: who types on after `e` or Enter means the form that is about to open, or the next entry.
const OFF = "jumelage-keys-off";
let running = null;
const waiting = [];
let handle = () => {};

export function listen(commands) {
  const box = document.getElementById("keys-off");
  box.checked = localStorage.getItem(OFF) === "1";
  box.addEventListener("change", () => localStorage.setItem(OFF, box.checked ? "1" : "0"));
  handle = (event) => {
    if (event.isComposing || document.querySelector("dialog[open]")) return;
    const field = event.target.closest("input, select, textarea");
    if (event.key === "Escape") return void commands.Escape?.(event, field);
    if (field) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "z") return run(commands.z, event);
    if (event.ctrlKey || event.metaKey || (event.altKey && !event.key.startsWith("Arrow"))) return;
    if (event.key === "Enter" && event.target.closest("button, a, summary")) return;
    if (box.checked && event.key.length === 1) return;
    run(commands[event.key], event);
  };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented) return;  // a field has made use of it
    if (!running || event.ctrlKey || event.metaKey || event.isComposing) return handle(event);
    const { key, shiftKey, altKey } = event;
    if (key.length > 1 && !["Enter", "Tab", "Escape", "Backspace"].includes(key) && !key.startsWith("Arrow")) return;
    event.preventDefault();
    waiting.push({ key, shiftKey, altKey });
  });
}

function run(command, event) {
  const result = command?.(event);
  if (!command || result === false) return;
  event.preventDefault();
  if (result instanceof Promise) during(result);
}

// Keys wait until the promise is settled.
export async function during(promise) {
  running = promise;
  try {
    return await promise;
  } finally {
    if (running === promise) { running = null; drain(); }
  }
}

function drain() {
  while (waiting.length && !running) {
    const stroke = waiting.shift(), target = document.activeElement ?? document.body;
    const field = target.closest("form.entry input, form.entry select");
    if (field && stroke.key !== "Escape") typeInto(field, stroke);
    else handle({ ...stroke, target, ctrlKey: false, metaKey: false, isComposing: false, preventDefault() {} });
  }
}

function typeInto(field, { key, shiftKey }) {
  if (key === "Enter") return field.form.requestSubmit();
  if (key === "Tab") {
    const stops = [...field.form.elements].filter((e) => e.matches("input:not([type=hidden]), select, button"));
    const next = stops[stops.indexOf(field) + (shiftKey ? -1 : 1)];
    next?.focus();
    return next?.select?.();
  }
  if (field.matches("select")) return key.length === 1 ? pick(field, key) : undefined;
  if (key === "Backspace") document.execCommand("delete");
  else if (key.length === 1) document.execCommand("insertText", false, key);
}

const typed = new WeakMap();
function pick(select, letter) {
  const start = (typed.get(select) ?? "") + letter.toLowerCase();
  const option = [...select.options].find((o) => o.text.toLowerCase().startsWith(start));
  if (!option) return;
  typed.set(select, start);
  select.value = option.value;
  select.dispatchEvent(new Event("change", { bubbles: true }));
}

let timer;
export function toast(message, bad = false) {
  const place = document.getElementById("toast");
  place.textContent = message;
  place.className = message ? (bad ? "on bad" : "on") : "";
  clearTimeout(timer);
  timer = setTimeout(() => { place.className = ""; }, bad ? 7000 : 1800);
}
