// The types: the list of message types is Rust's, nothing is `any`, and what the package declares is what was agreed on.
// @ts-check
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { messageTypes } from "maytapi";

const path = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));
const ENTRIES = ["index", "templates", "openapi", "token", "testing"];
const program = ts.createProgram(
  ENTRIES.map((name) => path(`../../pkg/${name}.d.ts`)),
  { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, strict: true, noEmit: true, lib: ["lib.es2022.d.ts", "lib.esnext.disposable.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"], types: [] },
);
const checker = program.getTypeChecker();

/** @param {string} entry */
function exportsOf(entry) {
  const source = program.getSourceFile(path(`../../pkg/${entry}.d.ts`));
  assert.ok(source, entry);
  const module = checker.getSymbolAtLocation(source);
  assert.ok(module, entry);
  return checker
    .getExportsOfModule(module)
    .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

test("the declarations compile", () => {
  const faults = ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
  assert.deepEqual(faults, []);
});

test("TypeScript's list of message types, with their fields, is Rust's", () => {
  const union = exportsOf("index").find(({ name }) => name === "Message");
  const type = checker.getDeclaredTypeOfSymbol(/** @type {ts.Symbol} */ (union));
  assert.ok(type.isUnion());
  const envelope = ["toNumber", "replyTo", "skipFilter", "type"];
  const declared = type.types.map((member) => {
    const text = (/** @type {ts.Symbol} */ symbol) => checker.typeToString(checker.getTypeOfSymbol(symbol));
    const fields = member.getProperties();
    const optional = (/** @type {ts.Symbol} */ field) => (field.flags & ts.SymbolFlags.Optional) !== 0;
    const own = fields.filter((field) => !envelope.includes(field.name) || (field.name === "replyTo" && !optional(field)));
    return { type: text(/** @type {ts.Symbol} */ (fields.find(({ name }) => name === "type"))).replaceAll('"', ""), fields: own.map((field) => `${field.name}${optional(field) ? "?" : ""}`).sort() };
  });
  const real = messageTypes().map(({ type, fields }) => ({ type, fields: fields.map(({ name, required }) => `${name}${required ? "" : "?"}`).sort() }));
  const byType = (/** @type {{ type: string }} */ a, /** @type {{ type: string }} */ b) => (a.type < b.type ? -1 : 1);
  assert.deepEqual(declared.sort(byType), real.sort(byType));
});

test("every code that an error of the package has is among the declared ones", () => {
  const declared = exportsOf("index").filter(({ name }) => name === "ErrorCode" || name === "FaultCode").map((symbol) => symbol.declarations?.[0]?.getText() ?? "").join();
  const sources = ["lib", "../src/client", "../src/client/error", "../src/client/account", "../src/js"].flatMap((folder) => readdirSync(path(`../../pkg/${folder}`)).filter((name) => /\.(js|rs)$/.test(name)).map((name) => readFileSync(path(`../../pkg/${folder}/${name}`), "utf8").split("#[cfg(test)]", 1).join()));
  const codes = new Set(sources.flatMap((source) => [...source.matchAll(/code: "(?<code>[a-z_]+)"|(?:K|ErrorKind)::\w+(?:, | => )"(?<word>[a-z_]+)"|code = if .*? \{ "(?<one>[a-z_]+)" \} else \{ "(?<other>[a-z_]+)" \}/g)].flatMap(({ groups }) => Object.values(groups ?? {}).filter(Boolean))));
  for (const code of ["no_token", "invalid_option", "timeout", "rate_limited", "server_error", "client_freed"]) assert.ok(codes.has(code), `the search finds no ${code}`);
  assert.deepEqual([...codes].filter((code) => !declared.includes(`"${code}"`)), []);
});

test("every export, and every member of it, is documented or speaks for itself, and nothing is any", () => {
  const bare = [];
  for (const entry of ENTRIES) {
    for (const symbol of exportsOf(entry)) {
      const documented = symbol.getDocumentationComment(checker).length > 0;
      // The generated client's own vocabulary is documented where the generator is.
      if (!documented && entry !== "openapi") bare.push(`${entry}: ${symbol.name}`);
    }
  }
  assert.deepEqual(bare, []);
  for (const source of program.getSourceFiles()) {
    if (!source.fileName.includes("/pkg/") || source.fileName.includes("/dist/")) continue;
    ts.forEachChild(source, function visit(node) {
      assert.notEqual(node.kind, ts.SyntaxKind.AnyKeyword, `${source.fileName}: any at ${node.pos}`);
      ts.forEachChild(node, visit);
    });
  }
});

test("the public declarations are those of the snapshot", () => {
  const printer = ts.createPrinter({ removeComments: true });
  const lines = [];
  for (const entry of ENTRIES) {
    lines.push(`// ${entry}`);
    for (const symbol of exportsOf(entry)) {
      for (const declaration of symbol.declarations ?? []) {
        const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
        lines.push(printer.printNode(ts.EmitHint.Unspecified, statement, declaration.getSourceFile()));
      }
    }
  }
  const text = `${lines.join("\n")}\n`;
  const file = path("api.snapshot.txt");
  if (process.env["UPDATE_SNAPSHOTS"]) writeFileSync(file, text);
  const [now, agreed] = [text, readFileSync(file, "utf8")].map((whole) => whole.split("\n"));
  const changes = [...now.filter((line) => !agreed.includes(line)).map((line) => `+ ${line}`), ...agreed.filter((line) => !now.includes(line)).map((line) => `- ${line}`)];
  assert.ok(text === agreed.join("\n"), `the public types changed; UPDATE_SNAPSHOTS=1 takes the new ones\n${changes.join("\n")}`);
});
