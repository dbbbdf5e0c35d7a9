"use strict";
(() => {
  const table = document.querySelector("table");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];
  const value = (row, at, kind) => {
    const cell = row.cells[at];
    return kind === "number" ? Number(cell.dataset.value) : cell.textContent.trim().toLowerCase();
  };
  heads.forEach((head, at) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const kind = head.dataset.sort;
      const now = head.getAttribute("aria-sort");
      const down = now ? now === "ascending" : kind === "number";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      rows.sort((a, b) => {
        const [x, y] = [value(a, at, kind), value(b, at, kind)];
        const order = kind === "number" ? x - y : x.localeCompare(y);
        return down ? -order : order;
      });
      body.append(...rows);
      filter();
    });
  });
  const FEW = 25;
  let open = false;
  const more = document.createElement("button");
  more.type = "button";
  more.className = "more";
  more.textContent = `Show all ${rows.length}`;
  more.addEventListener("click", () => {
    open = true;
    filter();
  });
  table.after(more);
  addEventListener("beforeprint", () => more.click());
  const form = document.querySelector(".filters");
  const [find, type, status, count] = ["find", "type", "status", "count"].map((id) => document.getElementById(id));
  const filter = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    const filtered = words.length || type.value || status.value;
    rows.forEach((row, at) => {
      const fits = (open || at < FEW || filtered) && (!type.value || row.dataset.type === type.value) && (!status.value || row.dataset.status === status.value)
        && words.every((word) => row.dataset.words.includes(word));
      row.hidden = !fits;
      shown += fits;
    });
    count.textContent = `${shown} of ${rows.length}`;
    more.hidden = open || filtered || rows.length <= FEW;
  };
  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  filter();
  const graph = document.querySelector(".graph");
  if (!graph) return;
  const edges = [...graph.querySelectorAll(".edge")];
  const nodes = [...graph.querySelectorAll(".node")];
  const clear = () => {
    graph.classList.remove("focus");
    [...edges, ...nodes].forEach((one) => one.classList.remove("on"));
  };
  nodes.forEach((node) => {
    node.addEventListener("pointerenter", () => {
      clear();
      graph.classList.add("focus");
      node.classList.add("on");
      edges.filter((e) => e.dataset.a === node.dataset.n || e.dataset.b === node.dataset.n).forEach((e) => {
        e.classList.add("on");
        nodes.filter((n) => n.dataset.n === e.dataset.a || n.dataset.n === e.dataset.b).forEach((n) => n.classList.add("on"));
      });
    });
    node.addEventListener("pointerleave", clear);
  });
})();
