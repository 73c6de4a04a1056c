"use strict";
/* Keys press the buttons that are on the page, so that keyboard and mouse do the same. */
(() => {
  const body = document.body;
  const chosen = new Set(); // mails that are ticked in the list
  const leaving = new Set(); // mails that are being completed or sent away
  let targets = []; // mails that the open dialog is for
  const all = (what, within = document) => [...within.querySelectorAll(what)];
  const one = (what, within = document) => within.querySelector(what);

  // What is shown ----------------------------------------------------------------------------

  const opened = () => one("#pane .mail")?.dataset.id;
  const lines = () => all("#list .line");
  const lineOf = (id) => lines().find((line) => line.dataset.id === id);

  function mark() {
    const current = opened();
    body.classList.toggle("reading", Boolean(current));
    for (const line of lines()) {
      const link = one("a", line);
      if (line.dataset.id === current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
      const tick = one("input[name=ids]", line);
      if (tick) tick.checked = chosen.has(line.dataset.id);
    }
    markBulk();
    all("time[data-format]").forEach(format);
  }

  function markBulk() {
    const bar = one("#bulk");
    if (!bar) return;
    bar.hidden = chosen.size === 0;
    one("#bulk-count").textContent = body.dataset.selected.replace("#", chosen.size);
  }

  const FORMATS = {
    long: { dateStyle: "full", timeStyle: "short" },
    day: { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" },
    hour: { weekday: "short", hour: "2-digit", minute: "2-digit" },
    today: { hour: "2-digit", minute: "2-digit" },
    short: { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
  };
  // English is not the same everywhere: the browser's own, where it is the page's language
  const page = document.documentElement.lang;
  const locale = navigator.languages.find((name) => name.startsWith(page)) ?? page;

  function format(time) {
    const moment = new Date(time.dateTime);
    let how = time.dataset.format;
    if (how === "short" && moment.toDateString() === new Date().toDateString()) how = "today";
    time.textContent = new Intl.DateTimeFormat(locale, FORMATS[how]).format(moment);
  }

  function toast(words) {
    const box = document.createElement("div");
    box.className = "toast bad";
    box.textContent = words;
    one("#toast").replaceChildren(box);
  }

  // What is done -----------------------------------------------------------------------------

  function act(name, ids, values = {}) {
    if (ids.length === 0 || ids.every((id) => leaving.has(id))) return;
    if (["complete", "reroute", "snooze"].includes(name)) ids.forEach((id) => leaving.add(id));
    htmx.ajax("POST", `/console/actions/${name}`, {
      source: one("#act"), target: "#toast", swap: "innerHTML", values: { ids, ...values },
    });
  }

  function ask(name, ids) {
    if (ids.length === 0) return;
    targets = ids;
    const dialog = one(`#${name}`);
    one("form", dialog).reset();
    dialog.showModal();
  }

  function actOnOpened(button) {
    const name = button.dataset.act;
    const ids = [opened()];
    if (name === "reroute" || name === "snooze") ask(name, ids);
    else if (name === "correct") {
      const move = one("#move")?.checked ? "true" : "false";
      act(name, ids, { category: button.dataset.category, move });
    } else act(name, ids);
  }

  function actOnChosen(name) {
    const ids = [...chosen];
    if (name === "none") { chosen.clear(); mark(); }
    else if (name === "reroute" || name === "snooze") ask(name, ids);
    else act(name, ids);
  }

  function until(which) {
    const moment = new Date();
    if (which === "given") return one("#snooze-until").value ? new Date(one("#snooze-until").value) : null;
    if (which === "hour") moment.setHours(moment.getHours() + 1);
    else if (which === "four") moment.setHours(moment.getHours() + 4);
    else {
      const days = which === "tomorrow" ? 1 : ((8 - moment.getDay()) % 7 || 7);
      moment.setDate(moment.getDate() + days);
      moment.setHours(9, 0, 0, 0);
    }
    return moment;
  }

  function send(form, submitter) {
    const name = form.dataset.sends;
    const values = Object.fromEntries(new FormData(form));
    if (name === "snooze") {
      const moment = until(submitter?.dataset.until ?? "given");
      if (!moment) { one("#snooze-until").focus(); return; }
      values.until = moment.toISOString();
    }
    form.closest("dialog").close();
    act(name, targets, values);
  }

  function refresh() {
    for (const place of ["#list", "#queues"]) if (one(place)) htmx.trigger(place, "refresh");
  }

  body.addEventListener("acted", ({ detail }) => {
    detail.ids.forEach((id) => chosen.delete(id));
    const current = opened();
    const touched = [...detail.ids, ...detail.refused];
    if (detail.gone && detail.ids.includes(current)) leave(detail.ids);
    else if (detail.action === "undo" && !current) open(`/console/mails/${detail.ids[0]}`);
    else if (current && touched.includes(current) && detail.action !== "claim") reloadHead(current);
    if (detail.gone) detail.ids.forEach((id) => lineOf(id)?.remove());
    refresh();
    mark();
  });

  // somebody else has the mail by now: show who
  body.addEventListener("refused", ({ detail }) => {
    if (!["held", "lease_lost"].includes(detail.code)) return;
    if (opened()) reloadHead(opened());
    refresh();
  });

  body.addEventListener("claimed", ({ detail }) => { window.location.assign(detail.url); });

  function open(address) { htmx.ajax("GET", address, { target: "#pane", swap: "innerHTML" }); }

  function reloadHead(id) {
    htmx.ajax("GET", `/console/mails/${id}/head`, { target: "#head", swap: "innerHTML" });
  }

  /* The mail is gone from the list: on to the next one that stays, as the next task. */
  function leave(gone) {
    const left = lines();
    const at = left.findIndex((line) => line.dataset.id === opened());
    const stays = (line) => !gone.includes(line.dataset.id);
    const next = left.slice(at + 1).find(stays) ?? left.slice(0, Math.max(at, 0)).reverse().find(stays);
    if (next) one("a", next).click();
    else one("#pane").replaceChildren(one("#empty").content.cloneNode(true));
  }

  function step(by) {
    const links = lines().map((line) => one("a", line));
    if (links.length === 0) return;
    const at = links.findIndex((link) => link.hasAttribute("aria-current"));
    const to = at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by;
    const link = links[Math.min(Math.max(to, 0), links.length - 1)];
    links.forEach((each) => each.removeAttribute("aria-current"));
    link.setAttribute("aria-current", "true"); // before it is there: the next step starts here
    link.focus({ preventScroll: true });
    link.scrollIntoView({ block: "nearest" });
    link.click();
  }

  // Where it comes from ----------------------------------------------------------------------

  document.addEventListener("click", (event) => {
    const target = event.target.closest("button, [data-closes]");
    if (!target) return;
    if (target.dataset.act) actOnOpened(target);
    else if (target.dataset.bulk) actOnChosen(target.dataset.bulk);
    else if (target.dataset.opens) one(`#${target.dataset.opens}`).showModal();
    else if ("closes" in target.dataset) target.closest("dialog").close();
  });

  document.addEventListener("submit", (event) => {
    if (!event.target.dataset.sends) return;
    event.preventDefault();
    send(event.target, event.submitter);
  });

  document.addEventListener("change", (event) => {
    const { target } = event;
    if (target.name === "ids") {
      if (target.checked) chosen.add(target.value);
      else chosen.delete(target.value);
      markBulk();
    } else if (target.id === "shortcuts") localStorage.setItem("shortcuts", target.checked ? "on" : "off");
  });

  const typing = (element) => element.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");

  function press(key) {
    const keyed = all(`[data-key="${CSS.escape(key)}"]:not(:disabled)`);
    const found = keyed.find((each) => !each.closest("[hidden]")); // what is selected goes first
    if (!found) {
      // what the mail's holder may do, where nobody holds it yet
      if ("aersu".includes(key) && one('[data-key="c"]')) toast(body.dataset.claimFirst);
      return false;
    }
    if (found.matches("textarea, input:not([type=checkbox])")) found.focus();
    else found.click();
    return true;
  }

  const KEYS = {
    j: () => step(1), k: () => step(-1), "/": () => one("#q").select(),
    x: () => one("input[name=ids]", lineOf(opened()) ?? body)?.click(),
  };

  /* French keyboards have digits above other signs: the key counts, not the sign. */
  function keyOf(event) {
    const digit = /^Digit([1-9])$/.exec(event.code);
    return digit && !event.shiftKey ? digit[1] : event.key;
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !one("dialog[open]")) {
      if (typing(event.target)) event.target.blur();
      else one("#toast").replaceChildren();
    }
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (typing(event.target) || one("dialog[open]") || !one("#shortcuts")?.checked) return;
    const key = keyOf(event);
    if (event.repeat && !"jk".includes(key)) return;
    if (KEYS[key]) { KEYS[key](); event.preventDefault(); }
    else if (key.length === 1 && press(key)) event.preventDefault();
  });

  // The library ------------------------------------------------------------------------------

  document.addEventListener("htmx:afterSettle", mark);
  document.addEventListener("htmx:sendError", () => toast(body.dataset.offline));
  document.addEventListener("htmx:timeout", () => toast(body.dataset.offline));
  document.addEventListener("htmx:beforeRequest", (event) => {
    // nobody looks: the lists need not be new
    if (document.hidden && ["list", "queues"].includes(event.detail.elt.id)) event.preventDefault();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (form.matches("[data-clears]") && event.detail.successful) form.reset();
    if (form.id === "act") leaving.clear();
  });

  if (one("#shortcuts")) one("#shortcuts").checked = localStorage.getItem("shortcuts") !== "off";
  mark();
})();
