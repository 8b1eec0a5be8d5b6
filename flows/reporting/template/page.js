// Draws every chart of the page. The scales and marks name the page's own colours, so nothing is drawn again when these change.
const holders = [...document.querySelectorAll(".chart")];
const options = { mode: "vega-lite", renderer: "svg", actions: false, tooltip: false, defaultStyle: false, ast: true };
const draw = (holder) => {
  const spec = JSON.parse(document.getElementById(`${holder.id}-spec`).textContent);
  return vegaEmbed(holder.querySelector(".drawing"), spec, options);
};
Promise.all(holders.map(draw)).then(
  () => { document.documentElement.dataset.charts = "drawn"; },
  (problem) => { document.documentElement.dataset.charts = "failed"; console.error(problem); },
);
