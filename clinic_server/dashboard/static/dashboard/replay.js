// Draws one reach at a time, or all of them. Coordinates are millimetres, y away from the patient.
const root = document.querySelector("[data-replay]");
if (root) {
  const { trials } = JSON.parse(document.getElementById(root.dataset.replay).textContent);
  const stage = root.querySelector("[data-stage]");
  const says = root.querySelector("[data-says]");
  const scrub = root.querySelector("input");
  const marks = root.querySelector("[data-marks]");
  const play = root.querySelector("[data-play]");
  let timer = 0;
  const make = (name, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    stage.append(element);
    return element;
  };
  const line = (xs, ys, attributes) =>
    make("polyline", { points: xs.map((x, i) => `${x},${-ys[i]}`).join(" "), fill: "none", "stroke-linecap": "round", "stroke-linejoin": "round", ...attributes });
  const target = (trial) => {
    if (trial.middle) {
      line(trial.middle, trial.y, { stroke: "var(--phase)", "stroke-width": 2 * trial.half });
      line(trial.middle, trial.y, { stroke: "var(--d2)", "stroke-width": 1.5, "stroke-dasharray": "5 4" });
      return;
    }
    make("circle", { cx: 0, cy: 0, r: 10, fill: "none", stroke: "var(--line-strong)", "stroke-width": 1.5 });
    make("circle", { cx: trial.tx, cy: -trial.ty, r: 12, fill: "none", stroke: "var(--d2)", "stroke-width": 2.5 });
  };
  const turned = (trial) => {
    const a = (trial.rotation * Math.PI) / 180, c = Math.cos(a), s = Math.sin(a);
    return [trial.x.map((x, i) => x * c - trial.y[i] * s), trial.x.map((x, i) => x * s + trial.y[i] * c)];
  };
  const followed = { hit: "in the channel", miss: "not long enough in the channel", aborted: "cut short" };
  const outcome = { hit: "reached", miss: "not reached", timeout: "too slow", aborted: "cut short" };
  const show = (index, upto = Infinity) => {
    const trial = trials[index];
    stage.replaceChildren();
    target(trial);
    const n = Math.min(upto, trial.x.length);
    if (trial.shown && trial.rotation) {
      const [xs, ys] = turned(trial);
      line(xs.slice(0, n), ys.slice(0, n), { stroke: "var(--mute)", "stroke-width": 2, "stroke-dasharray": "5 4" });
    }
    line(trial.x.slice(0, n), trial.y.slice(0, n), { stroke: "var(--d1)", "stroke-width": 2.5 });
    if (n) make("circle", { cx: trial.x[n - 1], cy: -trial.y[n - 1], r: 4, fill: "var(--d1)" });
    const angle = trial.hand === null ? "" : `, hand ${trial.hand}° from the target`;
    const away = trial.error == null ? "" : `, ${trial.error} mm from its middle`;
    const ended = (trial.middle ? followed : outcome)[trial.outcome] ?? trial.outcome;
    says.textContent = `Trial ${trial.n} of ${trials.length}: ${trial.phase}, ${ended}${angle}${away}`;
    scrub.value = index + 1;
    [...marks.children].forEach((each, i) => (i === index ? each.setAttribute("aria-current", "true") : each.removeAttribute("aria-current")));
  };
  const stop = () => { clearInterval(timer); timer = 0; play.textContent = "Play"; };
  trials.forEach((trial, i) => {
    const mark = document.createElement("button");
    mark.type = "button";
    mark.textContent = { hit: "○", miss: "×", timeout: "×" }[trial.outcome] ?? "–";
    mark.setAttribute("aria-label", `Trial ${trial.n}, ${(trial.middle ? followed : outcome)[trial.outcome] ?? trial.outcome}`);
    mark.tabIndex = -1;
    mark.addEventListener("click", () => { stop(); show(i); });
    marks.append(mark);
  });
  scrub.addEventListener("input", () => { stop(); show(scrub.value - 1); });
  scrub.addEventListener("keydown", (event) => {
    const step = { PageUp: 5, PageDown: -5 }[event.key];
    if (!step) return;
    event.preventDefault();
    stop();
    show(Math.max(0, Math.min(trials.length - 1, Number(scrub.value) - 1 + step)));
  });
  root.querySelector("[data-all]").addEventListener("click", () => {
    stop();
    stage.replaceChildren();
    trials.forEach((trial) => line(trial.x, trial.y, { stroke: "var(--d1)", "stroke-width": 1, opacity: 0.45 }));
    says.textContent = `All ${trials.length} trials`;
  });
  play.addEventListener("click", () => {
    if (timer) { stop(); return; }
    let index = Number(scrub.value) - 1, point = 0;
    play.textContent = "Pause";
    timer = setInterval(() => {
      point += 2;
      if (point > trials[index].x.length + 8) { point = 0; index += 1; }
      if (index >= trials.length) { stop(); return; }
      show(index, point);
    }, 66);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === " " && event.target === scrub) { event.preventDefault(); play.click(); }
  });
  show(0);
}
