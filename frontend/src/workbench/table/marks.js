// Marks in the table: cells that are wrong, rules that hit, rules that are pointed at. As a sheet of styles, since the
// library redraws its cells whenever it likes.

const quoted = (text) => `"${CSS.escape(text)}"`;
const said = (text) => JSON.stringify(text);

/** Return how to mark cells and rules of the table in `place`; each call replaces the marks of its kind. */
export function marker(words) {
  const sheet = new CSSStyleSheet();
  const marked = { wrong: [], hit: [], pointed: [] };
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

  const rule = {
    wrong: (id) =>
      `[data-table] :is(td, th)[data-element-id=${quoted(id)}] { box-shadow: inset 0 0 0 2px var(--gf-late); background: var(--gf-late-faint) !important; }
       [data-table] :is(td, th)[data-element-id=${quoted(id)}]::before { content: ${said(words.wrong)}; float: right; color: var(--gf-late); font-size: 12px; }`,
    hit: (id) =>
      `[data-table] td[data-row-id=${quoted(id)}] { background: var(--gf-done-faint) !important; }
       [data-table] td.rule-index[data-row-id=${quoted(id)}]::after { content: ${said(words.hit)}; display: block; color: var(--gf-done); font-size: 12px; }`,
    pointed: (id) => `[data-table] td[data-row-id=${quoted(id)}] { background: var(--gf-action-faint) !important; }`,
  };

  return (kind, ids) => {
    marked[kind] = ids;
    sheet.replaceSync(
      Object.entries(marked)
        .flatMap(([each, all]) => all.map(rule[each]))
        .join("\n"),
    );
  };
}
