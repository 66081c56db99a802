// Calls functions of the pad's script on values from standard input:
// [[name, ...arguments], ...] in, their results out. Strings "@0" stand for earlier results.
// A function without a result gives what it changed, its first argument.
import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";

const [script] = process.argv.slice(2);
const context = createContext({ document: { getElementById: () => null }, atob });
runInContext(readFileSync(script, "utf8"), context);

const results = [];
const resolve = (value) =>
  typeof value === "string" && value.startsWith("@")
    ? structuredClone(results[Number(value.slice(1))])
    : value;
for (const [name, ...values] of JSON.parse(readFileSync(0, "utf8"))) {
  const given = values.map(resolve);
  results.push(context[name](...given) ?? given[0]);
}
const plain = (key, value) => (ArrayBuffer.isView(value) ? Array.from(value) : value);
process.stdout.write(JSON.stringify(results, plain));
