/** How the report's page looks: quiet, dense, light or dark as the reader's system is, ink-saving in print. */
import { themeVariables } from '../theme.ts';

/** The page's style sheet. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; ${themeVariables('light')} }
@media (prefers-color-scheme: dark) { :root { ${themeVariables('dark')} } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--background); color: var(--ink); font: 15px/1.55 system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif; font-variant-numeric: tabular-nums; }
main, header, footer { max-width: 1120px; margin: 0 auto; padding: 0 28px; }
header { padding-top: 40px; }
h1 { font-size: 30px; line-height: 1.2; margin: 0 0 4px; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { font-size: 20px; margin: 0 0 8px; letter-spacing: -0.005em; }
h3 { font-size: 15px; margin: 24px 0 4px; }
p { max-width: 78ch; margin: 8px 0 16px; }
small, .note, .faint, header p { color: var(--muted); }
small { font-size: 12px; }
section { padding: 28px 0 12px; border-top: 1px solid var(--line); margin-top: 20px; }
nav { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 20px 0 0; font-size: 14px; }
a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 24px 0 0; }
.figures div { background: var(--panel); border-radius: 8px; padding: 12px 14px; }
.figures b { display: block; font-size: 24px; line-height: 1.25; font-weight: 600; }
.figures span { color: var(--muted); font-size: 13px; }
figure { margin: 16px 0; }
figure svg { display: block; max-width: 100%; height: auto; }
figure.heatmap, .pair { margin-left: -20px; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 12px; align-items: start; }
@media (max-width: 860px) { .pair { grid-template-columns: 1fr; } }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: 12px 0 20px; font-size: 14px; min-width: 50%; }
caption { text-align: left; font-weight: 600; padding: 4px 0; }
th, td { padding: 5px 14px 5px 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
td { overflow-wrap: anywhere; max-width: 60ch; }
th { color: var(--muted); font-weight: 500; font-size: 13px; vertical-align: bottom; }
th.number, td.number { text-align: right; padding: 5px 0 5px 18px; white-space: nowrap; }
table.retrieval { width: 100%; }
td.recall { white-space: nowrap; min-width: 150px; }
.bar { display: inline-block; position: relative; width: 80px; height: 10px; margin-right: 8px; border-radius: 2px; background: linear-gradient(90deg, var(--accent) var(--share), var(--panel) var(--share)); }
.bar::after { content: ''; position: absolute; left: var(--chance); top: -2px; bottom: -2px; width: 2px; margin-left: -1px; background: var(--second); }
tr.few td { color: var(--muted); }
tr.few .bar { filter: grayscale(1); opacity: 0.5; }
.tag { display: inline-block; border: 1px solid var(--line); border-radius: 4px; padding: 0 6px; font-size: 12px; color: var(--muted); }
.tag.fault { color: var(--second); border-color: var(--second); }
.ticks { list-style: none; padding: 0; columns: 2 320px; column-gap: 32px; font-size: 14px; }
.ticks li { padding-left: 22px; text-indent: -22px; break-inside: avoid; }
.ticks li::before { display: inline-block; width: 22px; text-indent: 0; content: '✓'; color: var(--accent); }
.ticks li.missed::before { content: '✗'; color: var(--second); }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(280px, 1fr)); gap: 0 32px; margin: 12px 0 20px; font-size: 14px; }
.facts div { display: flex; justify-content: space-between; gap: 12px; border-bottom: 1px solid var(--line); padding: 4px 0; }
.facts dt { color: var(--muted); }
.facts dd { margin: 0; text-align: right; overflow-wrap: break-word; flex-shrink: 0; max-width: 60%; }
pre { background: var(--panel); border-radius: 8px; padding: 14px 16px; white-space: pre-wrap; overflow-wrap: anywhere; font: 13px/1.6 ui-monospace, 'DejaVu Sans Mono', monospace; }
summary { cursor: pointer; color: var(--accent); margin: 8px 0; font-size: 14px; }
footer { color: var(--muted); font-size: 13px; padding-top: 8px; padding-bottom: 48px; }
@media print {
  :root { color-scheme: light; ${themeVariables('light')} }
  body { font-size: 11pt; }
  main, header, footer { max-width: none; padding: 0; }
  nav { display: none; }
  figure, tr, .figures, h2, h3 { break-inside: avoid; }
  h2, h3, caption { break-after: avoid; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
`;
