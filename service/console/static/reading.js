"use strict";
/* The reading pane: its views, the words that weighed, who is told that another mail is there. */
(() => {
  const one = (what, within = document) => within.querySelector(what);
  const all = (what) => [...document.querySelectorAll(what)];

  /* One view at a time: the mail's words, or what a button shows in their place. */
  function show(button) {
    const opens = one(`#${button.dataset.shows}`).hidden;
    one("#words").hidden = opens;
    for (const each of all("[data-shows]")) {
      const shown = opens && each === button;
      one(`#${each.dataset.shows}`).hidden = !shown;
      each.setAttribute("aria-expanded", String(shown));
    }
    if (opens && button.dataset.shows === "frame") fillFrame(one("#frame"));
    if (opens && button.dataset.shows === "why") weigh(one("#why"));
  }

  function fillFrame(place) {
    if (one("iframe", place)) return;
    const frame = document.createElement("iframe");
    frame.setAttribute("sandbox", "allow-popups allow-popups-to-escape-sandbox");
    frame.referrerPolicy = "no-referrer";
    frame.title = place.dataset.title;
    frame.src = place.dataset.src;
    place.append(frame);
  }

  /* Asked for once; what comes names the words, or says why there are none. */
  function weigh(place) {
    const marked = one(".marked", place);
    if (marked.dataset.asked) return;
    marked.dataset.asked = "yes";
    one(".weighed", place).textContent = place.dataset.waits;
    htmx.trigger(marked, "wanted");
  }

  function weighAgain(place) {
    delete one(".marked", place).dataset.asked;
    weigh(place);
    place.focus(); // the button goes with what it stood in
  }

  function notWeighed(marked) {
    one(".weighed", marked.parentElement).textContent = marked.parentElement.dataset.fails;
    delete marked.dataset.asked;
  }

  /* Who does not see that another mail is there is told; it begins at its top. */
  function begin(pane) {
    const subject = one(".what h2", pane)?.textContent ?? "";
    pane.scrollTop = 0;
    one("#told").textContent = document.body.dataset.opened.replace("#", () => subject);
    document.title = `${subject} · Aiguilleur`;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.shows) show(button);
    else if (button && "enters" in button.dataset) one("#pane").focus();
    else if (button && "weighs" in button.dataset) weighAgain(one("#why"));
  });
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.target.id === "pane") begin(detail.target);
  });
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.elt.matches(".marked") && !detail.successful) notWeighed(detail.elt);
  });
})();
