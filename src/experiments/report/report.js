"use strict";
{
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const byId = (name) => document.getElementById(name);
  const table = byId("table");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const form = document.querySelector("form.controls");

  const sortBy = (header, button) => {
    const numeric = "numeric" in button.dataset;
    const before = header.getAttribute("aria-sort");
    const descending = before === "none" ? numeric : before === "ascending";
    for (const other of all("th[aria-sort]", table)) other.setAttribute("aria-sort", "none");
    header.setAttribute("aria-sort", descending ? "descending" : "ascending");
    const key = (row) => row.cells[header.cellIndex].dataset.sort;
    const compare = (a, b) =>
      numeric ? Number(a) - Number(b) : a.localeCompare(b, undefined, { numeric: true, sensitivity: "base" });
    const missing = (text) => text === "";
    const sorted = [...rows].sort((first, second) => {
      const a = key(first), b = key(second);
      if (missing(a) || missing(b)) return missing(a) - missing(b);
      return descending ? compare(b, a) : compare(a, b);
    });
    body.append(...sorted);
  };
  for (const button of all("thead button", table)) {
    button.addEventListener("click", () => sortBy(button.closest("th"), button));
  }

  const filter = () => {
    const words = byId("filter-text").value.toLowerCase().split(/\s+/).filter(Boolean);
    const choices = all("select", form).filter((select) => select.value);
    const shown = new Set();
    for (const row of rows) {
      const text = row.dataset.text.toLowerCase();
      const matches = words.every((word) => text.includes(word)) && choices.every((select) => {
        const name = select.id === "filter-status" ? "data-status" : `data-axis-${select.dataset.axis}`;
        return row.getAttribute(name) === select.value.slice(1);
      });
      row.hidden = !matches;
      if (matches) shown.add(row.dataset.run);
    }
    for (const section of all("details.run")) section.hidden = !shown.has(section.dataset.run);
    for (const mark of all("figure.view [data-run]")) mark.classList.toggle("out", !shown.has(mark.dataset.run));
    byId("count").value = `${shown.size} of ${rows.length} ${rows.length === 1 ? "run" : "runs"}`;
  };
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));

  for (const box of all("[data-column-toggle]")) {
    box.addEventListener("change", () => {
      for (const cell of all(`[data-column="${box.dataset.columnToggle}"]`, table)) cell.hidden = !box.checked;
    });
  }

  byId("metric")?.addEventListener("change", (event) => {
    for (const view of all("figure.view")) view.hidden = view.dataset.view !== event.target.value;
  });

  const openAll = (open) => {
    for (const run of all("details.run:not([hidden])")) run.open = open;
  };
  byId("open-all").addEventListener("click", () => openAll(true));
  byId("close-all").addEventListener("click", () => openAll(false));

  const openTarget = () => {
    const run = location.hash.startsWith("#run-") && byId(location.hash.slice(1));
    if (run) {
      run.open = true;
      run.scrollIntoView();
    }
  };
  addEventListener("hashchange", openTarget);
  document.addEventListener("click", (event) => {
    if (event.target.closest('a[href="' + CSS.escape(location.hash) + '"]')) openTarget();
  });
  openTarget();
}
