// J and K move, Enter opens, A acknowledges, / searches. Keys are left alone while somebody types.
const rows = [...document.querySelectorAll("[data-triage] tbody tr")];
const go = (index) => {
  const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
  if (!row) return;
  rows.forEach((each) => (each.tabIndex = each === row ? 0 : -1));
  row.focus();
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  const at = rows.indexOf(document.activeElement?.closest("tr"));
  if (event.key === "j") go(at + 1);
  else if (event.key === "k") go(at < 0 ? 0 : at - 1);
  else if (event.key === "Enter" && document.activeElement?.matches("tr")) rows[at].querySelector("a").click();
  else if (event.key === "a" && at >= 0) {
    const details = rows[at].querySelector("details");
    if (details) { details.open = true; details.querySelector("textarea").focus(); event.preventDefault(); }
  } else if (event.key === "/") { document.getElementById("q").focus(); event.preventDefault(); }
});
