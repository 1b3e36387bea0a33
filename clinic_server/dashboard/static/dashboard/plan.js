// Checks the plan while it is filled in: what speaks against it, and what to expect, beside the form.
const form = document.getElementById("plan");
let waiting = 0;
const check = () => {
  if (!window.htmx) return;
  const values = Object.fromEntries([...new FormData(form)].map(([name]) => [name, new FormData(form).getAll(name)]));
  values.action = "check";
  window.htmx.ajax("POST", form.dataset.check, { target: "#beside", swap: "innerHTML", values });
};
form.addEventListener("change", (event) => {
  if (event.target.name === "text") return;
  clearTimeout(waiting);
  waiting = setTimeout(check, 400);
});
