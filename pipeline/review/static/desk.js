// The desk: moves between entries, shows where they stand, sends decisions. Everything shown comes from the server.
import { during, listen, toast } from "./keys.js";
import { bringToLife } from "./picker.js";
import { rangeOf, selected, WordCursor } from "./words.js";

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const whenIdle = window.requestIdleCallback ?? setTimeout;
const help = $("#help");
const press = (name) => () => { const b = $(`[data-do="${name}"]`); if (b) b.click(); };
const common = { "?": () => help.showModal(), t: press("theme"), l: press("language") };
$('[data-do="help"]')?.addEventListener("click", common["?"]);
$(".who input")?.addEventListener("change", (event) => event.target.form.requestSubmit());
const work = $("#work");
if (work) article(); else queue();
document.documentElement.dataset.ready = "1";

function queue() {
  const rows = $$(".row");
  let at = -1;
  const go = (step) => {
    if (!rows.length) return;
    rows[at]?.classList.remove("here");
    at = Math.min(rows.length - 1, Math.max(0, at + step));
    rows[at].classList.add("here");
    $("a", rows[at]).focus();
  };
  listen({
    ...common, j: () => go(1), k: () => go(-1), ArrowDown: () => go(1), ArrowUp: () => go(-1),
    "/": () => $("#search").focus(), n: () => $("[rel=next]")?.click(), p: () => $("[rel=prev]")?.click(),
    Escape: (event, field) => field?.blur(),
  });
}

