
"use strict";
// The page is complete without this script. It shows one step at a time, and the object as that step left it.
(() => {
  const admissions = [...document.querySelectorAll(".admission")];
  const several = admissions.length > 1;
  const view = { pod: 0, step: 0, all: false, defaults: true };
  const parts = new Map();

  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };

  /** What the script needs of an admission, found when it is first shown. */
  const open = (article) => {
    if (!parts.has(article)) parts.set(article, prepare(article));
    return parts.get(article);
  };

  const prepare = (article) => {
    const steps = [...article.querySelectorAll(".step")];
    const lines = [...article.querySelectorAll(".l")].map((line) => ({
      line,
      born: Number(line.dataset.b || 0),
      died: line.dataset.d ? Number(line.dataset.d) : Infinity,
      fill: line.classList.contains("f"),
    }));
    const part = { article, steps, lines, links: [...article.querySelectorAll(".chain a")], state: article.querySelector(".state") };
    const button = (textContent, title, act) => {
      const made = element("button", { type: "button", textContent, title });
      made.addEventListener("click", act);
      return made;
    };
    part.back = button("← Back", "Left arrow key", () => go(view.step - 1));
    part.forth = button("Next →", "Right arrow key", () => go(view.step + 1));
    part.one = button("This step", "Mark what this step changed", () => choose({ all: false }));
    part.all = button("All so far", "Mark everything that changed since the request", () => choose({ all: true }));
    part.fill = button("Hide defaults", "Leave out what the API filled in before admission", () => choose({ defaults: !view.defaults }));
    part.fill.hidden = !lines.some(({ fill }) => fill);
    part.now = element("span", { className: "now" });
    part.now.setAttribute("role", "status");
    const pair = element("span", { className: "pair" }, part.one, part.all);
    article.querySelector(".stage").prepend(element("div", { className: "bar" }, part.back, part.forth, part.now, pair, part.fill));
    article.querySelector(".object").addEventListener("click", ({ target }) => {
      const born = target.closest(".l")?.dataset.b;
      if (born && !String(getSelection())) go(Number(born));
    });
    article.querySelector(".object").addEventListener("mouseover", ({ target }) => {
      const line = target.closest(".l");
      if (line && !line.title) line.title = told(part, line);
    });
    return part;
  };

  const name = (part, step) => part.links[step]?.querySelector(".who").firstChild.textContent ?? "";
  const told = (part, line) => {
    const { b: born, d: died, by } = line.dataset;
    const came = born ? `set by step ${born}, ${name(part, born)}` : { client: "typed by the client", default: "filled in by the API" }[by] ?? "came with the request";
    return died ? `${came}; replaced by step ${died}, ${name(part, died)}` : came;
  };

  /** Shows what `view` says. */
  const show = (scroll) => {
    const article = admissions[view.pod];
    const part = open(article);
    const { step, all } = view;
    admissions.forEach((other) => other.classList.toggle("on", other === article));
    document.querySelectorAll(".pods a").forEach((link, at) => current(link, at === view.pod, "true"));
    part.steps.forEach((section, at) => section.classList.toggle("on", at === step));
    part.links.forEach((link, at) => current(link, at === step, "step"));
    let first = null;
    for (const { line, born, died, fill } of part.lines) {
      const there = born <= step && died > step;
      const added = there && born > 0 && (all || born === step);
      const removed = !there && (all ? born === 0 && died <= step : died === step);
      line.classList.toggle("add", added);
      line.classList.toggle("del", removed);
      line.classList.toggle("off", !(there || removed) || (fill && !view.defaults));
      if ((added || removed) && !first) first = line;
    }
    part.back.disabled = step === 0;
    part.forth.disabled = step === part.steps.length - 1;
    part.one.setAttribute("aria-pressed", String(!all));
    part.all.setAttribute("aria-pressed", String(all));
    part.fill.setAttribute("aria-pressed", String(!view.defaults));
    part.now.textContent = `Step ${step} of ${part.steps.length - 1}: ${name(part, step)}`;
    if (part.state) part.state.textContent = step === 0 ? "as requested" : `after step ${step}`;
    reveal(part.links[step], article.querySelector(".chain"));
    if (scroll && first) reveal(first, article.querySelector(".yaml"));
  };

  /** Scrolls the panel, never the page, until the element is well inside. */
  const reveal = (inside, panel) => {
    if (!inside || panel.scrollHeight <= panel.clientHeight) return;
    const top = inside.getBoundingClientRect().top - panel.getBoundingClientRect().top;
    if (top < 0 || top + inside.offsetHeight > panel.clientHeight) panel.scrollTop += top - panel.clientHeight / 3;
  };

  const current = (link, is, what) => (is ? link.setAttribute("aria-current", what) : link.removeAttribute("aria-current"));

  const address = () => (several ? `#pod=${view.pod + 1}&step=${view.step}` : `#step=${view.step}`);
  const go = (step) => {
    const { steps } = open(admissions[view.pod]);
    if (step < 0 || step >= steps.length) return;
    view.step = step;
    history.replaceState(null, "", address());
    show(true);
  };
  const choose = (wish) => {
    Object.assign(view, wish);
    show(false);
  };

  /** Where to begin: the first webhook that changed something, else the end. */
  const beginning = (part) => {
    const found = part.steps.findIndex((section) => section.matches(".webhook.mutated"));
    return found < 0 ? part.steps.length - 1 : found;
  };
  const follow = () => {
    const asked = new URLSearchParams(location.hash.slice(1));
    const pod = Number(asked.get("pod") ?? 1) - 1;
    view.pod = admissions[pod] ? pod : 0;
    const part = open(admissions[view.pod]);
    const step = asked.has("step") ? Number(asked.get("step")) : NaN;
    view.step = part.steps[step] ? step : beginning(part);
    show(true);
  };

  if (admissions.length === 0) return;
  document.documentElement.classList.add("js");
  // The script follows the address; without ids the browser does not scroll there as well.
  document.querySelectorAll(".admission, .step").forEach((target) => target.removeAttribute("id"));
  addEventListener("hashchange", follow);
  addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const { steps } = open(admissions[view.pod]);
    const target = { ArrowLeft: view.step - 1, ArrowRight: view.step + 1, Home: 0, End: steps.length - 1 }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    go(target);
  });
  follow();
})();
