// Reads queries in Power Query M and prints, as JSON, what is wrong with each ("" where nothing is):
// node power_bi_m.mjs PACKAGES < queries.json
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const require = createRequire(join(resolve(process.argv[2]), "package.json"));
const { DefaultSettings, ResultUtils, TaskUtils } = require("@microsoft/powerquery-parser");
const found = [];
for (const query of JSON.parse(readFileSync(0, "utf8"))) {
  const task = await TaskUtils.tryLexParse(DefaultSettings, query);
  found.push(TaskUtils.isParseStageOk(task) ? "" : String(task.error?.innerError?.message ?? task.error?.message ?? task.resultKind));
}
console.log(JSON.stringify(found));
