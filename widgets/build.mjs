// Bundle each widget into one ESM and one style sheet, which are committed: users need no Node.
// A widget is a folder of src/ with an index.ts and a NAME.css.
//   node build.mjs              all of them, into mxlearn_widgets/static
//   node build.mjs NAME ...     these only
//   node build.mjs --out DIR    elsewhere, so that a test can compare the result with what is committed
import { build } from "esbuild";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const given = process.argv.slice(2);
const flag = given.indexOf("--out");
const outdir = flag >= 0 ? given.splice(flag, 2)[1] : join(here, "mxlearn_widgets", "static");
const all = readdirSync(join(here, "src")).filter((name) => existsSync(join(here, "src", name, "index.ts")));

await build({
  absWorkingDir: here,
  entryPoints: [
    { in: "src/shared/theme.css", out: "theme" }, // goes before each of the others, see shared/widget.py
    ...(given.length > 0 ? given : all).flatMap((name) => [
      { in: `src/${name}/index.ts`, out: name },
      { in: `src/${name}/${name}.css`, out: name },
    ]),
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
