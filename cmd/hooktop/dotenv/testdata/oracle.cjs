// Reads one JSON object per line, {files: [base64, …]}, and prints what the npm
// packages read of each: {dotenv: {…} of the first file, next: {…} of all files
// in their order of precedence, or null if @next/env cannot load one of them}.
const { createInterface } = require("node:readline");
const dotenv = require("dotenv");
const next = require("@next/env");

const initial = { ...process.env };
function restore() {
  for (const name of Object.keys(process.env)) if (!(name in initial)) delete process.env[name];
  Object.assign(process.env, initial);
}

function readNext(files) {
  let failed = false;
  const log = { error: () => { failed = true; }, info: () => {} };
  const [, values] = next.processEnv(files.map((contents, i) => ({ path: String(i), contents, env: {} })), "", log, true);
  restore();
  return failed ? null : values;
}

createInterface({ input: process.stdin }).on("line", (line) => {
  const files = JSON.parse(line).files.map((text) => Buffer.from(text, "base64").toString("utf8"));
  console.log(JSON.stringify({ dotenv: { ...dotenv.parse(files[0]) }, next: readNext(files) }));
});
