// Words are looked for in labels and names of files, `layer 3` and `unit 7` among numbers: in the index and the gallery,
// and in the top pictures of all units of all layers.
const MOST = 40;
const box = document.querySelector(".search");
const field = box.querySelector("input");
const found = box.querySelector("output");
const rows = [...document.querySelectorAll("[data-words]")];
const all = JSON.parse(document.getElementById("all").textContent);
const list = document.getElementById("everywhere");

const words = () => field.value.toLowerCase().replace(/\b(layer|unit)\s+(\d+)/g, "$1-$2;").split(/\s+/).filter(Boolean);
const isPlace = (word) => /^(layer|unit)-\d+;$/.test(word);

// The probability that so many of `drawn` pictures match, of which `matching` of `of` do.
const chance = (hits, drawn, matching, of) => {
  const choose = (n, k) => {
    let found = k > n ? 0 : 1;
    for (let i = 0; i < k; i++) found *= (n - i) / (k - i);
    return found;
  };
  return choose(matching, hits) * choose(of - matching, drawn - hits) / choose(of, drawn);
};

const gather = (sought, matches) => {
  const places = sought.filter(isPlace);
  return all.layers.flatMap(({ layer, top }) => top.map((pictures, unit) => ({
    layer, unit, drawn: pictures.length, hits: pictures.filter((picture) => matches[picture]).length,
  }))).filter(({ layer, unit, drawn }) => drawn && places.every((place) => [`layer-${layer};`, `unit-${unit};`].includes(place)));
};

const entry = ({ layer, unit, drawn, hits }) => {
  const item = document.createElement("li");
  const shown = document.getElementById(`l${layer}u${unit}`);
  const name = document.createElement(shown ? "a" : "span");
  if (shown) name.href = `#${shown.id}`;
  name.textContent = `layer ${layer}, unit ${unit}`;
  item.append(name, `: ${hits} of ${drawn}`);
  return item;
};

const tell = (sought) => {
  const asked = sought.some((word) => !isPlace(word));
  const matches = all.pictures.map((text) => sought.every((word) => isPlace(word) || text.includes(word)));
  const units = asked ? gather(sought, matches) : [];
  const hit = units.filter(({ hits }) => hits).sort((a, b) => b.hits - a.hits);
  list.hidden = !asked;
  list.querySelector("ol").replaceChildren(...hit.slice(0, MOST).map(entry));
  if (!hit.length) {
    list.querySelector("p").textContent = "No unit has such a top picture.";
    return;
  }
  const best = hit.filter(({ hits }) => hits === hit[0].hits);
  const matching = matches.filter(Boolean).length;
  const expected = units.reduce((sum, { drawn }) => sum + chance(hit[0].hits, drawn, matching, matches.length), 0);
  list.querySelector("p").textContent =
    `${matching} of ${matches.length} pictures match. Of ${units.length} active units, ${best.length} ` +
    `have ${hit[0].hits} of them among their top pictures; drawn at random, ${expected.toFixed(1)} would.`;
};

const search = () => {
  const sought = words();
  for (const row of rows) row.hidden = !sought.every((word) => row.dataset.words.includes(word));
  const cards = rows.filter((row) => row.matches(".unit"));
  const shown = cards.filter((card) => !card.hidden).length;
  found.textContent = sought.length ? `${shown} of ${cards.length} units shown` : `${cards.length} units`;
  for (const layer of document.querySelectorAll(".layer")) layer.hidden = !layer.querySelector(".unit:not([hidden])");
  tell(sought);
};
box.hidden = false;
field.addEventListener("input", search);
search();
