import { defineConfig } from "vite";

// The script that a shop puts on its pages: one small classic script under a name that never changes.
export default defineConfig({
  publicDir: false,
  build: {
    outDir: "dist",
    emptyOutDir: false,
    target: "es2021",
    lib: { entry: "src/loader/main.ts", formats: ["iife"], name: "aftercareLoader", fileName: () => "widget.js" },
  },
});
