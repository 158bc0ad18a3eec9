import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** The staff app: one page, built to dist/app and served by the cloud itself. */
export const staffApp = defineConfig({
  root: import.meta.dirname,
  base: "/",
  plugins: [react()],
  build: {
    outDir: "dist/app",
    emptyOutDir: true,
    target: "es2023",
    // The charts are one lazily loaded chunk of about 600 kB before gzip.
    chunkSizeWarningLimit: 700,
  },
});

// Vite reads its configuration from the default export.
export default staffApp;
