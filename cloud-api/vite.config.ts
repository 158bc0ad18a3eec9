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

const DECLARES_SCREENS = /\/features\/[^/]+\/screens\/index\.tsx$/;
const LOCALE = /\/locales\/(?:en|vi)\.json$/;
const FEW_WORDS = "\0foyer:few-words:";

/**
 * What declares a feature's screens stands in the first script and says a few words, such as those of
 * the navigation. A module is never in two scripts, so without this all words of all features would
 * stand there; with it the others are fetched with the screens that say them.
 */
function leaveWordsToScreens(): Plugin {
  return {
    name: "foyer:leave-words-to-screens",
    enforce: "pre",
    async resolveId(source, importer) {
      if (!importer || !DECLARES_SCREENS.test(importer) || !LOCALE.test(source)) return null;
      const path = join(dirname(importer), source);
      return `${FEW_WORDS}${path}.js`;
    },
    load(id) {
      if (!id.startsWith(FEW_WORDS)) return null;
      const path = id.slice(FEW_WORDS.length, -".js".length);
      const declaring = readFileSync(join(path, "..", "..", "screens", "index.tsx"), "utf8");
      const said = [...declaring.matchAll(/\b(?:en|vi)(?:\.(\w+)|\["([^"]+)"\])/g)];
      const keys = new Set(said.map(([, plain, quoted]) => plain ?? quoted));
      const words = Object.entries(JSON.parse(readFileSync(path, "utf8")) as object);
      return `export default ${JSON.stringify(Object.fromEntries(words.filter(([key]) => keys.has(key))))}`;
    },
  };
}

/** The staff app: one page, built to dist/app and served by the cloud itself. */
export const staffApp = defineConfig({
  root: import.meta.dirname,
  base: "/",
  plugins: [leaveWordsToScreens(), react(), writeCompressed()],
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
