// A click, or the Enter key, on a column's title sorts the table by it; once more, the other way round.
for (const table of document.querySelectorAll("table.sortable")) {
  table.querySelectorAll("thead th").forEach((title, column) => {
    title.tabIndex = 0;
    const sort = () => {
      const up = title.getAttribute("aria-sort") === "descending";
      table.querySelectorAll("thead th").forEach((other) => other.removeAttribute("aria-sort"));
      title.setAttribute("aria-sort", up ? "ascending" : "descending");
      const value = (row) => {
        const cell = row.children[column];
        const text = cell.dataset.value ?? cell.textContent.trim();
        const number = Number(text.replace("−", "-").replace(" %", ""));
        return text === "" || Number.isNaN(number) ? text : number;
      };
      // What is no number comes before numbers.
      const before = (a, b) => {
        if (typeof a !== typeof b) return typeof a === "number" ? 1 : -1;
        return typeof a === "number" ? a - b : a.localeCompare(b);
      };
      const rows = [...table.tBodies[0].rows].sort((a, b) => before(value(a), value(b)) * (up ? 1 : -1));
      table.tBodies[0].append(...rows);
    };
    title.addEventListener("click", sort);
    title.addEventListener("keydown", (event) => { if (event.key === "Enter") sort(); });
  });
}
