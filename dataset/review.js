// The page of `deeprunning review`: keys and buttons become decisions, sent one after another.
"use strict";

const $ = (id) => document.getElementById(id);
const cards = [...document.querySelectorAll(".card")];
const classes = [...document.querySelectorAll("#classes li")].map((item) => item.dataset.label);
const numbers = [...document.querySelectorAll("#classes li")].map((item) => item.dataset.number);
const done = []; // what may be undone: lists of [card, decision and label before]
let current = cards[0];
let sending = Promise.resolve();
let confirmed = ""; // a new class that was typed once
let aimed = null; // the card that the typed label is for

const shown = () => cards.filter((card) => !card.hidden);
const state = (card) => ({ decision: card.dataset.decision, label: card.dataset.decided });
const tidy = (text) => text.normalize("NFC").trim().replace(/\s+/g, " ");

function select(card) {
  if (!card) return;
  current.removeAttribute("aria-current");
  card.setAttribute("aria-current", "true");
  current.tabIndex = -1;
  card.tabIndex = 0;
  current = card;
  card.focus();
}

function show(card, { decision, label }) {
  const open = decision === "undo";
  card.dataset.decision = open ? "" : decision;
  card.dataset.decided = open ? "" : label;
  const words = { wrong: "✗ wrong", keep: "✓ keep", label: `→ ${label}` };
  card.querySelector(".state").textContent = words[decision] ?? "";
}

function count() {
  const judged = cards.filter((card) => card.dataset.decision).length;
  $("count").textContent = `${judged} of ${cards.length} judged`;
}

function send(changes) {
  const body = JSON.stringify(changes.map(([card, to]) => ({ sha256: card.dataset.id, ...to })));
  const before = changes.map(([card]) => [card, state(card)]);
  for (const [card, to] of changes) show(card, to);
  count();
  const headers = { "Content-Type": "application/json" };
  sending = sending.then(async () => {
    try {
      const answer = await fetch("decide", { method: "POST", headers, body, keepalive: body.length < 60000 });
      if (!answer.ok) throw new Error(await answer.text());
      $("error").textContent = "";
    } catch (error) {
      for (const [card, was] of before) show(card, { ...was, decision: was.decision || "undo" });
      count();
      $("error").textContent = `not saved: ${error.message}; is the command still running?`;
    }
  });
  return before;
}

function decide(card, decision, label) {
  if (decision === "label" && label === card.dataset.label) decision = "keep";
  if (decision === "keep") label = card.dataset.label;
  done.push(send([[card, { decision, label: decision === "wrong" ? "" : label }]]));
  $("said").textContent = `${card.dataset.label}: ${card.querySelector(".state").textContent}`;
  next(card);
}

function next(card) {
  const all = shown();
  const place = all.indexOf(card);
  select(all.slice(place + 1).find((each) => !each.dataset.decision) ?? all[place + 1] ?? card);
}

function keepAllUpTo(card) {
  const all = shown();
  const open = all.slice(0, all.indexOf(card) + 1).filter((each) => !each.dataset.decision);
  if (open.length) {
    done.push(send(open.map((each) => [each, { decision: "keep", label: each.dataset.label }])));
  }
  next(card);
}

function undo() {
  const before = done.pop();
  if (!before) return;
  send(before.map(([card, was]) => [card, was.decision ? was : { decision: "undo", label: "" }]));
  $("said").textContent = "undone";
  if (before[0][0].hidden) filter("");
  select(before[0][0]);
}

function move(key) {
  const all = shown();
  const place = all.indexOf(current);
  const top = all[place].offsetTop;
  const row = all.filter((card) => card.offsetTop === all[0].offsetTop).length;
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -row, ArrowDown: row }[key];
  const aim = key === "Home" ? 0 : key === "End" ? all.length - 1 : place + step;
  const last = step === row && all.at(-1).offsetTop > top ? all.length - 1 : place;
  select(all[aim] ?? all[last]);
}

function ask(card, text) {
  aimed = card;
  confirmed = "";
  $("label").value = text;
  $("label").focus();
}

function answer() {
  const text = tidy($("label").value);
  if (!text || !aimed) return leave();
  const number = numbers.indexOf(text);
  const label = classes.includes(text) || number < 0 ? text : classes[number];
  if (!classes.includes(label) && confirmed !== label) {
    confirmed = label;
    $("said").textContent = `no class is called ${label} yet: Enter again makes it`;
    return;
  }
  const card = aimed;
  leave();
  decide(card, "label", label);
}

function leave() {
  $("label").value = "";
  aimed = null;
  current.focus();
}

function typed(digit) {
  const fitting = numbers.filter((number) => number.startsWith(digit));
  if (fitting.length === 1 && fitting[0] === digit) {
    decide(current, "label", classes[numbers.indexOf(digit)]);
  } else if (fitting.length) {
    ask(current, digit);
  }
}

function filter(label) {
  $("only").value = label;
  for (const card of cards) card.hidden = label !== "" && card.dataset.label !== label;
  select(shown()[0]);
}

const keys = {
  w: () => decide(current, "wrong", ""),
  k: () => decide(current, "keep", ""),
  "shift k": () => keepAllUpTo(current),
  s: () => current.dataset.instead && decide(current, "label", current.dataset.instead),
  l: () => ask(current, ""),
  u: undo,
};

// Where the keyboard writes another script, the place of a key counts.
function letter({ key, code, shiftKey }) {
  const plain = /^[a-z]$/i.test(key) ? key : code.replace(/^Key/, "");
  return (shiftKey && /^k$/i.test(plain) ? "shift " : "") + plain.toLowerCase();
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || !current || event.target.matches("input, select")) return;
  if ((event.ctrlKey || event.metaKey) && letter(event) === "z") {
    undo();
  } else if (event.ctrlKey || event.metaKey || event.altKey) {
    return;
  } else if (/^(Arrow|Home$|End$)/.test(event.key)) {
    move(event.key);
  } else if (/^[0-9]$/.test(event.key)) {
    typed(event.key);
  } else if (keys[letter(event)]) {
    keys[letter(event)]();
  } else {
    return;
  }
  event.preventDefault();
});

$("label").addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "Enter") answer();
  if (event.key === "Escape") leave();
});

$("only").addEventListener("change", (event) => filter(event.target.value));
$("undo").addEventListener("click", undo);

$("cards").addEventListener("click", (event) => {
  const card = event.target.closest(".card");
  if (!card) return;
  select(card);
  const word = event.target.dataset.do;
  if (word) ({ wrong: keys.w, keep: keys.k, label: keys.l })[word]();
});

count();
if (current) select(cards.find((card) => !card.dataset.decision) ?? current);
