// Holds a report folder against Microsoft's own checks and prints what they find as JSON:
// node power_bi_report.mjs PACKAGES SCHEMAS FOLDER.Report...
// The checker fetches schemas by network; here they come from the folder SCHEMAS, and from nowhere else.
import { existsSync, readFileSync } from "node:fs";
import https from "node:https";
import { join, resolve } from "node:path";
import { Readable } from "node:stream";
import { pathToFileURL } from "node:url";

const [packages, schemas, ...reports] = process.argv.slice(2);
const missed = [];

https.get = (address, options, answer) => {
  const path = new URL(address).pathname.split("/json-schemas/")[1];
  const file = path && join(schemas, path);
  const known = Boolean(file) && existsSync(file);
  if (!known) missed.push(String(address));
  const response = Readable.from(known ? [readFileSync(file)] : []);
  response.statusCode = known ? 200 : 404;
  response.headers = {};
  setImmediate(() => answer(response));
  return { on() { return this; }, destroy() {} };
};

const library = join(resolve(packages), "node_modules/@microsoft/powerbi-report-authoring-cli/dist/index.js");
const { getMetadataProvider, locateReport, runReportValidation } = await import(pathToFileURL(library));
const provider = await getMetadataProvider();
await provider.init();
const found = [];
for (const report of reports) {
  const { reportDir, defDir, pbipPath } = locateReport(resolve(report));
  found.push(await runReportValidation({ reportDir, defDir, pbipPath, provider, skipSchema: false }));
}
console.log(JSON.stringify({ found, missed }));
