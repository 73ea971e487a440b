// Single keys do what the buttons do; typing in a field is never taken for a command.
const OFF = "jumelage-keys-off";

export function listen(commands) {
  const box = document.getElementById("keys-off");
  box.checked = localStorage.getItem(OFF) === "1";
  box.addEventListener("change", () => localStorage.setItem(OFF, box.checked ? "1" : "0"));
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || document.querySelector("dialog[open]")) return;
    const field = event.target.closest("input, select, textarea");
    if (event.key === "Escape") return void commands.Escape?.(event, field);
    if (field) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "z") return run(commands.z, event);
    if (event.ctrlKey || event.metaKey || (event.altKey && !event.key.startsWith("Arrow"))) return;
    if (event.key === "Enter" && event.target.closest("button, a, summary")) return;
    if (box.checked && event.key.length === 1) return;
    run(commands[event.key], event);
  });
}

function run(command, event) {
  if (command && command(event) !== false) event.preventDefault();
}

let timer;
export function toast(message, bad = false) {
  const place = document.getElementById("toast");
  place.textContent = message;
  place.className = message ? (bad ? "on bad" : "on") : "";
  clearTimeout(timer);
  timer = setTimeout(() => { place.className = ""; }, bad ? 7000 : 1800);
}
