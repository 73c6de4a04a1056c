"use strict";
/* Draws each chart from the table beside it: who cannot see the one reads the other. */
(() => {
  const drawn = new Map();
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const MANY = ["#3a63d8", "#0f9d8a", "#e08a1e", "#b5479b", "#7a8b1f", "#cf4b4b", "#5aa7d6", "#8a6fd1", "#8c95a6"];
  const SERIES = {
    stacked: MANY,
    sla: ["#2f9e58", "#e0a21e", "#cc3b3b"],
    judged: ["#3a63d8", "#e08a1e"],
    kept: ["#2f9e58", "#cc3b3b"],
  };
  const cells = (row) => [...row.cells].map((cell) => cell.textContent.trim());

  function data(table, kind) {
    const [, ...titles] = cells(table.tHead.rows[0]);
    const rows = [...table.tBodies[0].rows].map(cells);
    return {
      labels: rows.map((row) => row[0]),
      datasets: titles.map((label, at) => ({
        label,
        data: rows.map((row) => Number(row[at + 1])),
        backgroundColor: SERIES[kind][at % SERIES[kind].length],
        borderRadius: 3,
        maxBarThickness: 34,
      })),
    };
  }

  function draw(canvas) {
    const { table, kind } = canvas.dataset;
    const across = kind === "sla" || kind === "judged";
    const style = getComputedStyle(document.documentElement);
    const ink = style.getPropertyValue("--dim").trim();
    const line = style.getPropertyValue("--line").trim();
    const [count, names] = across ? ["x", "y"] : ["y", "x"];
    drawn.get(table)?.destroy();
    drawn.set(table, new Chart(canvas, {
      type: "bar",
      data: data(document.getElementById(table), kind),
      options: {
        animation: false, maintainAspectRatio: false, indexAxis: across ? "y" : "x",
        color: ink, font: { size: 12 },
        plugins: { legend: { position: "bottom", labels: { boxWidth: 12, boxHeight: 12 } }, tooltip: { mode: "index", intersect: false } },
        scales: {
          [count]: { stacked: true, beginAtZero: true, ticks: { color: ink, precision: 0 }, grid: { color: line } },
          [names]: { stacked: true, ticks: { color: ink, autoSkip: !across, maxRotation: 0 }, grid: { display: false } },
        },
      },
    }));
  }

  const drawAll = () => document.querySelectorAll("canvas[data-table]").forEach(draw);
  document.addEventListener("htmx:afterSettle", drawAll);
  dark.addEventListener("change", drawAll);
  drawAll();
})();
