import { defineConfig } from "vite";

// The chat itself: what the iframe shows. Addresses are relative, so a host may serve it below any path.
export default defineConfig({
  root: "src/widget",
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../../dist/widget",
    emptyOutDir: true,
    target: "es2021",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
