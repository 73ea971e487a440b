"use strict";
const D = JSON.parse(document.getElementById("data").textContent), T = D.texts, L = D.labels;
const $ = (s) => document.querySelector(s);
const SVG = "http://www.w3.org/2000/svg";
function make(tag, attributes = {}, ...children) {
  const element = tag.startsWith("svg:") ? document.createElementNS(SVG, tag.slice(4)) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== false) element.setAttribute(name, value);
  element.append(...children);
  return element;
}
const name = (n) => D.places[n].name, title = (r) => `${name(r.a)} ⟷ ${name(r.b)}`;
const countryOf = (n) => D.places[n].country;
if (D.relations.length) main();

function main() {
  const home = mostCommon(D.relations.flatMap((r) => [countryOf(r.a), countryOf(r.b)]));
  D.relations.forEach((r, i) => {
    r.i = i;
    const both = [countryOf(r.a), countryOf(r.b)].filter(Boolean);
    const abroad = both.filter((c) => c !== home);
    r.countries = [...new Set(abroad.length ? abroad : both)];
    r.words = [title(r), L[r.type], L[r.status], r.since_words, ...r.countries.map(countryName)].join(" ").toLowerCase();
  });
  const filter = {};
  let sort = { key: "first", down: false }, limit = 100;
  const fits = (r) => (!filter.status || r.status === filter.status) && (filter.year === undefined || r.year === filter.year)
    && (filter.years === undefined || (r.year >= filter.years[0] && r.year <= filter.years[1]))
    && (!filter.topic || r.topics.includes(filter.topic)) && (!filter.country || r.countries.includes(filter.country))
    && (filter.place === undefined || r.a === filter.place || r.b === filter.place)
    && (filter.only === undefined || r.i === filter.only)
    && (!filter.q || filter.q.split(/\s+/).every((w) => r.words.includes(w)));
  const go = () => $("#h-table").scrollIntoView({ behavior: "smooth" });

  function countryName(code) { return D.places.find((p) => p.country === code)?.country_name ?? code; }
  function set(change, jump = true) { Object.assign(filter, change); limit = 100; show(); if (jump) go(); }

  // table
  const columns = {
    first: (r) => name(r.a), second: (r) => name(r.b), type: (r) => L[r.type], status: (r) => D.statuses.indexOf(r.status),
    since: (r) => r.since ?? "", signed: (r) => r.signed ?? "", confidence: (r) => r.confidence, evidence: (r) => r.evidence.length,
  };
  function show() {
    const rows = D.relations.filter(fits), key = columns[sort.key];
    rows.sort((x, y) => {
      const a = key(x), b = key(y);
      const order = typeof a === "string" ? a.localeCompare(b, D.lang) : a - b;
      return (sort.down ? -order : order) || x.i - y.i;
    });
    const shown = matchMedia("print").matches ? rows : rows.slice(0, limit);
    $("#table tbody").replaceChildren(...shown.map((r) => make("tr", { "data-i": r.i },
      make("td", {}, make("button", { type: "button" }, make("bdi", {}, name(r.a)))), make("td", {}, make("bdi", {}, name(r.b))), make("td", {}, L[r.type]),
      make("td", {}, make("i", { class: r.status }), L[r.status]), make("td", {}, r.since_words), make("td", {}, r.signed_words),
      make("td", {}, Math.round(r.confidence * 100) + " %"), make("td", {}, String(r.evidence.length)))));
    $("#count").textContent = `${rows.length} ${T.of} ${D.relations.length}`;
    $("#more").hidden = rows.length <= limit;
    document.querySelectorAll("[data-sort]").forEach((b) => {
      const head = b.closest("th");
      if (b.dataset.sort === sort.key) head.setAttribute("aria-sort", sort.down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    const chips = Object.entries({ status: L[filter.status], year: filter.year === null ? T.undated : filter.year, years: filter.years?.join("–"), topic: L[filter.topic],
      country: filter.country && countryName(filter.country), place: filter.place !== undefined && name(filter.place),
      only: filter.only !== undefined && title(D.relations[filter.only]) })
      .filter(([k, v]) => filter[k] !== undefined && v !== undefined && v !== false);
    $("#chips").replaceChildren(...chips.map(([k, v]) => {
      const chip = make("button", { type: "button", class: "chip" }, `${v} ×`);
      chip.addEventListener("click", () => { delete filter[k]; set({}, false); });
      return chip;
    }));
    const on = new Set(rows.map((r) => r.i)), all = rows.length === D.relations.length;
    document.querySelectorAll("#arcs g").forEach((g) => g.classList.toggle("faded", !all && !on.has(Number(g.dataset.i))));
    document.querySelectorAll("#legend button").forEach((b) => b.setAttribute("aria-pressed", String(filter.status === b.dataset.status)));
  }
  $("#table tbody").addEventListener("click", (event) => detail(D.relations[event.target.closest("tr").dataset.i]));
  document.querySelectorAll("[data-sort]").forEach((b) => b.addEventListener("click", () => {
    sort = { key: b.dataset.sort, down: sort.key === b.dataset.sort && !sort.down };
    show();
  }));
  $("#q").addEventListener("input", () => set({ q: $("#q").value.trim().toLowerCase() }, false));
  $("#more").addEventListener("click", () => { limit += 400; show(); });
  document.querySelectorAll("[data-total]").forEach((b) => b.addEventListener("click", () => {
    for (const k of Object.keys(filter)) delete filter[k];
    sort = { key: b.dataset.total === "countries" ? "second" : "first", down: false };
    set({});
  }));

  function detail(r) {
    $("#d-title").textContent = title(r);
    const facts = [L[r.type], L[r.status], r.since && `${T.since} ${r.since_words}`, r.signed && `${T.signed} ${r.signed_words}`,
      r.until && `${T.until} ${r.until_words}`, r.instrument && L[r.instrument], ...r.topics.map((t) => L[t])];
    $("#d-facts").textContent = facts.filter(Boolean).join(" · ");
    $("#d-evidence").replaceChildren(...r.evidence.map((e) => make("blockquote", { dir: "auto" }, e.quote,
      make("cite", {}, [e.title, e.published_words, e.source, `${L[e.status]}, ${Math.round(e.confidence * 100)} %`].filter(Boolean).join(" · ")))));
    $("#detail").showModal();
  }

  // legend
  $("#legend").append(...D.statuses.filter((s) => D.relations.some((r) => r.status === s)).map((s) => {
    const b = make("button", { type: "button", "data-status": s, "aria-pressed": "false" }, make("i", { class: s }), `${L[s]} ${D.relations.filter((r) => r.status === s).length}`);
    b.addEventListener("click", () => { if (filter.status === s) delete filter.status; else filter.status = s; set({}, false); });
    return b;
  }));

  drawMap(); drawTimeline(); drawNetwork(); drawTopics(); show();
  addEventListener("beforeprint", () => { limit = Infinity; show(); });

  function tip(element, text) {
    const box = $("#tip");
    element.addEventListener("pointerenter", (e) => { box.textContent = text; box.hidden = false; place(e); });
    element.addEventListener("pointermove", place);
    element.addEventListener("pointerleave", () => { box.hidden = true; });
    function place(e) { box.style.left = Math.min(innerWidth - box.offsetWidth - 8, e.clientX + 14) + "px"; box.style.top = e.clientY + 14 + "px"; }
  }

  function drawMap() {
    const map = $("#map"), placed = D.relations.filter((r) => D.places[r.a].lat !== null && D.places[r.b].lat !== null);
    for (const r of placed) {
      const a = D.places[r.a], b = D.places[r.b];
      const [x, y, u, v] = [a.lon, -a.lat, b.lon, -b.lat], bend = Math.hypot(u - x, v - y) * 0.2;
      const d = `M${x} ${y}Q${(x + u) / 2} ${(y + v) / 2 - bend} ${u} ${v}`;
      const group = make("svg:g", { "data-i": r.i }, make("svg:path", { class: `arc ${r.status}`, d }), make("svg:path", { class: "hit", d }));
      group.addEventListener("click", () => detail(r));
      tip(group, `${title(r)} · ${L[r.status]}${r.since ? ` · ${T.since} ${r.since_words}` : ""}`);
      $("#arcs").append(group);
    }
    const towns = [...new Set(placed.flatMap((r) => [r.a, r.b]))];
    for (const n of towns) {
      const p = D.places[n], dot = make("svg:circle", { class: "town", cx: p.lon, cy: -p.lat, r: 0.5, "data-n": n });
      dot.addEventListener("click", () => set({ place: n, only: undefined }));
      tip(dot, p.country_name ? `${p.name}, ${p.country_name}` : p.name);
      $("#towns").append(dot);
    }
    const xs = towns.map((n) => D.places[n].lon).sort((a, b) => a - b), ys = towns.map((n) => -D.places[n].lat).sort((a, b) => a - b);
    const ratio = 2.1, whole = { x: -180, y: -84, w: 360, h: 360 / ratio };
    let view = { ...whole };
    if (xs.length) {
      const w = Math.max(14, (xs.at(-1) - xs[0]) * 1.12, (ys.at(-1) - ys[0]) * 1.2 * ratio);
      if (w < 330) view = { x: (xs[0] + xs.at(-1)) / 2 - w / 2, y: (ys[0] + ys.at(-1)) / 2 - w / ratio / 2, w, h: w / ratio };
    }
    const start = { ...view };
    function apply() {
      map.setAttribute("viewBox", `${view.x} ${view.y} ${view.w} ${view.h}`);
      const radius = view.w / 330;
      document.querySelectorAll(".town").forEach((t) => t.setAttribute("r", radius));
    }
    function zoom(factor, cx = 0.5, cy = 0.5) {
      const w = Math.min(360, Math.max(2, view.w * factor)), h = w / ratio;
      view = { x: view.x + (view.w - w) * cx, y: view.y + (view.h - h) * cy, w, h };
      apply();
    }
    map.addEventListener("wheel", (e) => {
      if (!e.ctrlKey && !e.metaKey && document.activeElement !== map && !dragged) return;
      e.preventDefault();
      const box = map.getBoundingClientRect();
      zoom(e.deltaY > 0 ? 1.2 : 0.83, (e.clientX - box.left) / box.width, (e.clientY - box.top) / box.height);
    }, { passive: false });
    let from = null, dragged = false;
    map.addEventListener("pointerdown", (e) => { from = { x: e.clientX, y: e.clientY, view: { ...view } }; dragged = true; });
    addEventListener("pointermove", (e) => {
      if (!from) return;
      const box = map.getBoundingClientRect();
      view = { ...view, x: from.view.x - (e.clientX - from.x) / box.width * view.w, y: from.view.y - (e.clientY - from.y) / box.height * view.h };
      apply();
    });
    addEventListener("pointerup", () => { from = null; });
    map.addEventListener("pointerleave", () => { dragged = false; });
    document.querySelectorAll("[data-zoom]").forEach((b) => b.addEventListener("click", () => {
      const factor = Number(b.dataset.zoom);
      if (factor) zoom(factor); else { view = view.w >= 359 ? { ...start } : { ...whole }; apply(); }
    }));
    apply();
  }

  function drawTimeline() {
    const dated = D.relations.filter((r) => r.year !== null);
    if (!dated.length) { $("#timeline").append(make("p", { class: "quiet" }, T.undated)); return; }
    const years = dated.map((r) => r.year).sort((a, b) => a - b), lowest = years[0], high = years.at(-1);
    // A few very old ones share one bar, so that they do not squeeze all others.
    const usual = years[Math.floor(years.length * 0.02)], low = usual - lowest > 40 ? usual : lowest;
    const step = high - low > 60 ? 5 : high - low > 25 ? 2 : 1, first = Math.floor(low / step) * step;
    const bins = [], put = (from, to, label) => bins.push({ from, to, label,
      parts: D.statuses.map((s) => dated.filter((r) => r.year >= from && r.year <= to && r.status === s)) });
    if (lowest < first) put(lowest, first - 1, "… " + (first - 1));
    for (let y = first; y <= high; y += step) put(y, y + step - 1, String(y));
    const top = Math.max(...bins.map((b) => b.parts.reduce((n, p) => n + p.length, 0)));
    const W = 480, H = 348, left = 28, bottom = 26, wide = (W - left) / bins.length, unit = (H - bottom - 12) / top;
    const svg = make("svg:svg", { viewBox: `0 0 ${W} ${H}`, role: "img", "aria-labelledby": "h-time" });
    const tick = Math.max(1, Math.ceil(top / 5));
    for (let n = 0; n <= top; n += tick) {
      const y = H - bottom - n * unit;
      svg.append(make("svg:line", { class: "grid", x1: left, x2: W, y1: y, y2: y }), make("svg:text", { x: left - 6, y: y + 3, "text-anchor": "end" }, String(n)));
    }
    bins.forEach((bin, i) => {
      let y = H - bottom;
      bin.parts.forEach((part, k) => {
        if (!part.length) return;
        y -= part.length * unit;
        const bar = make("svg:rect", { class: D.statuses[k], x: left + i * wide + wide * 0.1, y, width: wide * 0.8, height: part.length * unit, rx: 1 });
        const span = bin.from === bin.to ? bin.label : `${bin.from}–${bin.to}`;
        tip(bar, `${span}: ${part.length} ${L[D.statuses[k]]}`);
        bar.addEventListener("click", () => set({ status: D.statuses[k], years: [bin.from, bin.to] }));
        svg.append(bar);
      });
      const every = Math.ceil(bins.length / 9);
      if (i % every === 0) svg.append(make("svg:text", { x: left + i * wide + wide / 2, y: H - 9, "text-anchor": "middle" }, bin.label));
    });
    $("#timeline").append(svg);
    const none = D.relations.length - dated.length;
    if (none) {
      const b = make("button", { type: "button" }, `${T.undated}: ${none}`);
      b.addEventListener("click", () => set({ year: null }));
      $("#timeline").append(b);
    }
  }

  function drawNetwork() {
    const svg = $("#net"), at = (n) => [n.x * 100, n.y * 70];
    for (const [a, b] of D.network.edges) {
      const [x1, y1] = at(D.network.nodes[a]), [x2, y2] = at(D.network.nodes[b]);
      svg.append(make("svg:line", { x1, y1, x2, y2 }));
    }
    const named = new Set([...D.network.nodes].sort((p, q) => q.degree - p.degree).slice(0, 14));
    for (const node of D.network.nodes) {
      const [cx, cy] = at(node), r = 0.45 + Math.sqrt(node.degree) * 0.3;
      const dot = make("svg:circle", { cx, cy, r });
      tip(dot, `${name(node.place)}: ${node.degree}`);
      dot.addEventListener("click", () => set({ place: node.place }));
      svg.append(dot);
    }
    for (const node of named) { const [x, y] = at(node); svg.append(make("svg:text", { x, y: y - 1.2 - Math.sqrt(node.degree) * 0.3, style: `text-anchor: ${x < 12 ? "start" : x > 88 ? "end" : "middle"}` }, name(node.place))); }
  }

  function drawTopics() {
    const count = {}, size = {};
    for (const r of D.relations) for (const c of r.countries) for (const t of r.topics) {
      (count[t] ??= {})[c] = (count[t][c] ?? 0) + 1;
      size[c] = (size[c] ?? 0) + 1;
    }
    const codes = Object.keys(size).sort((a, b) => size[b] - size[a]).slice(0, 16);
    const topics = Object.keys(count).sort((a, b) => total(b) - total(a));
    function total(t) { return Object.values(count[t]).reduce((a, b) => a + b, 0); }
    const top = Math.max(1, ...topics.flatMap((t) => codes.map((c) => count[t][c] ?? 0)));
    $("#topics").append(make("thead", {}, make("tr", {}, make("td"), ...codes.map((c) => make("th", { scope: "col" }, make("span", {}, countryName(c)))))),
      make("tbody", {}, ...topics.map((t) => make("tr", {}, make("th", { scope: "row" }, L[t]), ...codes.map((c) => {
        const n = count[t][c] ?? 0;
        if (!n) return make("td");
        const cell = make("button", { type: "button", class: "h" + Math.ceil(n / top * 4), "aria-label": `${L[t]}, ${countryName(c)}: ${n}` }, String(n));
        cell.addEventListener("click", () => set({ topic: t, country: c }));
        return make("td", {}, cell);
      })))));
  }
}

function mostCommon(values) {
  const n = {};
  values.filter(Boolean).forEach((v) => { n[v] = (n[v] ?? 0) + 1; });
  return Object.keys(n).sort((a, b) => n[b] - n[a])[0];
}
