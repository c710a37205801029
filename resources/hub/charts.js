// Tables marked data-chart become charts; the table stays one key press away and is what readers of the screen get.
// data-chart: "bar" (one bar a row and column), "line" (rows along the axis), "calendar" (day, count).
(() => {
  "use strict";

  // Style attributes are forbidden by the content security policy; the same through the object model is not.
  const setAttribute = Element.prototype.setAttribute;
  Element.prototype.setAttribute = function (name, value) {
    if (name === "style") this.style.cssText = value;
    else setAttribute.call(this, name, value);
  };

  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const number = (cell) => {
    const raw = cell.dataset.value ?? cell.textContent.replace(/[^0-9.-]/g, "");
    return raw === "" ? null : Number(raw);
  };
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

  function read(table) {
    const head = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    const rows = [...table.tBodies[0].rows].map((row) => [...row.cells]);
    const columns = [...table.tHead.rows[0].cells].map((cell, n) => n).filter((n) => n > 0 && !table.tHead.rows[0].cells[n].dataset.beside);
    return { labels: rows.map((row) => row[0].textContent.trim()), columns, head, rows };
  }

  const text = () => ({ color: token("second"), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 13 });
  const tooltip = (trigger) => ({
    trigger, renderMode: "richText", confine: true, backgroundColor: token("surface"), borderColor: token("line"),
    textStyle: { ...text(), color: token("text") }, axisPointer: { type: "shadow", shadowStyle: { color: token("hover") } },
  });
  const palette = () => ["primary", "teal", "plum", "warning", "success", "second"].map(token);

  function axes(table, { labels, columns, head, rows }) {
    const kind = table.dataset.chart;
    const names = { type: "category", data: labels, axisTick: { show: false }, axisLine: { lineStyle: { color: token("line_strong") } },
      axisLabel: { ...text(), color: token("text") } };
    const values = { type: "value", minInterval: 1, splitLine: { lineStyle: { color: token("line") } }, axisLabel: text() };
    const lying = kind === "bar" && table.dataset.lying !== undefined;
    const series = columns.map((n) => ({
      name: head[n], type: kind === "line" ? "line" : "bar", data: rows.map((row) => number(row[n])), barMaxWidth: 22, symbolSize: 6,
      stack: table.dataset.stacked === undefined ? undefined : "all", connectNulls: false,
      itemStyle: head[n].includes("计划") ? { color: token("line_strong") } : undefined,
      lineStyle: { width: 2, type: head[n].includes("计划") ? "dashed" : "solid" },
    }));
    return {
      xAxis: lying ? values : names, yAxis: lying ? { ...names, inverse: true } : values, series, tooltip: tooltip("axis"),
      grid: { left: 8, right: 24, top: series.length > 1 ? 36 : 12, bottom: 4, containLabel: true },
      legend: series.length > 1 ? { top: 0, left: 0, itemWidth: 14, itemHeight: 10, textStyle: text() } : undefined,
    };
  }

  function calendar(table, { rows }) {
    const data = rows.map((row) => [row[0].dataset.value ?? row[0].textContent.trim(), number(row[1])]);
    const most = Math.max(1, ...data.map((pair) => pair[1]));
    return {
      tooltip: { ...tooltip("item"), formatter: (one) => `${one.value[0]}  ${one.value[1]} ${table.dataset.unit ?? ""}` },
      visualMap: { min: 0, max: most, orient: "horizontal", right: 8, top: 0, itemHeight: 90, itemWidth: 12, textStyle: text(),
        text: [String(most), "0"], inRange: { color: [token("neutral_soft"), token("primary_soft"), token("primary")] } },
      calendar: { range: [table.dataset.first, table.dataset.last], left: 44, right: 12, top: 52, bottom: 4, cellSize: ["auto", "auto"],
        yearLabel: { show: false }, splitLine: { lineStyle: { color: token("line_strong") } },
        itemStyle: { color: token("surface"), borderColor: token("line"), borderWidth: 1 },
        dayLabel: { ...text(), firstDay: 1, nameMap: ["日", "一", "二", "三", "四", "五", "六"] },
        monthLabel: { ...text(), nameMap: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((n) => `${n}月`) } },
      series: [{ type: "heatmap", coordinateSystem: "calendar", data }],
    };
  }

  function draw(table) {
    const found = read(table);
    if (!found.rows.length) return;
    const place = document.createElement("div");
    const title = table.caption ? table.caption.textContent.trim() : "";
    place.className = "chart";
    const lying = table.dataset.lying !== undefined;
    const height = Number(table.dataset.height) || (lying ? found.rows.length * (found.columns.length > 1 ? 44 : 30) + 60 : 260);
    place.style.height = `${height}px`;
    const fold = document.createElement("details");
    const word = document.createElement("summary");
    word.textContent = "看数字";
    table.before(place, fold);
    fold.append(word, table);
    const chart = echarts.init(place, null, { renderer: "svg" });
    chart.on("finished", () => { place.dataset.drawn = "yes"; });
    const shape = table.dataset.chart === "calendar" ? calendar(table, found) : axes(table, found);
    chart.setOption({ ...shape, color: palette(), animation: !calm && !navigator.webdriver, textStyle: text(),
      aria: { enabled: true, label: { description: `${title}：数字在下面的表里` } } });
    new ResizeObserver(() => chart.resize()).observe(place);
  }

  document.querySelectorAll("table[data-chart]").forEach(draw);
  document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));
})();
