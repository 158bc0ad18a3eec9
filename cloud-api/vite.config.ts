import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const OUT = join(import.meta.dirname, "dist", "app");
const COMPRESSED = /\.(js|css|html|svg)$/;

/** Compresses once, at the build, what would otherwise be sent whole to each browser. */
function writeCompressed(): Plugin {
  return {
    name: "foyer:write-compressed",
    apply: "build",
    closeBundle() {
      for (const name of readdirSync(OUT, { recursive: true, encoding: "utf8" })) {
        const path = join(OUT, name);
        if (COMPRESSED.test(name))
          writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
      }
    },
  };
}

/** The staff app: one page, built to dist/app and served by the cloud itself. */
export const staffApp = defineConfig({
  root: import.meta.dirname,
  base: "/",
  plugins: [react(), writeCompressed()],
  build: {
    outDir: OUT,
    emptyOutDir: true,
    target: "es2023",
    // The charts are one lazily loaded chunk of about 600 kB before gzip.
    chunkSizeWarningLimit: 700,
  },
});

// Vite reads its configuration from the default export.
export default staffApp;
