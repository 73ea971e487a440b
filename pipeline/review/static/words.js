// The article as words with their places, and offsets of a selection in code points, as the record counts them.
const length = (text) => { let n = 0; for (const _ of text) n++; return n; };

function textNodes(paper) {
  const walk = document.createTreeWalker(paper, NodeFilter.SHOW_TEXT, (node) =>
    node.parentElement.dataset.o === undefined ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
  const found = [];
  while (walk.nextNode()) found.push(walk.currentNode);
  return found;
}

export function selected(paper) {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!range.intersectsNode(paper)) return null;
  let start = null, end = null;
  for (const node of textNodes(paper)) {
    if (!range.intersectsNode(node)) continue;
    const from = node === range.startContainer ? range.startOffset : 0;
    const to = node === range.endContainer ? range.endOffset : node.length;
    if (from >= to) continue;
    const base = Number(node.parentElement.dataset.o);
    start ??= base + length(node.data.slice(0, from));
    end = base + length(node.data.slice(0, to));
  }
  return start === null ? null : { start, end, rect: range.getBoundingClientRect() };
}

// The range of start to end, in code points of the article.
export function rangeOf(pieces, start, end) {
  const range = document.createRange();
  const place = (at, set) => {
    const piece = pieces.findLast((p) => p.start <= at), node = piece?.element.firstChild;
    if (!node) return false;
    let units = 0, points = piece.start;
    for (const letter of node.data) {
      if (points++ >= at) break;
      units += letter.length;
    }
    set(node, units);
    return true;
  };
  return place(start, (n, i) => range.setStart(n, i)) && place(end, (n, i) => range.setEnd(n, i)) ? range : null;
}

// A cursor of whole words: works without a mouse and in every browser.
export class WordCursor {
  constructor(paper) {
    this.words = [];
    let text = "", block = null;
    const nodes = [];
    for (const node of textNodes(paper)) {
      const own = node.parentElement.closest("p");
      if (block && own !== block) text += "\n";
      block = own;
      nodes.push({ at: text.length, node });
      text += node.data;
    }
    let i = 0;
    for (const match of text.matchAll(/[\p{L}\p{M}\p{N}]+(?:[.\-’'/][\p{L}\p{M}\p{N}]+)*/gu)) {
      const end = match.index + match[0].length;
      while (i + 1 < nodes.length && nodes[i + 1].at <= match.index) i++;
      let j = i;
      while (j + 1 < nodes.length && nodes[j + 1].at < end) j++;
      this.words.push({ a: nodes[i].node, i: match.index - nodes[i].at, b: nodes[j].node, j: end - nodes[j].at });
    }
    this.first = this.last = -1;
  }

  startAt(element) {
    const index = this.words.findIndex((word) => element && (element.contains(word.a) || element.compareDocumentPosition(word.a) & 4));
    this.first = this.last = Math.max(0, index);
    this.show();
  }

  step(by, extend) {
    const bound = (n) => Math.min(this.words.length - 1, Math.max(0, n));
    if (extend) this.last = Math.max(this.first, bound(this.last + by));
    else this.first = this.last = bound((by > 0 ? this.last : this.first) + by);
    this.trim = 0;
    this.show();
  }

  letter(by) { this.trim = (this.trim ?? 0) + by; this.show(); }

  paragraph(by, extend) {
    const here = this.words[this.last].b.parentElement.closest("p");
    let n = this.last;
    while (n + by >= 0 && n + by < this.words.length && this.words[n].a.parentElement.closest("p") === here) n += by;
    this.step(n - this.last, extend);
  }

  show() {
    const from = this.words[this.first], to = this.words[this.last];
    if (!from) return;
    const end = Math.min(to.b.length, Math.max(1, to.j + (this.trim ?? 0)));
    getSelection().setBaseAndExtent(from.a, from.i, to.b, end);
    to.b.parentElement.scrollIntoView({ block: "nearest" });
  }
}
