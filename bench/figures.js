// Figures of repeated runs.
const sorted = (list) => [...list].sort((a, b) => a - b);

/** The value below which `part`, 0 to 1, of the list lies. */
const quantile = (list, part) =>
  sorted(list)[Math.min(list.length - 1, Math.floor(list.length * part))];

const median = (list) => quantile(list, 0.5);

/** The median, and how far the runs lie apart; NaN is a run without that figure. */
function spread(all) {
  const list = all.filter((figure) => !Number.isNaN(figure));
  if (list.length === 0) return { median: NaN, least: NaN, most: NaN };
  return { median: median(list), least: Math.min(...list), most: Math.max(...list) };
}

module.exports = { median, quantile, spread };
