const field = document.getElementById("field"), kind = document.getElementById("kind"), words = document.getElementById("words");
function filter() {
  const wanted = words.value.trim().toLowerCase();
  let shown = 0;
  for (const article of document.querySelectorAll(".article")) {
    let here = 0;
    for (const item of article.querySelectorAll("li")) {
      const fits = (!field.value || item.dataset.field === field.value) && (!kind.value || item.dataset.kind === kind.value)
        && (!wanted || (article.dataset.name + " " + item.textContent).toLowerCase().includes(wanted));
      item.hidden = !fits;
      here += fits;
    }
    article.hidden = !here;
    shown += here;
  }
  document.getElementById("count").textContent = shown + " errors";
}
[field, kind, words].forEach((input) => input.addEventListener("input", filter));
document.getElementById("filter").addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#e']");
  if (link) document.querySelector(link.getAttribute("href")).closest("details").open = true;
});
filter();
