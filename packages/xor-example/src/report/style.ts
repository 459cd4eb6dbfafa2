/** The report's style sheet. */
export const style = `
:root { color-scheme: light; --ink: #1d2733; --soft: #54606e; --line: #d5dae0; --shade: #f5f7f9; --accent: #0b5cad; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 76rem; color: var(--ink); background: #fff;
  font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', 'Liberation Sans', Arial, sans-serif; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 0.5rem; }
h2 { font-size: 1.35rem; margin: 3rem 0 0.75rem; padding-top: 1rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.75rem 0 0.5rem; }
p { max-width: 46rem; }
nav { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 1rem 0; }
a { color: var(--accent); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 34rem), 1fr)); gap: 1.5rem; }
figure { margin: 0; min-width: 0; }
[data-chart] { overflow-x: auto; }
[data-chart] svg { display: block; max-width: 100%; height: auto; }
[data-chart='graph'] svg { min-width: 44rem; }
.vega-bindings { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; padding: 0.25rem 0; font-size: 0.9rem; }
.vega-bind-name { display: inline-block; min-width: 5rem; }
.scroll { overflow-x: auto; margin: 0.75rem 0 1.25rem; }
table { border-collapse: collapse; font-size: 0.92rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: 0.25rem 0; color: var(--soft); }
th, td { text-align: left; padding: 0.35rem 0.9rem 0.35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; white-space: nowrap; }
th.number { text-align: right; }
td.number { text-align: right; font-family: ui-monospace, 'Liberation Mono', monospace; }
tr.wrong td { color: #a4262c; background: #fdf0ef; }
pre { background: var(--shade); border: 1px solid var(--line); border-radius: 6px; padding: 0.9rem 1rem; overflow-x: auto;
  font: 13px/1.5 ui-monospace, 'Liberation Mono', monospace; }
math { font-size: 1.08em; }
mtd { text-align: left; }
.derivation { border: 1px solid var(--line); border-radius: 6px; padding: 0.75rem 1rem; margin: 0.75rem 0; overflow-x: auto; }
.derivation p { margin: 0 0 0.5rem; }
.derivation dl { display: grid; grid-template-columns: 7rem 1fr; gap: 0.5rem 1rem; margin: 0; align-items: center; }
.derivation dt { color: var(--soft); font-size: 0.9rem; }
.derivation dd { margin: 0; }
`;