function article() {
  const texts = $("#texts").dataset, chooser = $("#chooser"), panel = $("#panel"), text = $("#article");
  const kinds = ["city", "official", "date", "agreement", "topic", "partnership"];
  const url = (path) => `/records/${work.dataset.record}/${path}`;
  let pieces = [], here = null, lit = [], turn = 0, cursor = null, busy = false, hidden = new Set();

  const cards = () => $$(".card", panel);
  const spansIn = (list) => list.trim().split(/\s+/).filter(Boolean).map((s) => s.split("-").map(Number));
  const spansOf = (card) => spansIn(card.dataset.spans);
  const narrow = () => getComputedStyle($(".tabs")).display !== "none";

  // The words that the queue was searched for: marked, and the first of them brought into view.
  function showFound() {
    if (!work.dataset.found) return;
    const spans = spansIn(work.dataset.found), ranges = [];
    for (const [start, end] of spans) {
      const range = rangeOf(pieces, start, end);
      if (range) ranges.push(range);
    }
    if (window.Highlight) CSS.highlights.set("found", new Highlight(...ranges));
    if (!here && spans.length && ranges[0]?.getBoundingClientRect().top > innerHeight) goTo(spans[0][0]);
  }
  // The same three buttons on every card: made here, after the page can be worked with, rather than sent some hundred times.
  function addButtons() {
    const acts = $("#acts").content.firstElementChild;
    for (const side of $$(".card > .side", panel)) {
      if (side.querySelector(".acts")) continue;
      const own = acts.cloneNode(true), name = side.parentElement.querySelector(".name").textContent.trim();
      for (const button of own.children) button.setAttribute("aria-label", `${button.getAttribute("aria-label")}: ${name}`);
      side.append(own);
    }
  }
  function collect() {
    pieces = $$("#paper [data-o]").map((element) => ({ element, start: Number(element.dataset.o) }));
    hidden.forEach((kind) => setColour(kind, false));
    whenIdle(addButtons);
    showFound();
  }
  function tab(name) {
    work.classList.toggle("data", name === "data");
    $$("[data-tab]").forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.tab === name)));
  }
  function light(spans) {
    lit.forEach((element) => element.classList.remove("lit"));
    lit = pieces.filter((p) => spans.some(([a, b]) => p.start >= a && p.start < b)).map((p) => p.element);
    lit.forEach((element) => element.classList.add("lit"));
  }
  // What lies outside the window has an estimated height until it is drawn: look again when it is.
  function reveal(element, block) {
    const show = () => element?.scrollIntoView({ block });
    show();
    requestAnimationFrame(() => requestAnimationFrame(show));
  }
  function goTo(start) {
    if (narrow()) tab("text");
    reveal(pieces.findLast((p) => p.start <= start)?.element, "center");
  }
  function take(card, { scroll = true, focus = true } = {}) {
    here?.classList.remove("here");
    here = card;
    turn = 0;
    if (!card) return light([]);
    card.classList.add("here");
    if (focus) card.focus({ preventScroll: true });
    reveal(card, narrow() ? "center" : "nearest");
    const spans = spansOf(card);
    light(spans);
    if (scroll && spans.length && !narrow()) goTo(spans[0][0]);
  }
  function move(step) {
    const all = cards(), at = all.indexOf(here);
    if (all.length) take(all[Math.min(all.length - 1, Math.max(0, at + step))]);
  }
  const find = (kind, key) => cards().find((card) => card.dataset.kind === kind && card.dataset.key === key);

  function show(answer) {
    const at = cards().indexOf(here), { kind, key } = here?.dataset ?? {};
    const top = panel.scrollTop;
    work.dataset.version = answer.version;
    text.innerHTML = answer.article;
    panel.innerHTML = answer.panel;
    collect();
    panel.scrollTop = top;
    here = null;
    const all = cards();
    if (kind) take(find(kind, key) ?? all[Math.min(at, all.length - 1)], { scroll: false });
  }
  async function send(decision) {
    if (busy) return null;
    busy = true;
    try {
      const response = await fetch(url("decisions"), {
        method: "POST", headers: { "content-type": "application/json" },
        body: JSON.stringify({ version: Number(work.dataset.version), decision }),
      });
      const answer = await response.json();
      if (answer.panel) show(answer);
      toast(answer.message ?? answer.error, !response.ok);
      return response.ok ? answer : Object.assign(answer, { failed: true });
    } catch {
      toast(texts.network, true);
      return { failed: true, error: texts.network };
    } finally { busy = false; }
  }
  async function judge(value, leave = true) {
    const answer = await send({ op: "verdict", value });
    if (leave && answer && !answer.failed) $("[data-do=next]").click();
  }
  async function decide(op) {
    if (!here) return;
    const { kind, key } = here.dataset, at = cards().indexOf(here);
    const answer = await send({ op, kind, key });
    if (op === "accept" && answer && !answer.failed) take(cards()[at + 1] ?? cards()[at]);
  }
  async function open(slot, kind, key, span) {
    const query = new URLSearchParams({ kind, key, ...(span ? { start: span.start, end: span.end } : {}) });
    const response = await fetch(url("form?" + query));
    if (!response.ok) return;
    $$("form.entry", panel).forEach((form) => form.remove());
    slot.innerHTML = await response.text();
    const form = $("form", slot);
    bringToLife(form);
    if (narrow()) tab("data");
    form.scrollIntoView({ block: "nearest" });
    const field = $("select, input:not([type=hidden])", form);
    field.focus();
    if (field.select) field.select();
  }
  const edit = (card) => open(card.querySelector(":scope > .slot"), card.dataset.kind, card.dataset.key);
  function add(kind) {
    const span = selected($("#paper"));
    if (!span) return toast(texts.selectFirst);
    chooser.hidden = true;
    cursor = null;
    return open($(`[data-slot="new-${kind}"]`, panel), kind, "", span);
  }
  function close() {
    const form = $("form.entry", panel);
    form?.remove();
    chooser.hidden = true;
    if (cursor) { cursor = null; getSelection().removeAllRanges(); }
    (here ?? panel).focus({ preventScroll: true });
  }
  function offer() {
    const span = selected($("#paper"));
    chooser.hidden = !span;
    if (!span) return;
    const box = chooser.getBoundingClientRect();
    chooser.style.left = Math.max(8, Math.min(innerWidth - box.width - 8, span.rect.left)) + "px";
    const below = span.rect.bottom + 8;
    chooser.style.top = (below + box.height < innerHeight ? below : Math.max(8, span.rect.top - box.height - 8)) + "px";
  }
  function number(n) {
    if (selected($("#paper"))) return add(kinds[n - 1]);
    const section = $(`[data-section="${kinds[n - 1]}"]`);
    const card = $(".card", section);
    if (card) take(card); else section.scrollIntoView({ block: "start" });
  }
  function nextMention() {
    const spans = here ? spansOf(here) : [];
    if (!spans.length) return;
    const span = spans[turn++ % spans.length];
    light([span]);
    goTo(span[0]);
  }
  function dropMention() {
    const spans = here ? spansOf(here) : [];
    if (!spans.length || here.dataset.kind === "partnership") return;
    if (spans.length === 1) return decide("reject");  // an entry without a mention is no entry
    const [start, end] = spans[Math.max(0, turn - 1) % spans.length];
    return send({ op: "unmention", kind: here.dataset.kind, key: here.dataset.key, start, end });
  }
  function setColour(kind, on) {
    $("#paper").classList.toggle("no-" + kind, !on);
    $(`[data-colour="${kind}"]`)?.setAttribute("aria-pressed", String(on));
  }
  const arrow = (event, step, line) => {
    if (!cursor) return line ? move(step) : false;
    if (event.altKey) cursor.letter(step);
    else if (line) cursor.paragraph(step, event.shiftKey);
    else cursor.step(step, event.shiftKey);
    offer();
  };
  const actions = {
    accept: (card) => { take(card, { scroll: false }); decide("accept"); },
    reject: (card) => { take(card, { scroll: false }); decide("reject"); },
    edit: (card) => { take(card, { scroll: false }); edit(card); },
    head: () => open($('[data-slot="head"]'), "head", ""),
    "accept-all": () => judge("accepted"), "reject-all": () => judge("rejected"), "set-aside": () => judge("unsure"),
    reopen: () => judge("open", false), undo: () => send({ op: "undo" }), cancel: close,
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]"), card = event.target.closest(".card");
    const go = event.target.closest("[data-go]"), colour = event.target.closest("[data-colour]");
    const mention = event.target.closest("#paper [data-k]"), side = event.target.closest("[data-tab]");
    if (side) return tab(side.dataset.tab);
    if (event.target.closest("[data-add]")) return add(event.target.closest("[data-add]").dataset.add);
    if (colour) {
      const on = colour.getAttribute("aria-pressed") !== "true", kind = colour.dataset.colour;
      if (on) hidden.delete(kind); else hidden.add(kind);
      return setColour(kind, on);
    }
    if (button && actions[button.dataset.do]) return actions[button.dataset.do](card);
    if (go) { take(card, { scroll: false, focus: false }); return goTo(Number(go.dataset.go.split("-")[0])); }
    if (card && !event.target.closest("form")) return take(card, { focus: !event.target.closest("button") });
    if (mention && !selected($("#paper"))) {
      const keys = mention.dataset.k.split("\n"), current = here ? `${here.dataset.kind}|${here.dataset.key}` : "";
      const [kind, ...rest] = keys[(keys.indexOf(current) + 1) % keys.length].split("|");
      const target = find(kind, rest.join("|"));
      if (target) { if (narrow()) tab("data"); take(target, { scroll: false }); }
    }
  });
  panel.addEventListener("mouseover", (event) => {
    const card = event.target.closest(".card");
    if (card && card !== here) light(spansOf(card));
    else if (!card) light(here ? spansOf(here) : []);
  });
  panel.addEventListener("mouseleave", () => light(here ? spansOf(here) : []));
  panel.addEventListener("focusin", (event) => {
    const card = event.target.closest(".card");
    if (card && card !== here && !event.target.closest("form")) take(card, { focus: false });
  });
  panel.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target, values = {};
    for (const field of form.elements) {
      if (field.name && (field.type !== "checkbox" || field.checked)) values[field.name] = field.value;
    }
    const { kind, key, start, end } = form.dataset;
    const answer = await during(send({ op: "form", kind, key, start: Number(start), end: Number(end), values }));
    if (!answer) return;
    if (!answer.failed) { getSelection().removeAllRanges(); if (!here) panel.focus(); return; }
    const place = $(".error", form);
    if (place && form.isConnected) place.textContent = answer.error ?? answer.message;
  });
  // Browsers send a form from a text field only; here Enter saves from a choice, too.
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !event.target.matches("form.entry select")) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });
  document.addEventListener("mouseup", (event) => { if (!event.target.closest("#chooser")) setTimeout(offer); });
  document.addEventListener("touchend", () => setTimeout(offer, 300));

  const digits = Object.fromEntries(kinds.map((_, i) => [String(i + 1), () => number(i + 1)]));
  listen({
    ...common, ...digits, j: () => move(1), k: () => move(-1),
    ArrowDown: (e) => arrow(e, 1, true), ArrowUp: (e) => arrow(e, -1, true),
    ArrowRight: (e) => arrow(e, 1, false), ArrowLeft: (e) => arrow(e, -1, false),
    a: () => decide("accept"), x: () => decide("reject"), e: () => here && edit(here), Enter: () => here && edit(here),
    Delete: () => decide("reject"), m: nextMention, d: dropMention, z: actions.undo, h: actions.head,
    A: actions["accept-all"], X: actions["reject-all"], U: actions["set-aside"], n: press("next"), p: press("previous"),
    q: press("queue"), "/": press("queue"), Escape: close,
    w: () => {
      if (narrow()) tab("text");
      cursor = new WordCursor($("#paper"));
      cursor.startAt(lit[0] ?? pieces[0]?.element);
      offer();
      toast(texts.cursor);
    },
  });
  collect();
}
