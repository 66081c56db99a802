// Prints what html-validate finds: [{file, faults: ["rule: message at selector", ...]}, ...].
import { HtmlValidate, StaticConfigLoader } from "html-validate";

const rules = {
  "doctype-style": "off",
  "long-title": "off",
  "prefer-native-element": ["error", { exclude: ["region"] }],
};
const extending = ["html-validate:recommended", "html-validate:document", "html-validate:a11y"];
const checker = new HtmlValidate(new StaticConfigLoader({ extends: extending, rules }));
const found = [];
for (const file of process.argv.slice(2)) {
  const { results } = await checker.validateFile(file);
  const messages = results.flatMap((result) => result.messages);
  const faults = messages.map((m) => `${m.ruleId}: ${m.message} at ${m.selector}`);
  found.push({ file, faults });
}
process.stdout.write(JSON.stringify(found));
