// Bundle each widget into one ESM and one style sheet, which are committed: users need no Node.
// `node build.mjs --out DIR` writes elsewhere, so that a test can compare the result with what is committed.
import { build } from "esbuild";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const flag = process.argv.indexOf("--out");
const outdir = flag > 0 ? process.argv[flag + 1] : join(here, "mxlearn_widgets", "static");

await build({
  absWorkingDir: here,
  entryPoints: [
    { in: "src/graph/index.ts", out: "graph" },
    { in: "src/graph/graph.css", out: "graph" },
  ],
  outdir,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
});
