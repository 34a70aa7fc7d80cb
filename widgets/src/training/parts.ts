// Progress, the list of runs and the table of layers: each keeps its elements and changes what is new in them.
import { focusable, html, svg } from "../shared/dom";
import { countText, floats, numberText } from "../shared/numbers";
import { clockText, type LayerRow, type RunRow, type State } from "./model";
import { swatch } from "./plots";

/** Put text in an element, where it is another one. */
export function put(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Return bars of progress for the epoch and for all, with the numbers beside them. */
export function progress(): { element: HTMLElement; show(state: State): void } {
  const bar = (label: string) => {
    const fill = html("div", { class: "mxw-fill" });
    const box = html("div", { class: "mxw-progress", role: "progressbar", "aria-label": label, "aria-valuemin": 0, "aria-valuemax": 100 }, fill);
    const text = html("span", {});
    const set = (share: number, words: string) => {
      fill.style.width = `${(100 * share).toFixed(1)}%`;
      box.setAttribute("aria-valuenow", String(Math.round(100 * share)));
      box.setAttribute("aria-valuetext", words);
      put(text, words);
    };
    return { box, text, set };
  };
  const [epoch, all] = [bar("This epoch"), bar("All epochs")];
  const speed = html("span", { class: "mxw-speed" });
  const element = html("div", { class: "mxw-ahead" }, epoch.text, epoch.box, all.text, all.box, speed);
  const show = (state: State): void => {
    const { total, done, epochs, steps } = state;
    const whole = total * epochs;
    epoch.set(total ? Math.min(done / total, 1) : 0, `epoch ${state.epoch}${epochs ? ` of ${epochs}` : ""}: step ${countText(done)}${total ? ` of ${countText(total)}` : ""}`);
    all.set(whole ? Math.min(steps / whole, 1) : state.status === "finished" ? 1 : 0, `all: step ${countText(steps)}${whole ? ` of ${countText(whole)}` : ""}`);
    const parts = [`${clockText(state.elapsed)} elapsed`];
    if (state.left >= 0) parts.push(`${clockText(state.left)} left`);
    if (state.rate > 0) parts.unshift(`${numberText(state.rate, state.rate < 100 ? 2 : 3)} steps/s`);
    put(speed, parts.join("  ·  "));
  };
  return { element, show };
}

/** Return the list of runs, each with a checkbox that hides its curves. */
export function runs(toggle: (run: number, shown: boolean) => void): { element: HTMLElement; show(rows: RunRow[], hidden: number[]): void } {
  const body = html("tbody");
  const head = html("tr");
  const table = html("table", { class: "mxw-table mxw-runs" }, html("thead", {}, head), body);
  const element = html("div", { class: "mxw-scroll" }, table);
  let shape = "";
  const show = (rows: RunRow[], hidden: number[]): void => {
    const metrics = [...new Set(rows.flatMap((row) => row.values.map(([name]) => name)))];
    const next = JSON.stringify([rows.map((row) => row.number), metrics]);
    if (next !== shape) {
      const focused = body.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset["run"] : undefined;
      build(rows, metrics);
      if (focused) body.querySelector<HTMLElement>(`[data-run="${focused}"]`)?.focus();
      shape = next;
    }
    rows.forEach((row, k) => {
      const cells = body.rows[k]!.cells;
      cells[0]!.querySelector("input")!.checked = !hidden.includes(row.number);
      put(cells[0]!.querySelector(".mxw-name")!, row.name);
      put(cells[1]!, `${row.sign} ${row.word}`);
      cells[1]!.title = row.reason;
      put(cells[2]!, countText(row.steps));
      metrics.forEach((metric, m) => {
        const found = row.values.find(([name]) => name === metric);
        put(cells[3 + m]!.firstElementChild!, found?.[1] ?? "");
        put(cells[3 + m]!.lastElementChild!, found ? `best ${found[2]}` : "");
      });
    });
  };
  function build(rows: RunRow[], metrics: string[]): void {
    head.replaceChildren(...["run", "state", "steps", ...metrics].map((name) => html("th", { scope: "col" }, name)));
    body.replaceChildren(...rows.map((row, place) => {
      const box = focusable(html("input", { type: "checkbox", "data-run": row.number, "aria-label": `Show ${row.name}` }));
      box.addEventListener("change", () => toggle(row.number, box.checked));
      const label = html("label", { class: "mxw-control" }, box, swatch(place), html("span", { class: "mxw-name" }, row.name));
      const values = metrics.map(() => html("td", {}, html("span", {}), html("span", { class: "mxw-best" })));
      return html("tr", {}, html("th", { scope: "row" }, label), html("td", {}), html("td", {}), ...values);
    }));
  }
  return { element, show };
}

const BINS = 24;

/** Return the table of layers: histograms, sizes and flags. */
export function layerTable(rule: string): { element: HTMLElement; show(rows: LayerRow[], view: DataView, many: number): void } {
  const caption = html("h4", { class: "mxw-heading" }, "Layers");
  const body = html("tbody");
  const titles = ["layer", "weights", "size", "gradient", "size", "flag"];
  const head = html("tr", {}, ...titles.map((title) => html("th", { scope: "col" }, title)));
  const scroll = focusable(html("div", { class: "mxw-scroll mxw-tall", tabindex: 0, role: "region", "aria-label": "Layers" }, html("table", { class: "mxw-table mxw-layers" }, html("thead", {}, head), body)));
  const summary = focusable(html("summary", {}, "How a flag is set"));
  const element = html("section", { class: "mxw-section" }, caption, scroll, html("details", {}, summary, html("p", {}, rule)));
  const show = (rows: LayerRow[], view: DataView, many: number): void => {
    element.hidden = rows.length === 0;
    const wrong = rows.filter((row) => row.flag !== "ok").length;
    put(caption, `Layers: ${many > rows.length ? `${rows.length} of ${many} shown` : many}, ${wrong === 0 ? "no flag" : `${wrong} flagged`}`);
    const shares = floats(view);
    body.replaceChildren(...rows.map((row, k) => html("tr", { class: `mxw-is-${row.flag}` },
      html("th", { scope: "row", title: `${countText(row.count)} numbers` }, row.name),
      html("td", {}, bars(shares.subarray(2 * k * BINS, (2 * k + 1) * BINS), "weights", row.limits[0])),
      html("td", {}, row.weight),
      html("td", {}, bars(shares.subarray((2 * k + 1) * BINS, (2 * k + 2) * BINS), "gradient", row.limits[1])),
      html("td", {}, row.gradient),
      html("td", { class: "mxw-flag" }, html("strong", {}, `${row.sign} ${row.word}`), row.why ? html("span", {}, row.why) : ""))));
  };
  return { element, show };
}

function bars(shares: Float32Array, what: string, limit: string): SVGSVGElement {
  const most = Math.max(...shares, 1e-9);
  const d = Array.from(shares, (share, k) => (share > 0 ? `M${k * 4} 24v${-Math.max(1, (22 * share) / most).toFixed(1)}h3.4V24Z` : "")).join("");
  return svg("svg", { class: `mxw-bars mxw-bars-${what}`, viewBox: "0 0 96 26", role: "img", "aria-label": `${what} from -${limit} to ${limit}` },
    svg("title", {}, `${what} from -${limit} to ${limit}`), svg("path", { class: "mxw-axis", d: "M0 24.5H96M48 2V24" }), svg("path", { d }));
}
