// Builds hashed files and a manifest into the Python package, where Flask serves them.
import { resolve } from "node:path";
import purgeUnused from "@fullhuman/postcss-purgecss";
import { defineConfig } from "vite";

const root = import.meta.dirname;

// What the pages do not use is left out; classes of the diagram library live in its own scripts.
const purge = purgeUnused({
  content: ["../templates/{layouts,components,pages}/**/*.html", "../gridflow/**/*.py", "src/**/*.js"].map((path) =>
    resolve(root, path),
  ),
  safelist: { greedy: [/djs/, /bjs/, /bpmn-/, /^gf-/, /htmx/, /dmn/, /dms-/, /tjs-/, /bio-/] },
  variables: true,
  keyframes: true,
});

export default defineConfig({
  root,
  base: "/static/dist/",
  publicDir: false,
  // The library of decision tables brings parts of its own that speak English or judge by another dialect; ours replace them.
  resolve: {
    alias: {
      "dmn-js-shared/lib/components/LiteralExpression": resolve(root, "src/workbench/table/expression.js"),
      "dmn-js-shared/lib/components/InputSelect": resolve(root, "src/workbench/table/choice.js"),
    },
  },
  css: { postcss: { plugins: [purge] } },
  build: {
    outDir: resolve(root, "../gridflow/web/static/dist"),
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsInlineLimit: 0,
    // Cheap phones in the field carry browsers that are years old.
    target: "es2020",
    cssTarget: "chrome87",
    rollupOptions: {
      input: {
        app: resolve(root, "src/app.js"),
        viewer: resolve(root, "src/viewer.js"),
        diagram: resolve(root, "src/workbench/diagram.js"),
        table: resolve(root, "src/workbench/table.js"),
        comparison: resolve(root, "src/workbench/comparison.js"),
        form: resolve(root, "src/workbench/form.js"),
        template: resolve(root, "src/workbench/template.js"),
      },
      output: {
        manualChunks: (id) => (id.includes("node_modules/htmx.org") ? "htmx" : undefined),
      },
    },
  },
});
