import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
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

const DOOR = /features\/[^/]+\/screens\/index\.tsx$/;
const WORDS = /locales\/\w+\.json$/;
const LABELS = "?labels";
/** `en.title` or `en["access-codes"]`. */
const NAMED = /\ben(?:\.(\w+)|\["([^"]+)"\])/g;

/**
 * The door of each feature's screens is in the first script, for the navigation. Of the feature's words
 * it takes the labels that it names (`en.title`): all others wait for the screens that say them.
 */
function takeLabelsAlone(): Plugin {
  return {
    name: "foyer:take-labels-alone",
    apply: "build",
    enforce: "pre",
    resolveId(source, importer) {
      if (importer === undefined || !DOOR.test(importer) || !WORDS.test(source)) return null;
      return `${join(dirname(importer), source)}${LABELS}`;
    },
    load(id) {
      if (!id.endsWith(LABELS)) return null;
      const path = id.slice(0, -LABELS.length);
      const door = readFileSync(join(dirname(path), "..", "screens", "index.tsx"), "utf8");
      const named = new Set([...door.matchAll(NAMED)].map(([, key, quoted]) => key ?? quoted));
      const words = Object.entries(JSON.parse(readFileSync(path, "utf8")));
      const labels = Object.fromEntries(words.filter(([key]) => named.has(key)));
      return { code: `export default ${JSON.stringify(labels)};`, moduleType: "js" };
    },
  };
}

/** What is installed on devices at the counter: its page, and the worker that keeps it while offline. */
const DESK_WORKER = "answer-desk-worker";

/** The staff app and the answer desk: two pages, built to dist/app and served by the cloud itself. */
export const staffApp = defineConfig({
  root: import.meta.dirname,
  base: "/",
  plugins: [takeLabelsAlone(), react(), writeCompressed()],
  build: {
    outDir: OUT,
    emptyOutDir: true,
    target: "es2023",
    manifest: true,
    rolldownOptions: {
      input: {
        index: join(import.meta.dirname, "index.html"),
        "answer-desk": join(import.meta.dirname, "answer-desk.html"),
        [DESK_WORKER]: join(import.meta.dirname, "src/features/answer-desk/screens/worker.ts"),
      },
      output: {
        // A worker is known by its address: under another name it would be another one.
        entryFileNames: ({ name }) =>
          name === DESK_WORKER ? "[name].js" : "assets/[name]-[hash].js",
      },
    },
    // The charts are one lazily loaded chunk of about 600 kB before gzip.
    chunkSizeWarningLimit: 700,
  },
});

// Vite reads its configuration from the default export.
export default staffApp;
