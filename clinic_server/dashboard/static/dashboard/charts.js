// The worker's picture is there first; where the browser can, the same specification becomes interactive.
const options = {
  ast: true, actions: false, defaultStyle: false, renderer: "svg", tooltip: { disableDefaultStyle: true },
};
const enliven = async (holder) => {
  const spec = JSON.parse(document.getElementById(holder.dataset.chart).textContent);
  const place = document.createElement("div");
  holder.after(place);
  place.hidden = true;
  place.className = "picture";
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", holder.getAttribute("aria-label"));
  await window.vegaEmbed(place, spec, options);
  place.hidden = false;
  holder.hidden = true;
};
const start = () => {
  if (!window.vegaEmbed) return;
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) { seen.unobserve(entry.target); enliven(entry.target); }
  });
  document.querySelectorAll("[data-chart]").forEach((each) => seen.observe(each));
};
if (document.readyState === "complete") start(); else window.addEventListener("load", start);
