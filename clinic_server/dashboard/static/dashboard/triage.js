// J and K move, Enter opens, A acknowledges, / searches, ? shows the keys. Left alone while somebody types, and
// when switched off. New flags are told in a line on top: rows never move under the hand.
const rows = [...document.querySelectorAll("[data-triage] tbody tr")];
const go = (row) => {
  if (!row) return;
  rows.forEach((each) => (each.tabIndex = each === row ? 0 : -1));
  row.focus();
};
if (location.hash) go(rows.find((row) => `#${row.id}` === location.hash));

const keys = document.querySelector("[data-keys]");
const words = [...keys.childNodes];
const toggle = document.createElement("button");
toggle.type = "button";
toggle.className = "link";
let on = localStorage.getItem("triage-keys") !== "off";
const told = () => {
  keys.replaceChildren(...(on ? words : []), toggle);
  toggle.textContent = on ? keys.dataset.on : keys.dataset.off;
};
toggle.addEventListener("click", () => {
  on = !on;
  localStorage.setItem("triage-keys", on ? "on" : "off");
  told();
});
told();

document.addEventListener("keydown", (event) => {
  if (!on || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select")) return;
  const at = rows.indexOf(document.activeElement?.closest("tr"));
  if (event.key === "j") go(rows[Math.min(rows.length - 1, at + 1)]);
  else if (event.key === "k") go(rows[Math.max(0, at - 1)]);
  else if (event.key === "Enter" && document.activeElement?.matches("tr")) rows[at].querySelector("a").click();
  else if (event.key === "a" && at >= 0) {
    const details = rows[at].querySelector("details");
    details.open = true;
    details.querySelector("textarea").focus();
    event.preventDefault();
  } else if (event.key === "/") {
    document.querySelector("[data-fold]").open = true;
    document.getElementById("q").focus();
    event.preventDefault();
  } else if (event.key === "?") {
    keys.scrollIntoView({ block: "center" });
    toggle.focus();
  }
});
document.addEventListener("keydown", (event) => {
  const details = event.key === "Escape" && event.target.closest("tr details[open]");
  if (!details) return;
  details.open = false;
  go(details.closest("tr"));
});

const fold = document.querySelector("[data-fold]");
const wide = matchMedia("(min-width: 701px)");
const unfold = () => (fold.open = wide.matches);
unfold();
wide.addEventListener("change", unfold);

// Asked only when somebody has moved since the last time: a page that is left alone signs out as usual.
const fresh = document.querySelector("[data-fresh]");
let asked = Date.now();
const ask = async () => {
  if (document.hidden || Date.now() - asked < 60_000) return;
  asked = Date.now();
  const answer = await fetch(`/api/v1/triage/new?since=${encodeURIComponent(fresh.dataset.since)}`);
  const count = answer.ok ? (await answer.json()).new : 0;
  if (!count) return;
  const link = document.createElement("a");
  link.href = fresh.dataset.fresh;
  link.textContent = count === 1 ? fresh.dataset.one : fresh.dataset.many.replace("%(count)s", count);
  fresh.replaceChildren(link);
};
for (const kind of ["pointermove", "keydown", "scroll", "visibilitychange"]) {
  document.addEventListener(kind, () => ask().catch(() => {}), { passive: true });
}
