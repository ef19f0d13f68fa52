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
  safelist: { greedy: [/djs/, /bjs/, /^gf-/, /htmx/] },
  variables: true,
  keyframes: true,
});

export default defineConfig({
  root,
  base: "/static/dist/",
  publicDir: false,
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
      input: { app: resolve(root, "src/app.js"), viewer: resolve(root, "src/viewer.js") },
      output: {
        manualChunks: (id) => (id.includes("node_modules/htmx.org") ? "htmx" : undefined),
      },
    },
  },
});
