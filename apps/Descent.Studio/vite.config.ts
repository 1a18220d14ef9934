import { defineConfig } from "vite";
import { viteSingleFile } from "vite-plugin-singlefile";

// One page with script and style inside it: it opens from disk, where a browser loads no second file.
export default defineConfig({
  plugins: [viteSingleFile({ removeViteModuleLoader: true })],
  logLevel: "warn",
  build: { target: "es2022", rolldownOptions: { input: "report.html" } },
});
