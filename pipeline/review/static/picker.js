// The place picker (ARIA combobox) with its map, and dates in words while they are typed.
const texts = () => document.getElementById("texts").dataset;
const wait = (ms, f) => { let t; return (...a) => { clearTimeout(t); t = setTimeout(() => f(...a), ms); }; };

export function bringToLife(form) {
  form.querySelectorAll("[data-date]").forEach((input) => {
    const words = form.querySelector(`output[for="${input.id}"]`);
    input.addEventListener("input", wait(120, async () => {
      const answer = await (await fetch("/edtf?value=" + encodeURIComponent(input.value))).json();
      words.textContent = answer.error ? "?" : input.value.trim() ? answer.words : "";
      words.classList.toggle("bad", Boolean(answer.error));
    }));
  });
  const place = form.querySelector(".place");
  if (place) picker(place, form);
}

function picker(place, form) {
  const input = place.querySelector("[role=combobox]"), hidden = place.querySelector("[name=place_id]");
  const list = place.querySelector("ul"), map = place.querySelector(".map");
  let found = [], at = -1;

  function choose(index) {
    at = index;
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === at)));
    const item = list.children[at], chosen = found[at];
    if (!item) return;
    input.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
    hidden.value = chosen.id;
    const kind = form.elements.kind;
    if (kind && chosen.kind) kind.value = chosen.kind;
    draw(map, found.filter((c) => c.latitude !== null), chosen);
  }

  async function look() {
    const name = input.value.trim();
    const candidates = name ? await (await fetch("/places?q=" + encodeURIComponent(name))).json() : [];
    if (name !== input.value.trim()) return;
    found = candidates.concat(name ? [{ id: "", name, unlinked: true, latitude: null }] : []);
    list.replaceChildren(...found.map((candidate, i) => {
      const item = document.createElement("li");
      item.id = `${list.id}-${i}`;
      item.setAttribute("role", "option");
      const name = document.createElement("strong");
      name.textContent = candidate.name;
      item.append(name, " ");
      const rest = document.createElement("span");
      rest.className = "quiet";
      const people = candidate.population ? `${candidate.population.toLocaleString(document.documentElement.lang)} ${texts().people}` : "";
      const other = candidate.geonames_name !== candidate.name ? candidate.geonames_name : "";
      rest.textContent = candidate.unlinked ? texts().unlinked
        : [other, candidate.admin, candidate.country_name, people].filter(Boolean).join(" · ");
      item.append(rest);
      item.addEventListener("mousedown", (event) => { event.preventDefault(); choose(i); });
      return item;
    }));
    input.setAttribute("aria-expanded", String(found.length > 0));
    const known = found.findIndex((candidate) => candidate.id && candidate.id === hidden.value);
    choose(known >= 0 ? known : 0);
  }

  input.addEventListener("input", () => { hidden.value = ""; });
  input.addEventListener("input", wait(140, look));
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose((at + (event.key === "ArrowDown" ? 1 : found.length - 1)) % Math.max(1, found.length));
    }
  });
  look();
}

function draw(map, places, chosen) {
  map.toggleAttribute("hidden", !places.length);
  if (!places.length) return;
  const centre = chosen.latitude !== null ? chosen : places[0];
  const width = 36, height = width / 2.4;
  map.setAttribute("viewBox", `${centre.longitude - width / 2} ${-centre.latitude - height / 2} ${width} ${height}`);
  map.setAttribute("aria-label", texts().map.replace("{name}", centre.name));
  map.querySelector(".pins").replaceChildren(...[...places.filter((p) => p !== centre), centre].map((p) => {
    const dot = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    dot.setAttribute("cx", p.longitude);
    dot.setAttribute("cy", -p.latitude);
    dot.setAttribute("r", p === centre ? 0.55 : 0.35);
    if (p === centre) dot.setAttribute("class", "at");
    return dot;
  }));
  map.scrollIntoView({ block: "nearest" });
}
